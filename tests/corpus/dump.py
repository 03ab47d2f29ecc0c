"""The text of pg_dump, cut into the objects that it tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: (.*)\n--\n", re.MULTILINE)
# said once for all that follow: part of what follows
_STATE = re.compile(r"^SET (default_tablespace|default_table_access_method) = (.*);\n", re.MULTILINE)
_STORED = ("TABLE", "INDEX", "MATERIALIZED VIEW", "CONSTRAINT")


@dataclass(frozen=True)
class Entry:
    """One object's text; `schema` is `-` where it has none."""

    name: str
    type: str
    schema: str
    owner: str
    text: str


def entries(dump: str) -> list[Entry]:
    """The entries of a dump."""
    # [preamble, name, type, schema, owner, text, name, ...]
    parts = _HEADER.split(dump.partition("\n\\unrestrict")[0])
    found, state = [], dict(_STATE.findall(parts[0]))
    for i in range(1, len(parts), 5):
        name, type_, schema, owner, text = parts[i : i + 5]
        where = f"{state}\n" if type_ in _STORED else ""
        body = _STATE.sub("", text).replace("\nSET default_with_oids = false;\n", "").strip()
        found.append(Entry(name, type_, schema, owner, f"{where}{body}"))
        state.update(_STATE.findall(text))
    return found
