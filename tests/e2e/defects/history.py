"""Histories that Alembic cannot read, or reads as something else than was meant."""

from defects import HEAD, Defect, edit, revision, write

BROKEN = "history/broken"
BACKFILL = "21e50c169f3e"
ATTEMPTS = "524cb5509d7b"
PARENT = 'down_revision: str | Sequence[str] | None = "46db046eeb27"'

FUNCTION = "CREATE OR REPLACE FUNCTION grade() RETURNS integer LANGUAGE sql AS 'SELECT {}'"
GRADE_0, GRADE_1, GRADE_2 = (f'op.execute("{FUNCTION.format(number)}")' for number in range(3))
GRADED = (
    revision("a0b2c3d4e5f6", GRADE_0, 'op.execute("DROP FUNCTION grade")'),
    revision("a1b2c3d4e5f6", GRADE_1, GRADE_0, parent="a0b2c3d4e5f6"),
    revision("b1b2c3d4e5f6", GRADE_2, GRADE_0, parent="a0b2c3d4e5f6"),
)
USING = (
    revision("a1b2c3d4e5f6", 'op.execute("CREATE VIEW grades AS SELECT grade()")', 'op.execute("DROP VIEW grades")'),
    revision("b1b2c3d4e5f6", GRADE_0, 'op.execute("DROP FUNCTION grade")'),
)
MERGE = write(
    "migrations/versions/c1b2c3d4e5f6_merge.py",
    'revision = "c1b2c3d4e5f6"\ndown_revision = ("a1b2c3d4e5f6", "b1b2c3d4e5f6")\n\n\n'
    "def upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n",
)

DEFECTS = (
    Defect(
        "both-branches-replace-a-function",
        (*GRADED, MERGE),
        "history/order-matters",
        "a1b2c3d4e5f6",
        object="public.grade()",
        at="def upgrade",
        says="the order of b1b2c3d4e5f6 and a1b2c3d4e5f6",
        also=("downgrade/leaves-a-trace",),  # one of the two restores what was before the branches
    ),
    Defect(
        "a-branch-needs-the-other",
        (*USING, MERGE),
        "history/order-matters",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="CREATE VIEW grades",
        says="fails when it does not run after b1b2c3d4e5f6",
    ),
    Defect(
        "two-heads",
        (revision("a1b2c3d4e5f6", "pass", "pass", parent="47ff7f2a6cda"),),
        "history/multiple-heads",
        "a1b2c3d4e5f6",
        object="a1b2c3d4e5f6",
        at="down_revision",
        says=HEAD,
    ),
    Defect(
        "parent-is-gone",
        (edit(ATTEMPTS, PARENT, PARENT.replace("eeb27", "eeb00")),),
        BROKEN,
        ATTEMPTS,
        object=ATTEMPTS,
        at='"46db046eeb00"',
        says="46db046eeb00",
    ),
    Defect(
        "id-twice",
        (revision(HEAD, "pass", "pass", parent="47ff7f2a6cda"),),
        BROKEN,
        HEAD,
        object=HEAD,
        at="revision = ",
        says="claimed by 2 files",
        file="migrations/versions/40f7e281e1cc_defect.py",
    ),
    Defect(
        "cycle",
        (edit("fd23b24f6f9a", "Sequence[str] | None = None\nbranch", 'Sequence[str] | None = "f7f13667ad49"\nbranch'),),
        BROKEN,
        "f7f13667ad49",
        object="f7f13667ad49",
        at="down_revision",
        says="f7f13667ad49, fd23b24f6f9a",
    ),
    Defect(
        "syntax-error",
        (edit(HEAD, "def downgrade() -> None:", "def downgrade( -> None:"),),
        BROKEN,
        object="40f7e281e1cc_create_job_overview.py",
        at="def downgrade(",
        file="migrations/versions/40f7e281e1cc_create_job_overview.py",
    ),
    Defect(
        "syntax-error-in-the-middle",
        (edit("4edb8b61410f", "def upgrade() -> None:", "<<<<<<< HEAD\ndef upgrade() -> None:"),),
        BROKEN,
        object="4edb8b61410f_add_job_status.py",
        at="<<<<<<< HEAD",
        file="migrations/versions/4edb8b61410f_add_job_status.py",
    ),
    Defect(
        "import-error",
        (edit(ATTEMPTS, "import sqlalchemy as sa", "import sqlalchemy as sa\nimport no_such_package"),),
        BROKEN,
        object="524cb5509d7b_add_job_max_attempts.py",
        at="import no_such_package",
        says="no_such_package",
        file="migrations/versions/524cb5509d7b_add_job_max_attempts.py",
    ),
    Defect(
        "depends-on-nothing",
        (edit(ATTEMPTS, "depends_on: str | Sequence[str] | None = None", 'depends_on = "0123456789ab"'),),
        BROKEN,
        ATTEMPTS,
        object=ATTEMPTS,
        at="depends_on",
        says="0123456789ab",
    ),
    Defect(
        "id-too-long",
        (edit(HEAD, 'revision: str = "40f7e281e1cc"', 'revision: str = "40f7e281e1cc_the_view_of_all_the_jobs"'),),
        BROKEN,
        "40f7e281e1cc_the_view_of_all_the_jobs",
        object="40f7e281e1cc_the_view_of_all_the_jobs",
        at="revision: str",
        says="32",
        file="migrations/versions/40f7e281e1cc_create_job_overview.py",
        also=("upgrade/fails",),  # at the stamp
    ),
    Defect(
        "no-id",
        (write("migrations/versions/helpers.py", '"""Helpers."""\n\nX = 1\n'),),
        BROKEN,
        object="helpers.py",
        says="has no `revision`",
        file="migrations/versions/helpers.py",
    ),
    Defect(
        "async-upgrade",
        (edit(BACKFILL, "def upgrade() -> None:", "async def upgrade() -> None:"),),
        BROKEN,
        BACKFILL,
        object=BACKFILL,
        at="async def upgrade",
        says="async",
    ),
    Defect(
        "generator-upgrade",
        (
            edit(
                BACKFILL,
                '        op.execute("ANALYZE job (status)")',
                '        yield op.execute("ANALYZE job (status)")',
            ),
        ),
        BROKEN,
        BACKFILL,
        object=BACKFILL,
        at="def upgrade",
        says="generator",
    ),
    Defect(
        "async-downgrade",
        (edit(BACKFILL, "def downgrade() -> None:", "async def downgrade() -> None:"),),
        BROKEN,
        BACKFILL,
        object=BACKFILL,
        at="async def downgrade",
        says="async",
    ),
)
