"""`schema/invalid-index`: an index is there that no query uses, and nobody is told."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import parse_fact
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="schema/invalid-index",
    severity=Severity.ERROR,
    summary="After the upgrade an index is INVALID.",
    why="A concurrent build that is broken off leaves its index behind. No query uses it, every write keeps it up to "
    "date, a unique one lets duplicates in, and IF NOT EXISTS takes it for the index that is wanted.",
    way_out="in the autocommit_block(), before op.create_index: "
    "op.drop_index(…, postgresql_concurrently=True, if_exists=True); and no if_not_exists=True",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
with op.get_context().autocommit_block():
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True, if_not_exists=True)  # here
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Left by an upgrade that passes, and by one that was broken off and passes when it is run again."""
    found = []
    for passage in evidence.measured.passages:
        left = set(_left(evidence, passage)) if passage.ok else set()
        found += [_plain(evidence, passage, name) for name in sorted(left)]
        found += list(_hidden(evidence, passage, left))
    return found


def _left(evidence: Evidence, passage: Passage) -> Iterator[str]:
    """Those that this revision made; of a partitioned table one is valid when every partition has its own."""
    step = evidence.trace.step(passage.revision, "upgrade")
    made = {f.identity: f for f in map(parse_fact, (step.added if step else None) or ()) if f.kind == "index"}
    invalid = {i.name for i in passage.indexes if not i.valid}
    for name, fact in made.items():
        waits = " ON ONLY " in str(fact.payload.get("definition"))
        if not waits and (name in invalid or fact.payload.get("valid") is False):
            yield name


def _plain(evidence: Evidence, passage: Passage, name: str) -> Finding:
    message = f"{short(name)} is INVALID after the upgrade: no query uses it"
    return at_revision(RULE, evidence, passage.revision, "upgrade", message, object=name, place=_place(passage, name))


def _place(passage: Passage, name: str) -> tuple[str | None, int | None]:
    bare = name.rpartition(".")[2].strip('"')
    return next(((s.file, s.line) for s in passage.statements if bare in s.sql), (None, None))


def _hidden(evidence: Evidence, passage: Passage, told: set[str]) -> Iterator[Finding]:
    """One for each index: a failure may come anywhere, and the second run says OK."""
    seen = set(told)
    for rerun in passage.reruns:
        if rerun.failure is not None:
            continue
        for name in rerun.invalid:
            if name not in seen:
                seen.add(name)
                message = (
                    f"broken off while it builds {short(name)} and run again, the upgrade passes, and the index stays "
                    "INVALID"
                )
                yield at_revision(
                    RULE,
                    evidence,
                    passage.revision,
                    "upgrade",
                    message,
                    object=name,
                    place=(rerun.file, rerun.line),
                    sql=rerun.sql,
                )
