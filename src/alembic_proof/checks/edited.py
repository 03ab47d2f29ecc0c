"""`history/edited`: a released revision is not what it was when it was recorded."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher, unified_diff

from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.inside.meaning import statements
from alembic_proof.seal import LOCK_NAME, Edit, Seal, what_changed
from alembic_proof.trace import Evidence

RULE = Rule(
    name="history/edited",
    severity=Severity.ERROR,
    summary="A released revision was edited, deleted, re-parented, or its id was reused.",
    why="Databases that have run it keep the old schema and never run the new text: two schemas, one version.",
    way_out="restore it, and put the change into a new revision; if it was never released: "
    "alembic-proof snapshot --reseal REVISION",
)
_AFTER_A_SQUASH = (
    f"restore them; after a squash that every database has passed, delete {LOCK_NAME} and run alembic-proof snapshot"
)
_RECORD_AGAIN = "alembic-proof snapshot records it again"
_FEW = 5
_LINES = 40


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each revision that was edited; many deletions are one squash."""
    seal = evidence.seal
    if seal is None:
        return []
    deleted = [e for e in seal.edits if _is_deleted(e) and e.record.id not in seal.unreleased]
    folded = deleted if len(deleted) > _FEW else []
    told = [_finding(seal, e) for e in seal.edits if e not in folded]
    return [*told, _squash(seal, folded)] if folded else told


def _is_deleted(edit: Edit) -> bool:
    return edit.now is None and edit.successor is None


def _squash(seal: Seal, deleted: Sequence[Edit]) -> Finding:
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.REPORTED,
        message=f"{len(deleted)} revisions were deleted after they were released",
        hint=_AFTER_A_SQUASH,
        file=seal.path,
        line=deleted[0].record.line,
        object=LOCK_NAME,
        details=_capped([f"{e.record.id} {e.record.file}" for e in deleted]),
    )


def _finding(seal: Seal, edit: Edit) -> Finding:
    released = edit.record.id not in seal.unreleased
    file, line = _place(seal, edit)
    return Finding(
        rule=RULE.name,
        severity=RULE.severity if released else Severity.WARNING,
        basis=Basis.REPORTED,
        message=_message(seal, edit) if released else _stale(edit),
        hint=RULE.way_out if released else _RECORD_AGAIN,
        revision=edit.record.id,
        file=file,
        line=line,
        object=edit.record.id,
        details=tuple(_details(seal, edit)),
    )


def _stale(edit: Edit) -> str:
    """Of this branch, and of no other: nothing is lost, but the lock is not true."""
    if edit.now is None:
        return f"{edit.record.id} was recorded on this branch, and then {what_changed(edit)}"
    return f"{edit.record.id} was recorded on this branch before it was last edited"


def _message(seal: Seal, edit: Edit) -> str:
    record, now = edit.record, edit.now
    if now is None or not edit.body or _name(now.file) == _name(record.file):
        place = "" if now else f" ({record.file})"
        return f"{record.id}{place} {what_changed(edit)} after it was released"
    files = f"it was released as {_name(record.file)}, and is {_name(now.file)} now"
    if record.id not in seal.old:
        return f"{record.id} was edited after it was released, or its id was reused: {files}"
    if _is_reused(seal, edit):
        return f"the id {record.id} was reused for another revision: {files}"
    return f"{record.id} {what_changed(edit)} after it was released: {files}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _is_reused(seal: Seal, edit: Edit) -> bool:
    """Whether it is another file, and no statement of a function is in both."""
    id_ = edit.record.id
    if edit.now is None or id_ not in seal.old or _name(edit.now.file) == _name(edit.record.file):
        return False
    sources = (seal.old[id_], seal.new[id_])
    before, after = ({meaning for where, *_, meaning in statements(source) if where} for source in sources)
    return not before & after


def _place(seal: Seal, edit: Edit) -> tuple[str, int]:
    """The first line that means something else; of what is gone, its line in the lock."""
    now, id_ = edit.now, edit.record.id
    if now is None:
        return (edit.successor.file, edit.successor.line) if edit.successor else (seal.path, edit.record.line)
    if _is_reused(seal, edit):
        return now.file, now.line
    if edit.body:
        line = changed_line(seal.old[id_], seal.new[id_]) if id_ in seal.old else now.upgrade.line
        return now.file, line or now.line
    return now.file, now.parent_line if edit.parents else now.depends_line


def changed_line(old: str, new: str) -> int | None:
    """The first line of the new text that changed and stands in a statement that means something else.

    Of a statement that was taken out, the line before it; None where only an import changed.
    """
    before, after = statements(old), statements(new)
    gone: set[int] = set()
    come: set[int] = set()
    for i, i_end, j, j_end in _changes([s[::3] for s in before], [s[::3] for s in after]):
        gone |= {n for _, first, last, _ in before[i:i_end] for n in range(first, last + 1)}
        come |= {n for _, first, last, _ in after[j:j_end] for n in range(first, last + 1)}
    for i, i_end, j, j_end in _changes(old.splitlines(), new.splitlines()):
        for number in range(j + 1, j_end + 1):
            if number in come:
                return number
        if gone & set(range(i + 1, i_end + 1)):
            return max((n for n, text in enumerate(new.splitlines()[:j], 1) if text.strip()), default=1)
    return None


def _changes(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return ((i, i_end, j, j_end) for tag, i, i_end, j, j_end in codes if tag != "equal")


def _details(seal: Seal, edit: Edit) -> Iterator[str]:
    record, now = edit.record, edit.now
    if now is None:
        return
    if edit.parents:
        yield f"down_revision: have {_names(now.parents)}, want {_names(record.parents)}"
    if edit.depends_on:
        yield f"depends_on: have {_names(now.depends_on)}, want {_names(record.depends_on)}"
    if edit.body and record.id not in seal.new:
        yield "what it was was not looked for in git: many revisions were edited"
    elif edit.body and record.id not in seal.old:
        yield f"what it was is not in git: no version of {record.file} has the hash {record.hash}"
    elif edit.body:
        yield from _capped(_diff(seal.old[record.id], seal.new[record.id], record.file, now.file))


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "None"


def _diff(old: str, new: str, old_file: str, new_file: str) -> list[str]:
    names = f"{_name(old_file)} as released", f"{_name(new_file)} now"
    return list(unified_diff(old.splitlines(), new.splitlines(), *names, lineterm=""))


def _capped(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - _LINES
    return (*lines[:_LINES], f"… and {more} more lines") if more > 0 else tuple(lines)
