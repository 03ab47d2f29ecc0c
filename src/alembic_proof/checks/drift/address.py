"""Names of the catalog and of autogenerate, brought together: unquoted parts."""

from __future__ import annotations

import re

from alembic_proof.trace import Proposal

_PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')


def parts(identity: str) -> tuple[str, ...]:
    """`public."user".id` as its three names."""
    return tuple(p[1:-1].replace('""', '"') if p.startswith('"') else p for p in _PART.findall(identity))


def address(proposal: Proposal) -> tuple[str, ...]:
    """Where in the catalog a proposal belongs: an index and a type stand in their schema, the rest on a table."""
    named = {
        "table": (proposal.schema, proposal.table),
        "index": (proposal.schema, proposal.name),
        "enum": (proposal.schema, proposal.name),
    }.get(proposal.kind, (proposal.schema, proposal.table, proposal.name))
    return tuple(n or "" for n in named)
