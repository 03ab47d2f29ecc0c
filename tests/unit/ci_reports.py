"""Reports with hostile texts, for the tests of the formats that CI reads."""

from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.report import Report, RevisionResult

SECRET = "postgresql://app:s3cret@db/x"
HOSTILE = [
    "\x1b[2J", "a\rb", "a\nb", "a\r\n::error::x", "a\x00b", "\x9b31m", "\u202eevil\u202c", "\ufeff", "\uffff", "\ud800",
    "\U0001f600\udfff", "::error file=x::y", "%0A::error::y", "a,b:c", "]]>", "<script>", "&lt;", '"', "'; --", "a b",
    "[x](https://example.com)", "@team", "| `x` |", "é", "x" * 63, "../..", "a:b", SECRET,
]  # fmt: skip


def finding(rule: str = "upgrade/fails", severity: Severity = Severity.ERROR, **more: object) -> Finding:
    return Finding(rule, severity, Basis.OBSERVED, **{"message": "it fails", **more})  # type: ignore[arg-type]


def revision(id_: str = "a1", up: str = "ok", down: str = "ok", again: str = "ok") -> RevisionResult:
    return RevisionResult(id_, "m", f"versions/{id_}.py", up, down, again, 0.25, 1)


def hostile(text: str) -> Report:
    """The text wherever a project can put one."""
    open_ = finding(
        message=f"message {text}",
        hint=f"hint {text}",
        revision=text,
        direction="upgrade",
        file=f"versions/{text}.py",
        line=3,
        object=text,
        details=(f"detail {text}",),
        sql=f"SELECT {text}",
        mend=f"op.f({text})",
    )
    lone = finding("x/y", Severity.WARNING, message=text, object=text)
    accepted = finding("lock/reindex", message=text, object=text, accepted=f"reason {text}")
    return Report((open_, lone, accepted), (revision(text, "failed", "not run", "not run"),), incomplete=text)


def many(number: int, severity: Severity = Severity.ERROR) -> tuple[Finding, ...]:
    return tuple(finding("lock/reindex", severity, object=f"public.t{n}") for n in range(number))
