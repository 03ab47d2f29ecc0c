"""Which rule on locks, indexes and transactions tells of a revision, and of which none does, on each Postgres."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from alembic_proof.checks.safety import autocommit_impossible, table_in_several_revisions
from alembic_proof.provision import Server
from alembic_proof.settings import load_settings
from alembic_proof.verify import verify

from .examples import ENV, at, judged, write

OWN = {
    "lock/drop-index",
    "lock/drops-other-indexes",
    "lock/exclusion",
    "lock/explicit",
    "lock/held-long",
    "lock/index-blocks-writes",
    "lock/index-gap",
    "lock/index-on-partitioned",
    "lock/long-timeout",
    "lock/more-under-exclusive",
    "lock/new-table-locks-parent",
    "lock/no-timeout",
    "lock/primary-key-builds-index",
    "lock/referenced-table",
    "lock/reindex",
    "lock/several-scans",
    "lock/several-tables",
    "lock/short-block",
    "lock/timeout-lost",
    "lock/unique-builds-index",
    "schema/foreign-key-without-index",
    "schema/invalid-index",
    "upgrade/not-atomic",
    "upgrade/own-transaction",
}

# what is there before a revision that speaks of it
THERE = {
    "account": """
CREATE TABLE account (id int PRIMARY KEY, name text, region text, visits int, state text DEFAULT 'new');
CREATE INDEX account_region_name ON account (region, name)""",
    "purchase": """
CREATE TABLE purchase (id int PRIMARY KEY, account_id int, note text,
  CONSTRAINT purchase_account FOREIGN KEY (account_id) REFERENCES account);
CREATE INDEX purchase_account_id ON purchase (account_id);
CREATE INDEX purchase_note ON purchase (note)""",
    "account_day": """
CREATE TABLE account_day (day date, visits int) PARTITION BY RANGE (day);
CREATE TABLE account_day_1 PARTITION OF account_day FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE account_day_2 PARTITION OF account_day DEFAULT""",
    "account_sum": """
CREATE MATERIALIZED VIEW account_sum AS SELECT region, sum(visits) AS visits FROM account GROUP BY region;
CREATE UNIQUE INDEX account_sum_region ON account_sum (region)""",
    "account_names": "CREATE VIEW account_names AS SELECT id, name FROM account",
    "account_touch": """
CREATE FUNCTION account_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$""",
    "account_key": "CREATE TABLE account_key (id int PRIMARY KEY)",
}
BLOCK = "with op.get_context().autocommit_block():\n    "


def sql(text: str) -> str:
    return f"op.execute({text!r})\n"


QUIET = {
    "nullable": sql("ALTER TABLE account ADD COLUMN x int"),
    "two columns": sql("ALTER TABLE account ADD COLUMN x int") + sql("ALTER TABLE account ADD COLUMN y int"),
    "not valid": sql("ALTER TABLE account ADD CONSTRAINT account_x CHECK (visits > 0) NOT VALID"),
    "reference not valid": sql(
        "ALTER TABLE purchase ADD CONSTRAINT purchase_x FOREIGN KEY (account_id) REFERENCES account NOT VALID"
    ),
    "reference away": sql("ALTER TABLE purchase DROP CONSTRAINT purchase_account"),
    "new table": 'op.create_table("account_new", sa.Column("id", sa.Integer, primary_key=True), '
    'sa.Column("of", sa.Integer, sa.ForeignKey("account.id"), index=True))',
    "new table without index": 'op.create_table("account_new", sa.Column("id", sa.Integer, primary_key=True), '
    'sa.Column("of", sa.Integer, sa.ForeignKey("account.id")))',
    "new partition": sql(
        "CREATE TABLE account_day_3 PARTITION OF account_day FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
    ),
    "index on only": sql("CREATE INDEX account_day_x ON ONLY account_day (visits)"),
    "index at leisure": BLOCK + sql("CREATE INDEX CONCURRENTLY account_x ON account (visits)"),
    "index away at leisure": BLOCK + sql("DROP INDEX CONCURRENTLY account_region_name"),
    "index on a materialized view": sql("CREATE INDEX account_sum_x ON account_sum (visits)"),
    "index on a new table": sql("CREATE TABLE account_new (id int)")
    + sql("CREATE INDEX account_new_x ON account_new (id)"),
    "new name for an index": sql("ALTER INDEX account_region_name RENAME TO account_by_region"),
    "refresh": BLOCK + sql("REFRESH MATERIALIZED VIEW CONCURRENTLY account_sum"),
    "view made anew": sql("DROP VIEW account_names")
    + sql("ALTER TABLE account ADD COLUMN x int")
    + sql("CREATE VIEW account_names AS SELECT id, name, x FROM account"),
    "trigger": sql("CREATE TRIGGER account_t BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_touch()"),
    "policies": sql("ALTER TABLE account ENABLE ROW LEVEL SECURITY")
    + sql("CREATE POLICY account_p ON account USING (true)"),
    "grant": sql("GRANT SELECT ON account TO PUBLIC"),
    "statistics": sql("ALTER TABLE account ALTER visits SET STATISTICS 10"),
    "one row": sql("INSERT INTO account (id) VALUES (-77)"),
    "batches": "batch = sa.text(\"UPDATE account SET state = 'old' WHERE id IN "
    "(SELECT id FROM account WHERE state IS DISTINCT FROM 'old' LIMIT 2)\")\n"
    "with op.get_context().autocommit_block():\n    while op.get_bind().execute(batch).rowcount:\n        pass",
    "savepoint": "with op.get_bind().begin_nested():\n    " + sql("ALTER TABLE account ADD COLUMN x int"),
    "savepoint undone": "point = op.get_bind().begin_nested()\n"
    + sql("ALTER TABLE account ADD COLUMN x int")
    + "point.rollback()",
    "column and its index": sql("ALTER TABLE purchase DROP COLUMN note"),
    "function with a body": sql(
        "CREATE FUNCTION account_f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$"
    ),
    "settings": sql("SET LOCAL lock_timeout = '1s'") + sql("ALTER TABLE account ADD COLUMN x int"),
    "looks": "sa.inspect(op.get_bind()).get_columns('account')\n"
    + sql("ALTER TABLE account ADD COLUMN x int")
    + "sa.inspect(op.get_bind()).get_columns('account')",
    "lock for rows": sql("LOCK TABLE account IN ROW EXCLUSIVE MODE"),
}
TOLD = {
    "index in a block": (
        "lock/index-blocks-writes",
        sql("DO $$ BEGIN CREATE INDEX account_x ON account (visits); END $$"),
    ),
    "index outside": ("lock/index-blocks-writes", BLOCK + sql("CREATE INDEX account_x ON account (visits)")),
    "index on a partition": ("lock/index-blocks-writes", sql("CREATE INDEX account_day_x ON account_day_1 (visits)")),
    "unique column": ("lock/unique-builds-index", 'op.add_column("account", sa.Column("x", sa.Text, unique=True))'),
    "key anew": (
        "lock/primary-key-builds-index",
        sql("ALTER TABLE account_key DROP CONSTRAINT account_key_pkey")
        + sql("ALTER TABLE account_key ADD CONSTRAINT account_key_pkey PRIMARY KEY (id)"),
    ),
    "unique on partitions": ("lock/unique-builds-index", sql("ALTER TABLE account_day ADD UNIQUE (day, visits)")),
    "index away outside": ("lock/drop-index", BLOCK + sql("DROP INDEX account_region_name")),
    "reindex table": ("lock/reindex", sql("REINDEX TABLE account")),
    "reindex outside": ("lock/reindex", BLOCK + sql("REINDEX TABLE account")),
    "column of an index": ("lock/drops-other-indexes", sql("ALTER TABLE account DROP COLUMN name CASCADE")),
    "no timeout": ("lock/no-timeout", sql("SET LOCAL lock_timeout = 0") + sql("ALTER TABLE account ADD COLUMN x int")),
    "no timeout outside": (
        "lock/no-timeout",
        (
            "with op.get_context().autocommit_block():\n"
            f"    {sql('SET lock_timeout = 0')}    {sql('ALTER TABLE account ADD COLUMN x int')}"
        ),
    ),
    "reset": (
        "lock/no-timeout",
        sql("SELECT set_config('lock_timeout', '0', true)") + sql("ALTER TABLE account ADD COLUMN x int"),
    ),
    "too late": (
        "lock/long-timeout",
        sql("SET lock_timeout = 0")
        + sql("ALTER TABLE account ADD COLUMN x int")
        + sql("SET lock_timeout = '2s'")
        + sql("ALTER TABLE account ADD COLUMN y int"),
    ),
    "local outside": ("lock/timeout-lost", BLOCK + sql("SET LOCAL lock_timeout = '1s'")),
    "new table without end": (
        "lock/new-table-locks-parent",
        sql("SET LOCAL lock_timeout = 0") + sql("CREATE TABLE account_new (id int, of int REFERENCES account)"),
    ),
    "lock of a second": (
        "lock/several-tables",
        sql("ALTER TABLE purchase ADD COLUMN x int") + sql("ALTER TABLE account ADD x int"),
    ),
    "two references away": (
        "lock/referenced-table lock/several-tables",
        sql("ALTER TABLE account_day ADD COLUMN x int") + sql("ALTER TABLE purchase DROP CONSTRAINT purchase_account"),
    ),
    "trigger first": (
        "lock/several-tables lock/short-block",
        sql("CREATE TRIGGER account_t BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_touch()")
        + sql("ALTER TABLE purchase ADD COLUMN x int"),
    ),
    "lock": ("lock/explicit", sql("LOCK TABLE account IN SHARE MODE")),
    "lock for all to see": ("lock/explicit", sql("LOCK TABLE account IN SHARE MODE NOWAIT")),
    "committed by the driver": (
        "upgrade/own-transaction",
        sql("ALTER TABLE account ADD COLUMN x int")
        + "op.get_bind().commit()\n"
        + sql("ALTER TABLE account ADD COLUMN y int"),
    ),
    "begun": ("upgrade/own-transaction", sql("BEGIN") + sql("ALTER TABLE account ADD COLUMN x int")),
}


@pytest.mark.slow
def test_each_revision_is_told_by_the_rules_that_are_meant(server: Server, tmp_path: Path) -> None:
    """And by no other of them."""
    cases = {**{name: ("", body) for name, body in QUIET.items()}, **TOLD}
    given, revisions, wanted = "", [], {}
    for number, (name, (rules, body)) in enumerate(cases.items(), 1):
        there = "".join(sql(text) for known, text in THERE.items() if known in (body + " account"))
        given += _named(there, number)
        revisions.append((f"r{number:03}", _named(body, number).strip(), ""))
        wanted[f"r{number:03}"] = (name, rules.split())
    report = judged(tmp_path, server, [("given", given.strip(), ""), *revisions], since="given")
    assert {r.id: r.upgrade for r in report.revisions if r.upgrade != "ok"} == {}
    wrong = []
    for revision, (name, rules) in wanted.items():
        found = [f for f in at(report, revision) if f.rule in OWN]
        if sorted(f.rule for f in found) != rules:
            wrong.append(f"{name}: wanted {rules}, found {[(f.rule, f.message) for f in found]}")
    assert not wrong, "\n".join(wrong)


def _named(text: str, number: int) -> str:
    return text.replace("account", f"account_{number}").replace("purchase", f"purchase_{number}")


ONE = "op.create_table('account', sa.Column('id', sa.Integer, primary_key=True))"
OPEN = {
    "begun": ENV.replace("engine.connect()", "engine.begin()"),
    "locked": ENV.replace("connect() as connection:\n", "connect() as connection:\n    LOCK\n").replace(
        "LOCK", 'connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4)")'
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("env", OPEN)
def test_a_block_that_env_py_makes_impossible_is_told_with_the_cause(server: Server, tmp_path: Path, env: str) -> None:
    """Alembic's own assertion has no word to it; and no other rule speaks of the failure."""
    block = BLOCK + sql("CREATE INDEX CONCURRENTLY account_x ON account (id)")
    write(tmp_path, [("r1", ONE, ""), ("r2", block, "")])
    (tmp_path / "migrations" / "env.py").write_text(OPEN[env])
    flags = {"postgres": server.admin.url(), "python": sys.executable}
    report = verify(load_settings(tmp_path, flags))
    errors = [f for f in report.findings if f.revision == "r2" and f.rule.startswith("upgrade/")]
    assert [(f.rule, f.line) for f in errors] == [(autocommit_impossible.RULE.name, 10)]


@pytest.mark.slow
def test_a_table_that_several_revisions_of_one_branch_lock_is_told(server: Server, tmp_path: Path) -> None:
    """Those that the branch adds are one deploy."""
    change = "op.add_column('account', sa.Column('{}', sa.Text))"
    revisions = [("r1", ONE, ""), ("r2", change.format("a"), ""), ("r3", change.format("b"), "")]
    write(tmp_path, revisions)
    versions = tmp_path / "migrations" / "versions"
    git = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org")
    for command in (["init", "-q"], ["add", str(versions / "r1.py")], ["commit", "-q", "-m", "released"]):
        run([*git, *command], cwd=tmp_path, check=True)
    flags = {"postgres": server.admin.url(), "python": sys.executable, "base": "HEAD"}
    report = verify(load_settings(tmp_path, flags))
    found = [f for f in report.findings if f.rule == table_in_several_revisions.RULE.name]
    assert [(f.revision, f.object, len(f.details)) for f in found] == [("r3", "public.account", 2)]
