"""Looks at the schema through the migrating connection, so that uncommitted work is seen.

The scratch database has a function for it (`catalog/look.sql`): the first look gives all facts; later ones only the
facts of what DDL touched since, where the database notes that, and else all again.
"""

from __future__ import annotations


class State:
    """All facts at one moment: each line with the two oids by which it is replaced."""

    __slots__ = ("lines",)

    def __init__(self, lines: "dict[str, tuple[int, int]]") -> None:
        self.lines = lines


def delta(before: State, after: State) -> "tuple[list[str], list[str]]":
    """What went and what came."""
    return sorted(before.lines.keys() - after.lines.keys()), sorted(after.lines.keys() - before.lines.keys())


def look(execute, version_table: str, watched: bool, last: "State | None") -> State:
    """The state now, given the one of the last look on this line of work; `execute` runs our own statement."""
    sql = "SELECT owner, own, line FROM alembic_proof.look('{}', {})".format(
        version_table.replace("'", "''"), "true" if watched and last is not None else "false"
    )
    rows = execute(sql)
    if last is None or (rows and rows[0][2] == "all"):
        return State({line: (int(owner), int(own)) for owner, own, line in rows[1:]})
    touched = {int(owner) for owner, _, line in rows if line is None} - {0}  # 0: none of its own
    lines = {line: oids for line, oids in last.lines.items() if oids[0] not in touched and oids[1] not in touched}
    lines.update((line, (int(owner), int(own))) for owner, own, line in rows if line is not None)
    return State(lines)
