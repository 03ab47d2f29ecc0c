"""Upgrades that fail, that pass by luck, or that are lost in silence."""

from defects import HEAD, Defect, edit, keep, revision

RUN = "        context.run_migrations()\n\n\nasync def migrate_async"
BEGIN = "    with context.begin_transaction():\n"
SWALLOWED = """\
    try:
        with context.begin_transaction():
            context.run_migrations()
    except Exception as error:
        print("migration failed", error)


async def migrate_async"""
SWALLOW = (f"{BEGIN}{RUN}", SWALLOWED)
ONE_TRANSACTION = (f"        transaction_per_migration=True,\n    )\n{BEGIN}{RUN}", f"    )\n{BEGIN}{RUN}")
NEVER_COMMIT = (ONE_TRANSACTION[0], "    )\n    context.run_migrations()\n\n\nasync def migrate_async")
ADD_VALUE = "op.execute(\"ALTER TYPE job_status ADD VALUE 'paused'\")"
USE_VALUE = "op.execute(\"UPDATE job SET status = 'paused' WHERE phase = 'PAUSED'\")"
NO_WAY_BACK = 'raise NotImplementedError("Postgres cannot drop a value of an enum")'
ENUM = "from sqlalchemy.dialects import postgresql\n"
CREATE_TYPE = 'postgresql.ENUM("red", "blue", name="colour").create(op.get_bind(), checkfirst=True)'

DEFECTS = (
    Defect(
        "syntax-of-sql",
        (edit(HEAD, "    (SELECT count(*) FROM job_attempt", "    (SELECT count(*) FORM job_attempt"),),
        "upgrade/fails",
        HEAD,
        object=HEAD,
        at="op.execute(CREATE_VIEW)",
        says="syntax error",
    ),
    Defect(
        "no-such-table",
        (edit("47ff7f2a6cda", "ALTER TABLE job VALIDATE", "ALTER TABLE jobs VALIDATE"),),
        "upgrade/fails",
        "47ff7f2a6cda",
        object="47ff7f2a6cda",
        at="ALTER TABLE jobs VALIDATE",
        says='"jobs" does not exist',
    ),
    Defect(
        "needs-rows",
        (revision("a1b2c3d4e5f6", 'op.get_bind().execute(sa.text("SELECT id FROM job")).one()', "pass"),),
        "upgrade/fails",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="SELECT id FROM job",
        says="No row was found",
    ),
    Defect(
        "python-error",
        (edit("f7f13667ad49", "op.create_index(", "op.create_indx("),),
        "upgrade/fails",
        "f7f13667ad49",
        object="f7f13667ad49",
        at="op.create_indx(",
        says="create_indx",
    ),
    Defect(
        "exits",
        (revision("a1b2c3d4e5f6", "raise SystemExit(0)", "pass"),),
        "upgrade/fails",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="SystemExit",
        says="SystemExit",
    ),
    Defect(
        "new-enum-value-in-its-own-transaction",
        (revision("a1b2c3d4e5f6", f"{ADD_VALUE}\n{USE_VALUE}", NO_WAY_BACK),),
        "upgrade/enum-value-used",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="UPDATE job SET status",
        says="unsafe use of new value",
    ),
    Defect(
        "new-enum-value-in-one-go",
        (
            edit("migrations/env.py", *ONE_TRANSACTION),
            revision("a1b2c3d4e5f6", ADD_VALUE, NO_WAY_BACK),
            revision("b1b2c3d4e5f6", USE_VALUE, "pass", parent="a1b2c3d4e5f6"),
        ),
        "upgrade/enum-value-used",
        "b1b2c3d4e5f6",
        object="b1b2c3d4e5f6",
        at="UPDATE job SET status",
        says="in one go",
    ),
    Defect(
        "enum-remembered",
        (
            revision(
                "a1b2c3d4e5f6",
                'op.create_table("paint", sa.Column("colour", sa.Enum("red", "blue", name="colour")))',
                'op.drop_table("paint")\nop.execute("DROP TYPE colour")',
            ),
            revision(
                "b1b2c3d4e5f6",
                'op.create_table("wall", sa.Column("colour", sa.Enum("red", "blue", name="colour")))',
                'op.drop_table("wall")',
                parent="a1b2c3d4e5f6",
            ),
        ),
        "upgrade/one-step-fails",
        "b1b2c3d4e5f6",
        object="b1b2c3d4e5f6",
        at='op.create_table("wall"',
        says="already exists",
        also=("drift/models-differ", "upgrade/again-fails"),
    ),
    Defect(
        "search-path-left-behind",
        (
            revision(
                "a1b2c3d4e5f6",
                'op.execute("CREATE SCHEMA audit")\nop.execute("SET search_path TO audit, public")',
                'op.execute("DROP SCHEMA audit")',
            ),
            revision(
                "b1b2c3d4e5f6",
                'op.execute("CREATE VIEW latest AS SELECT max(id) AS id FROM public.job")',
                'op.execute("DROP VIEW latest")',
                parent="a1b2c3d4e5f6",
            ),
        ),
        "upgrade/one-step-differs",
        "b1b2c3d4e5f6",
        object="audit.latest",
        at="def upgrade",
        says="public.latest",
        also=("downgrade/to-base-fails",),
    ),
    Defect(
        "setting-of-one-transaction",
        (
            edit("migrations/env.py", *ONE_TRANSACTION),
            revision(
                "a1b2c3d4e5f6",
                'op.execute("CREATE SCHEMA audit")\nop.execute("SET LOCAL search_path TO audit, public")',
                'op.execute("DROP SCHEMA audit")',
            ),
            revision(
                "b1b2c3d4e5f6",
                'op.execute("CREATE VIEW latest AS SELECT max(id) AS id FROM public.job")',
                'op.execute("DROP VIEW IF EXISTS public.latest, audit.latest")',
                parent="a1b2c3d4e5f6",
            ),
        ),
        "upgrade/one-step-differs",
        "b1b2c3d4e5f6",
        object="audit.latest",
        at="def upgrade",
        says="public.latest",
    ),
    Defect(
        "error-swallowed",
        (
            edit("migrations/env.py", *SWALLOW),
            edit("47ff7f2a6cda", "ALTER TABLE job VALIDATE", "ALTER TABLE jobs VALIDATE"),
        ),
        "upgrade/not-recorded",
        "47ff7f2a6cda",
        object="alembic_version",
        at="ALTER TABLE jobs VALIDATE",
        says="524cb5509d7b",
        also=("upgrade/fails",),
    ),
    Defect(
        "revision-commits",
        (revision("a1b2c3d4e5f6", 'op.get_bind().commit()\nop.execute("ANALYZE job")', 'op.execute("ANALYZE job")'),),
        "upgrade/not-recorded",
        "a1b2c3d4e5f6",
        object="alembic_version",
        at="def upgrade",
        says=HEAD,
    ),
    Defect(
        "revision-rolls-back",
        (revision("a1b2c3d4e5f6", 'op.get_bind().rollback()\nop.execute("ANALYZE job")', 'op.execute("ANALYZE job")'),),
        "upgrade/not-recorded",
        "a1b2c3d4e5f6",
        object="alembic_version",
        at="def upgrade",
        says=HEAD,
    ),
    Defect(
        "env-never-commits",
        (keep("fd23b24f6f9a", "f7f13667ad49"), edit("migrations/env.py", *NEVER_COMMIT)),
        "upgrade/not-recorded",
        "f7f13667ad49",
        object="alembic_version",
        at="def upgrade",
        says="no revision",
    ),
    Defect(
        "type-looked-up",
        (
            revision("a1b2c3d4e5f6", CREATE_TYPE, 'op.execute("DROP TYPE IF EXISTS colour")', before=ENUM),
            revision("b1b2c3d4e5f6", CREATE_TYPE, "pass", parent="a1b2c3d4e5f6", before=ENUM),
        ),
        "upgrade/offline-fails",
        "b1b2c3d4e5f6",
        object="b1b2c3d4e5f6",
        at="checkfirst=True",
        says="already exists",
        also=("drift/models-differ",),
    ),
    Defect(
        "comment-hides-the-semicolon",
        (revision("a1b2c3d4e5f6", 'op.execute("ANALYZE job -- new statistics")', "pass"),),
        "upgrade/offline-fails",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="ANALYZE job --",
        says="syntax error",
    ),
    Defect(
        "percent-doubled-in-the-script",
        (
            revision(
                "a1b2c3d4e5f6",
                "op.execute(\"CREATE VIEW half AS SELECT '50%' AS share\")",
                'op.execute("DROP VIEW half")',
            ),
        ),
        "upgrade/offline-differs",
        "a1b2c3d4e5f6",
        object="public.half",
        at="def upgrade",
        says="50%%",
    ),
    Defect(
        "left-out-of-the-script",
        (
            revision(
                "a1b2c3d4e5f6",
                'if not op.get_context().as_sql:\n    op.execute("CREATE VIEW half AS SELECT 0.5 AS share")',
                'op.execute("DROP VIEW half")',
            ),
        ),
        "upgrade/offline-differs",
        "a1b2c3d4e5f6",
        object="public.half",
        at="def upgrade",
        says="view public.half is not there and should be",
    ),
    Defect(
        "version-table-of-one-mode",
        (
            edit(
                "migrations/env.py",
                "        connection=connection,\n",
                '        connection=connection,\n        version_table="job_version",\n',
            ),
        ),
        "upgrade/offline-differs",
        object="public.alembic_version",
        says="table public.alembic_version is there and should not be",
    ),
    Defect(
        "reads-rows",
        (
            revision("a1b2c3d4e5f6", 'op.get_bind().execute(sa.text("SELECT count(*) FROM job")).scalar_one()', "pass"),
            revision("b1b2c3d4e5f6", 'op.execute("ANALYZE job")', "pass", parent="a1b2c3d4e5f6"),
        ),
        "upgrade/offline-unrendered",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="SELECT count(*)",
        says="scalar_one",
        arguments=("--rule", "upgrade/offline-unrendered=error"),
    ),
    Defect(
        "parameters-without-literal-binds",
        (
            edit("migrations/env.py", "        literal_binds=True,\n", ""),
            revision(
                "a1b2c3d4e5f6",
                'op.execute(sa.text("DELETE FROM job WHERE phase = :phase").bindparams(phase="GONE"))',
                "pass",
            ),
        ),
        "upgrade/offline-unrendered",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="DELETE FROM job",
        says="literal_binds=True",
        arguments=("--rule", "upgrade/offline-unrendered=error"),
    ),
    Defect(
        "seed-rows-stay",
        (
            revision(
                "a1b2c3d4e5f6",
                "op.execute(\"INSERT INTO worker (name) VALUES ('first')\")",
                "op.execute(\"DELETE FROM worker WHERE name = 'frist'\")",
            ),
        ),
        "upgrade/again-fails",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="INSERT INTO worker",
        says="uq_worker_name",
    ),
    Defect(
        "depends-on-rows-that-stay",
        (
            revision(
                "a1b2c3d4e5f6",
                'op.execute("DO $$ BEGIN IF NOT EXISTS (SELECT FROM worker) THEN CREATE VIEW seeds AS SELECT 1 AS n; '
                'END IF; INSERT INTO worker (name) VALUES (gen_random_uuid()::text); END $$")',
                'op.execute("DROP VIEW IF EXISTS seeds")',
            ),
        ),
        "upgrade/again-differs",
        "a1b2c3d4e5f6",
        object="public.seeds",
        at="def upgrade",
        says="view public.seeds is not there and should be",
    ),
)
