"""Histories that make another schema than the committed one, and columns in another order."""

import shutil
from pathlib import Path

from defects import HEAD, Defect, edit, revision

REPOSITORY = Path(__file__).parents[3]
DIFFERS = "schema/snapshot-differs"
ORDER = "schema/column-order"
SCHEMA = "migrations/schema.sql"
FIRST = "fd23b24f6f9a"
NEW = "a1b2c3d4e5f6"


def committed(project: Path) -> None:
    """The example's own schema."""
    shutil.copy(REPOSITORY / SCHEMA, project / SCHEMA)


def reordered(project: Path) -> None:
    """The models' second column comes first."""
    path = project / "models" / "job.py"
    lines = path.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("    email: "))
    lines[at - 1 : at + 1] = lines[at], lines[at - 1]
    path.write_text("\n".join(lines) + "\n", "utf-8")


DEFECTS = (
    Defect(
        "view-changed",
        (committed, edit(HEAD, "WHERE job.deleted = 0", "WHERE job.deleted = 1")),
        DIFFERS,
        HEAD,
        object="public.job_overview",
        at="-- view public.job_overview ",
        says="definition",
        file=SCHEMA,
    ),
    Defect(
        "trigger-not-recorded",
        (
            committed,
            revision(
                NEW,
                'op.execute("CREATE TRIGGER quiet BEFORE UPDATE ON worker '
                'FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")',
                'op.execute("DROP TRIGGER quiet ON worker")',
            ),
        ),
        DIFFERS,
        NEW,
        object="public.worker.quiet",
        at="-- table public.worker ",
        says="schema.sql does not have it",
        file=SCHEMA,
    ),
    Defect(
        "revision-taken-back",
        (committed, lambda project: next((project / "migrations" / "versions").glob(f"{HEAD}*")).unlink()),
        DIFFERS,
        None,
        object="public.job_overview",
        at="-- view public.job_overview ",
        says="the migrations do not make it",
        file=SCHEMA,
    ),
    Defect(
        "conflict",
        (committed, edit(SCHEMA, "CREATE TABLE public.worker (", "<<<<<<< HEAD\nCREATE TABLE public.worker (")),
        DIFFERS,
        None,
        object=SCHEMA,
        at="<<<<<<< HEAD",
        says="cannot be loaded",
        file=SCHEMA,
    ),
    Defect(
        "order-in-the-file",
        (
            committed,
            edit(
                SCHEMA,
                "    job_info character varying,\n    email character varying,\n",
                "    email character varying,\n    job_info character varying,\n",
            ),
        ),
        DIFFERS,
        FIRST,
        object="public.job",
        at="-- table public.job ",
        says="columns",
        file=SCHEMA,
    ),
    Defect(
        "order-after-the-downgrade",
        (
            revision(
                NEW,
                'op.execute("CREATE VIEW latest AS SELECT max(id) AS id FROM job")',
                'op.execute("DROP VIEW latest")\nop.drop_column("job", "email")\n'
                'op.add_column("job", sa.Column("email", sa.String()))',
            ),
        ),
        ORDER,
        NEW,
        object="public.job",
        at="def downgrade",
        says="another order",
        arguments=("--rule", f"{ORDER}=error"),
    ),
    Defect(
        "order-in-the-models",
        (reordered,),
        ORDER,
        None,
        object="public.job",
        says="in the models",
        arguments=("--rule", f"{ORDER}=error"),
    ),
)
