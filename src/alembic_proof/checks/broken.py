"""`history/broken`: Alembic cannot read the history, or would read something else than was meant."""

from __future__ import annotations

from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.history import History, Revision
from alembic_proof.trace import Evidence

RULE = Rule(
    name="history/broken",
    severity=Severity.ERROR,
    summary="The revision graph cannot be read.",
    why="Alembic refuses the whole history, or worse, skips or does nothing for a revision and says OK.",
    way_out="mend the file that is named; after a rebase, `down_revision` often still names a revision that is gone",
)
_ID_LIMIT = 32


def judge(evidence: Evidence) -> list[Finding]:
    """Every file that is wrong, not only the first that Alembic stumbles over."""
    history = evidence.history
    found: list[Finding] = []
    for revision in history.revisions:
        found += _file(revision) if revision.error or revision.id is None else _revision(history, revision)
    found += _duplicates(history)
    found += _cycles(history)
    found += [
        _finding(f"{_name(e.file)} cannot be imported: {e}", e.file, e.line, None) for e in evidence.import_errors
    ]
    return found


def _finding(message: str, file: str | None, line: int | None, revision: str | None, hint: str = "") -> Finding:
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.REPORTED,
        message=message,
        hint=hint or RULE.way_out,
        revision=revision,
        file=file,
        line=line,
        object=revision or _name(file),
    )


def _name(file: str | None) -> str:
    return (file or "").rpartition("/")[2]


def _file(revision: Revision) -> list[Finding]:
    if revision.error:
        return [_finding(f"{_name(revision.file)}: {revision.error}", revision.file, revision.line, None)]
    message = f"{_name(revision.file)} has no `revision`"
    return [_finding(message, revision.file, 1, None, "give it an id, or move the helper out of the versions folder")]


def _revision(history: History, revision: Revision) -> list[Finding]:
    assert revision.id is not None
    found = []
    for names, line, word in (
        (revision.parents, revision.parent_line, "down_revision"),
        (revision.depends_on, revision.depends_line, "depends_on"),
    ):
        found += [
            _finding(f"{word} of {revision.id} names `{name}`, which no file has", revision.file, line, revision.id)
            for name in names
            if history.resolve(name) is None
        ]
    if len(revision.id) > _ID_LIMIT:
        message = f"revision id `{revision.id}` is longer than the version table's {_ID_LIMIT} characters"
        found.append(_finding(message, revision.file, revision.line, revision.id, "shorten it"))
    return found + _functions(revision)


def _functions(revision: Revision) -> list[Finding]:
    words = {"async": "an async function", "generator": "a generator"}
    return [
        _finding(
            f"{name}() of {revision.id} is {words[function.kind]}: Alembic calls it and nothing runs",
            revision.file,
            function.line,
            revision.id,
            "make it a plain function",
        )
        for name, function in (("upgrade", revision.upgrade), ("downgrade", revision.downgrade))
        if function.kind in words
    ]


def _duplicates(history: History) -> list[Finding]:
    found = []
    for id_ in history.duplicates:
        files = [r for r in history.revisions if r.id == id_]
        names = ", ".join(_name(r.file) for r in files)
        message = f"revision id {id_} is claimed by {len(files)} files: {names}"
        found.append(_finding(message, files[-1].file, files[-1].line, id_, "give one of them another id"))
    return found


def _cycles(history: History) -> list[Finding]:
    """Revisions from which no base can be reached: they, or their ancestors, form a circle."""
    children: dict[str, set[str]] = {}
    waiting: dict[str, set[str]] = {}
    for id_, revision in history.by_id.items():
        names = (history.resolve(n) for n in (*revision.parents, *revision.depends_on))
        waiting[id_] = {r.id for r in names if r is not None and r.id is not None}
        for parent in waiting[id_]:
            children.setdefault(parent, set()).add(id_)
    ready = [i for i, parents in waiting.items() if not parents]
    while ready:
        done = ready.pop()
        for child in children.get(done, ()):
            waiting[child].discard(done)
            if not waiting[child]:
                ready.append(child)
    stuck = sorted(i for i, parents in waiting.items() if parents)
    if not stuck:
        return []
    first = history.by_id[stuck[0]]
    message = f"these revisions form a cycle, or hang on one: {', '.join(stuck)}"
    return [_finding(message, first.file, first.parent_line, first.id)]
