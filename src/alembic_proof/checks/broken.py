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
_RESERVED = ("base", "head", "heads", "current")


def judge(evidence: Evidence) -> list[Finding]:
    """Every file that is wrong, not only the first that Alembic stumbles over."""
    history = evidence.history
    found: list[Finding] = []
    for revision in history.revisions:
        found += _file(revision) if revision.error or revision.id is None else _revision(history, revision)
    found += _duplicates(history)
    found += _cycles(history)
    told = {r.file for r in history.revisions if r.error}
    found += [
        _finding(f"{_name(e.file)} cannot be imported: {e}", e.file, e.line, None)
        for e in evidence.import_errors
        if e.file not in told
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
            if history.resolve(name) is None and not _in_broken_file(history, name)
        ]
    if revision.id in _RESERVED:
        message = f"revision id `{revision.id}` is a word of Alembic's own, which never means a revision"
        found.append(_finding(message, revision.file, revision.line, revision.id, "give it another id"))
    if len(revision.id) > _ID_LIMIT:
        message = f"revision id `{revision.id}` is longer than the version table's {_ID_LIMIT} characters"
        found.append(_finding(message, revision.file, revision.line, revision.id, "shorten it"))
    return found + _functions(revision)


def _in_broken_file(history: History, name: str) -> bool:
    """Whether a file that cannot be read may be the one: Alembic puts the id into the file's name."""
    return any(r.error and name in _name(r.file) for r in history.revisions)


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
    """Revisions between which there is a way round: without those that only descend from one, or lead to one."""
    parents: dict[str, set[str]] = {}
    children: dict[str, set[str]] = {i: set() for i in history.by_id}
    for id_, revision in history.by_id.items():
        names = (history.resolve(n) for n in (*revision.parents, *revision.depends_on))
        parents[id_] = {r.id for r in names if r is not None and r.id is not None}
        for parent in parents[id_]:
            children[parent].add(id_)
    stuck = sorted(_not_ending(parents, children) & _not_ending(children, parents))
    if not stuck:
        return []
    first = history.by_id[stuck[0]]
    message = f"these revisions form a cycle: {', '.join(stuck)}"
    return [_finding(message, first.file, first.parent_line, first.id)]


def _not_ending(after: dict[str, set[str]], before: dict[str, set[str]]) -> set[str]:
    """Revisions from which some way never ends; `after` are the next ones on it."""
    open_ways = {id_: len(others) for id_, others in after.items()}
    ended = [id_ for id_, ways in open_ways.items() if not ways]
    for id_ in ended:  # grows
        for other in before[id_]:
            open_ways[other] -= 1
            if not open_ways[other]:
                ended.append(other)
    return {id_ for id_, ways in open_ways.items() if ways}
