"""What is drift and what is not: names, casts, what models leave unsaid, what the project excludes, second witness."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from drift_help import Ground, Judged, base
from sqlalchemy.dialects import postgresql

from alembic_proof.findings import Severity


def with_table(*columns: Any, name: str = "more", **options: Any) -> sa.MetaData:
    """The base models and one more table."""
    metadata = base()
    sa.Table(name, metadata, *columns, **options)
    return metadata


def subjects(judged: Judged) -> list[str]:
    """What the findings of models-differ are about."""
    return [f.object or "" for f in judged.of("models-differ")]


def test_equal_schemas_have_no_finding(ground: Ground) -> None:
    """Nor does autogenerate say anything, at its most sensitive."""
    assert ground.judge(compare_server_default=True).said == []
    assert ground.judge().drift.unmodelled == ()


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "object_", "name"),
    [
        ("ALTER TABLE job RENAME CONSTRAINT ck_job_n TO other", "public.job.other", "ck_job_n"),
        ("ALTER TABLE job RENAME CONSTRAINT job_pkey TO pk", "public.job.pk", "job_pkey"),
        ('ALTER TABLE job RENAME CONSTRAINT fk_job_worker TO "FK"', 'public.job."FK"', "fk_job_worker"),
        ("ALTER TABLE worker RENAME CONSTRAINT uq_worker_name TO u", "public.worker.u", "uq_worker_name"),
        ("ALTER INDEX ix_job_title RENAME TO other", "public.other", "ix_job_title"),
        ('ALTER INDEX ix_job_made RENAME TO "Of Job"', 'public."Of Job"', "ix_job_made"),
        ("ALTER SEQUENCE job_id_seq RENAME TO old_seq", "public.old_seq", "job_id_seq"),
        ("ALTER SEQUENCE worker_id_seq RENAME TO old_seq", "public.old_seq", "worker_id_seq"),
    ],
)
def test_another_name_is_no_other_structure(sql: str, object_: str, name: str, ground: Ground) -> None:
    """One warning of its own rule; a serial's default that names the sequence is no difference; renaming mends it."""
    ground.run(sql)
    judged = ground.judge()
    (finding,) = judged.findings
    assert (finding.rule, finding.object, finding.severity) == ("drift/names-differ", object_, Severity.WARNING)
    assert name in finding.message
    ground.mend(finding)
    assert ground.judge().said == []


def test_a_pair_of_names_may_differ_in_more(ground: Ground) -> None:
    """The comment of a renamed constraint is drift of its own."""
    ground.run("ALTER TABLE job RENAME CONSTRAINT ck_job_n TO other", "COMMENT ON CONSTRAINT other ON job IS 'x'")
    judged = ground.judge()
    assert len(judged.of("names-differ")) == 1
    (finding,) = judged.of("models-differ")
    assert finding.details[0] == "constraint public.job.other: comment: have x, want none"


def test_two_equal_indexes_are_one_too_many(ground: Ground) -> None:
    """One has another name, the second is only migrated."""
    ground.run("ALTER INDEX ix_job_made RENAME TO a", "CREATE INDEX b ON job (made)")
    judged = ground.judge()
    assert len(judged.of("names-differ")) == len(judged.of("models-differ")) == 1


# -- defaults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "migrated", "default"),
    [
        (sa.Text(), "''::character varying", ""),
        (sa.String(20), "'x'::text", "x"),
        (sa.String(20), "NULL::character varying", None),
        (sa.BigInteger(), "0", "0"),
        (sa.BigInteger(), "'0'::bigint", sa.text("0")),
        (sa.Numeric(10, 2), "0", "0"),
        (sa.Numeric(), "0.5", "0.5"),
        (sa.Float(), "0", "0"),
        (sa.SmallInteger(), "'1'::smallint", sa.text("1")),
        (sa.ARRAY(sa.Text()), "'{}'::character varying[]", "{}"),
        (postgresql.JSONB(), "'{}'::json", "{}"),
    ],
)
def test_a_cast_to_the_columns_own_type_is_no_difference(
    type_: Any, migrated: str, default: Any, ground: Ground
) -> None:
    """The same literal, cast within one family of types."""
    models = with_table(sa.Column("c", type_, server_default=default))
    sql = type_.compile(dialect=postgresql.dialect())
    ground.run(f"CREATE TABLE more (c {sql} DEFAULT {migrated})")
    judged = ground.judge(models)
    assert judged.said == []


@pytest.mark.parametrize(
    ("type_", "migrated", "default"),
    [
        (sa.Text(), "'a '::character(3)", "a "),
        (sa.Text(), "'ab'::character varying(1)", "ab"),
        (sa.Text(), "'a'", "A"),
        (sa.Text(), "'0'", "00"),
        (sa.Integer(), "'1'::integer", "2"),
        (sa.Double(), "'0.1'::real", "0.1"),
        (sa.DateTime(timezone=True), "'2020-01-01'::timestamp", "2020-01-01"),
        (sa.DateTime(timezone=True), "clock_timestamp()", sa.text("now()")),
        (sa.String(20), "NULL::character varying", ""),
        (sa.Text(), None, ""),
    ],
)
def test_another_value_is_a_difference(type_: Any, migrated: str | None, default: Any, ground: Ground) -> None:
    """Where the cast changes the value, or may."""
    models = with_table(sa.Column("c", type_, server_default=default))
    sql = type_.compile(dialect=postgresql.dialect())
    ground.run(f"CREATE TABLE more (c {sql} {f'DEFAULT {migrated}' if migrated else ''})")
    judged = ground.judge(models)
    assert subjects(judged) == ["public.more.c"], judged.said
    ground.mend(judged.findings[0])
    assert ground.judge(models).said == []


def test_a_default_that_only_the_database_has_is_a_warning(ground: Ground) -> None:
    """That is how NOT NULL columns are added."""
    ground.run("ALTER TABLE job ALTER tags SET DEFAULT '{}'")
    (finding,) = ground.judge().findings
    assert finding.severity is Severity.WARNING
    assert "autogenerate does not see it: compare_server_default is not set in context.configure" in finding.details


# -- what models leave unsaid ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("CREATE VIEW v AS SELECT 1", "view public.v"),
        ("ALTER TABLE job SET (fillfactor = 70)", "options of table public.job"),
        ("ALTER INDEX ix_job_made SET (fillfactor = 70)", "options of index public.ix_job_made"),
        ('ALTER TABLE "user" SET UNLOGGED', 'persistence of table public."user"'),
        ("ALTER TABLE job ENABLE ROW LEVEL SECURITY", "row security of table public.job"),
        ("ALTER TABLE job REPLICA IDENTITY FULL", "replica identity of table public.job"),
        ("ALTER TABLE job ALTER title SET STORAGE external", "storage of column public.job.title"),
        ("ALTER TABLE job ALTER title SET STATISTICS 5", "statistics of column public.job.title"),
        ("GRANT SELECT ON job TO PUBLIC", "grants of table public.job"),
        ("COMMENT ON INDEX ix_job_made IS 'x'", "comment of index public.ix_job_made"),
        ("COMMENT ON TYPE job_status IS 'x'", "comment of enum public.job_status"),
        ("CREATE DOMAIN d AS int", "domain public.d"),
        ("CREATE SCHEMA apart", "schema apart"),
        ("CREATE STATISTICS s ON n, half FROM job", "statistics public.s"),
        ('CREATE COLLATION c FROM "C"', "collation public.c"),
    ],
)
def test_what_models_leave_at_its_default_is_unmodelled(sql: str, told: str, ground: Ground) -> None:
    """Told by name, and no drift."""
    ground.run(sql)
    judged = ground.judge()
    assert judged.of("models-differ") == [], judged.said
    assert judged.drift.unmodelled == (told,)


@pytest.mark.parametrize(
    ("options", "attribute"),
    [
        ({"postgresql_with": {"fillfactor": 70}}, "options"),
        ({"prefixes": ["UNLOGGED"]}, "persistence"),
    ],
)
def test_what_models_do_say_is_drift(options: dict[str, Any], attribute: str, ground: Ground) -> None:
    """A storage option, an unlogged table; and it can be mended."""
    models = with_table(sa.Column("c", sa.Integer), **options)
    ground.run("CREATE TABLE more (c int)")
    judged = ground.judge(models)
    (finding,) = judged.findings
    assert finding.message.endswith(f": {attribute}")
    ground.mend(finding)
    assert ground.judge(models).said == []


def test_a_storage_option_of_an_index_that_models_say_is_drift(ground: Ground) -> None:
    """Told once, though the definition shows it too."""
    models = with_table(sa.Column("c", sa.Integer, index=True))
    (index,) = models.tables["more"].indexes
    index.dialect_options["postgresql"]["with"] = {"fillfactor": 50}
    ground.run("CREATE TABLE more (c int)", "CREATE INDEX ix_more_c ON more (c)")
    judged = ground.judge(models)
    (finding,) = judged.findings
    assert finding.message.endswith("differs between the migrated schema and the models: options")
    ground.mend(finding)
    assert ground.judge(models).said == []


def test_ddl_in_an_event_of_the_models_is_compared(ground: Ground) -> None:
    """A function that the models make otherwise than the migrations is drift; one that only migrations make is not."""
    body = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT {}'"
    models = base()
    sa.event.listen(models, "after_create", sa.DDL(body.format(2)))
    ground.run(body.format(1))
    assert subjects(ground.judge(models)) == ["public.f()"]
    assert ground.judge().drift.unmodelled == ("function public.f()",)


def test_partitions_are_unmodelled_and_autogenerate_would_drop_them(ground: Ground) -> None:
    """With their indexes and constraints; the parent is compared."""
    models = with_table(
        sa.Column("d", sa.Date, primary_key=True), sa.Index("ix_d", "d"), postgresql_partition_by="RANGE (d)"
    )
    ground.run(
        "CREATE TABLE more (d date PRIMARY KEY) PARTITION BY RANGE (d)",
        "CREATE INDEX ix_d ON more (d)",
        "CREATE TABLE more_1 PARTITION OF more FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    )
    judged = ground.judge(models)
    assert judged.drift.unmodelled == ("table public.more_1",)
    assert {f.rule for f in judged.findings} == {"drift/autogenerate-differs"}
    assert all("it takes a partition for a table of its own" in f.message for f in judged.findings), judged.said
    assert {f.severity for f in judged.findings} == {Severity.INFO}


def test_partitioned_and_plain_are_two_things(ground: Ground) -> None:
    """Autogenerate does not see it."""
    models = with_table(sa.Column("d", sa.Date), postgresql_partition_by="RANGE (d)")
    ground.run("CREATE TABLE more (d date)")
    (finding,) = ground.judge(models).findings
    assert finding.details == (
        "table public.more: partitioned by: have none, want RANGE (d)",
        "autogenerate does not see it: it does not compare a table's partitioned by",
    )


def test_a_view_that_models_make_a_table_is_told_once(ground: Ground) -> None:
    """And not column by column."""
    ground.run("CREATE VIEW more AS SELECT 1 AS c")
    judged = ground.judge(with_table(sa.Column("c", sa.Integer)))
    assert subjects(judged) == ["public.more"]
    assert judged.drift.unmodelled == ("view public.more",)


# -- serial, identity, and neither ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "sql", "attributes"),
    [
        ((sa.Integer, sa.Identity()), "id serial PRIMARY KEY", "default, identity"),
        ((sa.Integer,), "id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "default, identity"),
        ((sa.Integer,), "id int PRIMARY KEY", "default"),
        ((sa.BigInteger, sa.Identity()), "id bigint PRIMARY KEY", "identity"),
    ],
)
def test_serial_and_identity_are_two_things(column: tuple[Any, ...], sql: str, attributes: str, ground: Ground) -> None:
    """One difference of the column, mended."""
    models = with_table(sa.Column("id", *column, primary_key=True))
    ground.run(f"CREATE TABLE more ({sql})")
    judged = ground.judge(models)
    changes = {c.identity: ", ".join(a.name for a in c.attributes) for c in judged.drift.structural}
    assert changes["public.more.id"] == attributes, judged.said
    for finding in judged.of("models-differ"):
        ground.mend(finding)
    assert ground.judge(models).said == []


def test_a_serial_only_migrated_goes_with_its_sequence(ground: Ground) -> None:
    """The default first, then the sequence; or the sequence alone."""
    models = with_table(sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    ground.run("CREATE TABLE more (id serial PRIMARY KEY)")
    judged = ground.judge(models)
    assert subjects(judged) == ["public.more.id", "public.more_id_seq"]
    for finding in judged.findings:
        ground.mend(finding)
    assert ground.judge(models).said == []


# -- what the project excludes --------------------------------------------------------------------------------------


def not_called(*names: str) -> Any:
    """An include_object that leaves out what has one of these names."""
    return lambda object_, name, type_, reflected, compare_to: name not in names


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE more (id serial PRIMARY KEY, m mood, CHECK (id > 0))", "more"),
        ("ALTER TABLE job ADD more int DEFAULT 3", "more"),
        ("CREATE INDEX more ON job (n)", "more"),
        ("ALTER TABLE job ADD CONSTRAINT more UNIQUE (n)", "more"),
        ("ALTER TABLE job ADD CONSTRAINT more FOREIGN KEY (half) REFERENCES worker", "more"),
        ("ALTER TABLE job ALTER n TYPE bigint, ALTER n SET DEFAULT 7", "n"),
        ("DROP INDEX ix_job_made", "ix_job_made"),
        ("DROP TABLE job CASCADE", "job"),
        ('ALTER TABLE "user" ADD x int', "user"),
    ],
)
def test_what_include_object_leaves_out_is_not_compared(sql: str, name: str, ground: Ground) -> None:
    """On either side, with all that belongs to it; and the report says what it was."""
    ground.run(*sql.split("; "))
    judged = ground.judge(include_object=not_called(name))
    assert judged.of("models-differ") == [], judged.said
    (told,) = judged.drift.excluded
    assert told.startswith("by include_object: ")
    assert ground.judge().of("models-differ") != []


def test_the_rule_that_only_reflected_tables_are_left_out(ground: Ground) -> None:
    """As many projects write it; a table that only the models have is drift nevertheless."""
    ground.run("CREATE TABLE of_another_tool (id int)", 'DROP TABLE "user"')

    def include(object_: Any, name: str, type_: str, reflected: bool, compare_to: Any) -> bool:
        return not (type_ == "table" and reflected and compare_to is None)

    judged = ground.judge(include_object=include)
    assert subjects(judged) == ['public."user"']
    assert judged.drift.excluded == ("by include_object: public.of_another_tool",)


def test_include_name_leaves_out_tables_and_schemas(ground: Ground) -> None:
    """Before they are read."""
    ground.run("CREATE SCHEMA apart", "CREATE TABLE apart.a (id int)", "CREATE TABLE more (id int)")

    def include(name: str | None, type_: str, parents: Any) -> bool:
        return name not in (("apart",) if type_ == "schema" else ("more",))

    judged = ground.judge(include_name=include, include_schemas=True)
    assert judged.said == []
    assert judged.drift.excluded == ("by include_name: apart, apart.a, public.more",)


@pytest.mark.parametrize("pattern", ["more*", "public.more_a", "*.more_?"])
def test_the_settings_exclude_tables_of_other_tools(pattern: str, ground: Ground) -> None:
    """On the migrated side, with what autogenerate says of them."""
    ground.run("CREATE TABLE more_a (id serial PRIMARY KEY)", "CREATE INDEX more_i ON more_a (id)")
    judged = ground.judge(exclude=[pattern])
    assert judged.said == []
    assert judged.drift.excluded == ("by the settings: public.more_a",)


def test_an_excluded_pattern_means_no_index_of_another_table(ground: Ground) -> None:
    """Patterns are of tables."""
    ground.run("CREATE INDEX more ON job (n)")
    assert subjects(ground.judge(exclude=["more"])) == ["public.more"]


# -- schemas and metadatas ------------------------------------------------------------------------------------------


def test_a_schema_without_models_is_unmodelled_unless_schemas_are_included(ground: Ground) -> None:
    """As env.py says it with include_schemas."""
    ground.run("CREATE SCHEMA apart", "CREATE TABLE apart.a (id int)", "CREATE TYPE apart.e AS ENUM ('x')")
    judged = ground.judge()
    assert judged.said == []
    assert judged.drift.unmodelled == ("enum apart.e", "schema apart", "table apart.a")
    assert subjects(ground.judge(include_schemas=True)) == ["apart.e", "apart.a"]


def test_a_schema_with_models_is_compared(ground: Ground) -> None:
    """Though autogenerate, without include_schemas, does not look into it and proposes to create what is there."""
    ground.run("CREATE SCHEMA apart", "CREATE TABLE apart.a (id int, more int)", "CREATE TABLE apart.b (id int)")
    models = with_table(sa.Column("id", sa.Integer), sa.Column("c", sa.Integer), name="a", schema="apart")
    judged = ground.judge(models)
    assert subjects(judged) == ["apart.a.c", "apart.a.more", "apart.b"]
    assert "include_schemas is not set" in judged.of("models-differ")[0].details[-1]
    (differs,) = judged.of("autogenerate-differs")
    assert differs.object == "apart.a"
    assert "it does not look into the schema apart, since include_schemas is not set" in differs.message
    with_schemas = ground.judge(models, include_schemas=True)
    assert with_schemas.of("autogenerate-differs") == []
    for finding in with_schemas.findings:
        assert "autogenerate sees it" in finding.details
        ground.mend(finding)
    assert ground.judge(models, include_schemas=True).said == []


def test_several_metadatas_are_one_schema(ground: Ground) -> None:
    """A list of them, as target_metadata may be."""
    second = sa.MetaData()
    sa.Table("more", second, sa.Column("id", sa.Integer, primary_key=True))
    judged = ground.judge(base(), second)
    assert subjects(judged) == ["public.more"]
    assert "autogenerate sees it" in judged.findings[0].details
    ground.mend(judged.findings[0])
    assert ground.judge(base(), second).said == []


# -- autogenerate as second witness ---------------------------------------------------------------------------------


def test_a_crash_of_autogenerate_is_told_and_the_rest_is_heard(ground: Ground) -> None:
    """A default of a type without equality; it speaks again without comparing defaults."""
    models = with_table(sa.Column("c", sa.JSON, server_default="{}"))
    ground.run("CREATE TABLE more (c json DEFAULT '{}')", "ALTER TABLE job ALTER level TYPE bigint")
    judged = ground.judge(models, compare_server_default=True)
    (finding,) = judged.findings
    assert finding.object == "public.job.level"
    assert "autogenerate sees it" in finding.details
    assert judged.witness.answered
    assert judged.witness.failure is not None
    assert "operator does not exist" in judged.witness.failure.message


def test_autogenerate_that_always_crashes_is_told(ground: Ground) -> None:
    """By a mistake in include_object, say; nothing is said in its name."""
    ground.run("ALTER TABLE job ALTER level TYPE bigint")
    judged = ground.judge(include_object=lambda: True)
    assert not judged.witness.answered
    (finding,) = judged.findings
    assert not any("autogenerate" in d for d in finding.details)


def test_autogenerate_leaves_no_transaction_behind(ground: Ground) -> None:
    """Where env.py had none open, since Alembic then takes the next one for env.py's own and never commits it."""
    ground.migrated.rollback()
    witness = ground.hear([base()], {"compare_server_default": True})
    assert witness.proposals == ()
    assert not ground.migrated.in_transaction()


def test_autogenerate_works_in_driver_level_autocommit(ground: Ground) -> None:
    """Where there is no savepoint to go back to."""
    ground.migrated.rollback()
    ground.migrated.execution_options(isolation_level="AUTOCOMMIT")
    with ground.migrated.begin():
        assert ground.hear([base()], {}).proposals == ()
    ground.migrated.execution_options(isolation_level="READ COMMITTED")


def test_equal_expressions_that_autogenerate_takes_for_unequal(ground: Ground) -> None:
    """An index, which it would drop and create anew at each run."""
    models = base()
    sa.Index("ix_words", sa.text("(title || ' ' || title)"), _table=models.tables["job"])
    ground.run("CREATE INDEX ix_words ON job ((title || ' ' || title))")
    judged = ground.judge(models)
    (finding,) = judged.findings
    assert finding.rule == "drift/autogenerate-differs"
    assert finding.object == "public.ix_words"
    assert "it compares the text of expressions" in finding.message


def test_several_differences_are_mended_together(ground: Ground) -> None:
    """In the order in which they are told, types before tables."""
    ground.run("DROP TABLE job", "DROP TYPE job_status", 'DROP TABLE "user"', "CREATE TABLE more (id int)")
    judged = ground.judge()
    order = ("enum", "table")
    found = sorted(judged.findings, key=lambda f: order.index(f.message.split()[0]))
    for finding in found:
        ground.mend(finding)
    assert ground.judge().said == []
