"""Large reports, and texts that would be markup, for the tests of the page."""

from __future__ import annotations

from dataclasses import replace

from review_sample import sample

from alembic_proof.picture import Column, Picture, Reference, Table
from alembic_proof.report import Report, RevisionResult
from alembic_proof.review import Object
from alembic_proof.trace import Passage, Statement

# what would be an element, an attribute or a script, somewhere in a page
PAYLOADS = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '" onmouseover="window.pwned=1',
    "' autofocus onfocus='window.pwned=1",
    "</style><svg onload=window.pwned=1>",
    "</textarea></title><iframe srcdoc=x>",
    "<a href=javascript:window.pwned=1>x</a>",
    "--><base href=https://evil.example><!--",
    "]]><x>",
    "</g></svg><b>",
    "<form action=//x>",
    '#" style="x',
    "`x` <style>*{display:none}</style>",
    "${window.pwned=1}{{window.pwned=1}}",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "\u202ex\u2066\u200b\x00\x1b[2J\ud800",
    "\r\n\u2028<b>\u2029",
    "x" * 63,
)


def large(number: int) -> Report:
    """So many tables, all of them changed, each by a revision of its own."""
    report = sample()
    assert report.review
    passage, purchase = report.measured.passages[2], report.review.objects[3]
    numbers = range(number)
    passages = tuple(_passage(passage, n) for n in numbers)
    objects = tuple(_object(purchase, n) for n in numbers)
    columns = tuple(Column(f"column_{n}", "character varying(200)", change="changed", was="x") for n in range(12))
    tables = tuple(Table(f"public.table_{n}", columns, "changed") for n in numbers)
    references = tuple(
        Reference(f"fk_{n}", f"public.table_{n}", ("column_1",), f"public.table_{n // 3}", ("column_0",))
        for n in numbers
    )
    return replace(
        report,
        findings=tuple(replace(f, object=f"public.table_{n}") for n in numbers for f in report.findings[2:4]),
        revisions=tuple(RevisionResult(f"r{n}", "m", f"versions/r{n}.py", "ok", "ok", "ok", 0.1, 3) for n in numbers),
        measured=replace(report.measured, passages=passages),
        review=replace(
            report.review,
            revisions=tuple(f"r{n}" for n in numbers),
            objects=objects,
            picture=Picture(tables, references),
        ),
    )


def _passage(passage: Passage, n: int) -> Passage:
    statements: tuple[Statement, ...] = tuple(replace(s, sql=f"{s.sql} /* {n} */") for s in passage.statements)
    return replace(passage, revision=f"r{n}", statements=statements)


def _object(purchase: Object, n: int) -> Object:
    old, new = (text.replace("purchase", f"table_{n}") for text in (purchase.before, purchase.after))
    details = tuple(replace(d, identity=d.identity.replace("purchase", f"table_{n}")) for d in purchase.details)
    changed = replace(purchase, identity=f"public.table_{n}", before=old, after=new, details=details)
    return replace(changed, revisions=(f"r{n}",))
