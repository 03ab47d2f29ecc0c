"""Revisions that pass on empty tables, through the whole tool: what rows stop, and what becomes of rows in silence."""

from dataclasses import dataclass

import pytest

from alembic_proof.findings import Finding
from alembic_proof.provision import Server
from alembic_proof.report import Report

from .examples import at, judged

pytestmark = pytest.mark.slow

ON_ROWS = ("data/fails-on-any-row", "data/fails-on-some-rows", "data/cast-fails")
LOST = ("data/changes-values", "data/deletes-rows", "data/truncates", "data/downgrade-loses")


@dataclass(frozen=True)
class Case:
    """A table with a column of a type, what is done to it, and which rule says so, with which word."""

    name: str
    type: str
    does: str
    rule: str = ""
    says: str = ""

    @property
    def bodies(self) -> tuple[str, str]:
        """What makes the table, and what is done."""
        columns = f'sa.Column("id", sa.Integer, primary_key=True), sa.Column("c", {self.type})'
        return f'op.create_table("{self.name}", {columns})', self.does.format(f'"{self.name}"')


def executed(sql: str) -> str:
    """A statement in an upgrade; `TABLE` is the case's table."""
    return f'op.execute("{sql}")'


ANY, SOME, CAST = ON_ROWS
FALLS = (
    Case("new_not_null", "sa.Text", 'op.add_column({}, sa.Column("d", sa.Text, nullable=False))', ANY, "NULL"),
    Case("set_not_null", "sa.Text", 'op.alter_column({}, "c", nullable=False)', SOME, "NULL"),
    Case("domain", "sa.Text", executed("ALTER TABLE domain ALTER c TYPE present"), SOME, "NULL"),
    Case("uniqueness", "sa.Integer", 'op.create_unique_constraint("uq", {}, ["c"])', SOME, "same value"),
    Case("positive", "sa.Integer", 'op.create_check_constraint("ck", {}, "c > 0")', SOME, "CHECK"),
    Case("orphans", "sa.Integer", 'op.create_foreign_key("fk", {}, "parent", ["c"], ["id"])', SOME, "not there"),
    Case("shorter", "sa.String(50)", 'op.alter_column({}, "c", type_=sa.String(20))', CAST, "too long"),
    Case("smaller", "sa.BigInteger", 'op.alter_column({}, "c", type_=sa.Integer)', CAST, "out of the range"),
    Case(
        "to_number",
        "sa.Text",
        'op.alter_column({}, "c", type_=sa.Integer, postgresql_using="c::integer")',
        CAST,
        "no value of the new type",
    ),
    Case(
        "to_uuid",
        "sa.String(50)",
        'op.alter_column({}, "c", type_=postgresql.UUID, postgresql_using="c::uuid")',
        CAST,
        "no value of the new type",
    ),
)
CHANGED, DELETED, EMPTIED, WAY_BACK = LOST
SILENT = (
    Case("rounded", "sa.Numeric(12, 2)", 'op.alter_column({}, "c", type_=sa.Numeric(12, 0))', CHANGED, "nothing says"),
    Case(
        "cut",
        "sa.Text",
        'op.alter_column({}, "c", type_=sa.String(3), postgresql_using="left(c, 3)")',
        CHANGED,
        "nothing says",
    ),
    Case(
        "no_fractions",
        "sa.DateTime(timezone=True)",
        executed("ALTER TABLE no_fractions ALTER c TYPE timestamptz(0)"),
        CHANGED,
        "nothing says",
    ),
    Case(
        "only_dates",
        "sa.DateTime(timezone=True)",
        'op.alter_column({}, "c", type_=sa.Date, postgresql_using="c::date")',
        CHANGED,
        "of",
    ),
    Case("zoned", "sa.DateTime", 'op.alter_column({}, "c", type_=sa.DateTime(timezone=True))', CHANGED, "time zone"),
    Case("nulled", "sa.Text", executed("UPDATE nulled SET c = NULL"), CHANGED, "overwritten"),
    Case("some_deleted", "sa.Integer", executed("DELETE FROM some_deleted WHERE c IS NOT NULL"), DELETED, "deleted"),
    Case("all_deleted", "sa.Integer", executed("DELETE FROM all_deleted"), EMPTIED, "all rows"),
    Case("emptied", "sa.Integer", executed("TRUNCATE emptied"), EMPTIED, "all rows"),
)
QUIET = (
    Case("larger", "sa.Integer", 'op.alter_column({}, "c", type_=sa.BigInteger)'),
    Case("longer", "sa.String(20)", 'op.alter_column({}, "c", type_=sa.String(50))'),
    Case("unlimited", "sa.String(20)", 'op.alter_column({}, "c", type_=sa.Text)'),
    Case("more_digits", "sa.Numeric(10, 2)", 'op.alter_column({}, "c", type_=sa.Numeric(14, 2))'),
    Case("more_scale", "sa.Numeric(10, 2)", 'op.alter_column({}, "c", type_=sa.Numeric(14, 4))'),
    Case("filled_in", "sa.Text", executed("UPDATE filled_in SET c = 'none' WHERE c IS NULL")),
    Case("new_column", "sa.Text", 'op.add_column({}, sa.Column("d", sa.Text, server_default="x"))'),
    Case("renamed", "sa.Text", 'op.alter_column({}, "c", new_column_name="d")'),
    Case("other_name", "sa.Text", 'op.rename_table({}, "other_name_now")'),
)
CASES = (*FALLS, *SILENT, *QUIET)
FIRST = """\
op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
op.execute("CREATE DOMAIN present AS text NOT NULL")
"""


@pytest.fixture(scope="module")
def report(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """One history of all cases."""
    revisions = [("first", FIRST, "")]
    for case in CASES:
        made, does = case.bodies
        revisions += [(f"{case.name}_0", made, ""), (case.name, does, "")]
    return judged(tmp_path_factory.mktemp("rows"), server, revisions)


def told(report: Report, case: Case) -> list[Finding]:
    """What the rules on rows say of a case."""
    return [f for f in at(report, case.name) if f.rule in (*ON_ROWS, *LOST)]


def test_every_case_passes_on_empty_tables(report: Report) -> None:
    """So no test without rows finds any of it."""
    assert [r.id for r in report.revisions if r.upgrade != "ok"] == []
    assert report.incomplete is None


@pytest.mark.parametrize("case", FALLS, ids=lambda case: case.name)
def test_what_rows_stop_is_found(report: Report, case: Case) -> None:
    """Once, at its line, with the server's words."""
    (finding,) = told(report, case)
    assert finding.rule == case.rule
    assert case.says in finding.message
    assert finding.line is not None
    assert finding.details


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.name)
def test_what_becomes_of_rows_in_silence_is_found(report: Report, case: Case) -> None:
    """Once, at the statement that did it."""
    (finding,) = told(report, case)
    assert (finding.rule, finding.object) == (
        case.rule,
        f"public.{case.name}.c" if case.rule == CHANGED else f"public.{case.name}",
    )
    assert case.says in finding.message
    assert case.name in (finding.sql or "")


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.name)
def test_what_keeps_every_value_is_not_told(report: Report, case: Case) -> None:
    """Though it may rewrite the table."""
    assert told(report, case) == []
