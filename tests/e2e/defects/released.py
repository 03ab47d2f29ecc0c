"""Released revisions that are not what they were: copies of the example with its seal, and with a history in git."""

import os
import shutil
import subprocess
from pathlib import Path

from defects import HEAD, Defect, Edit, edit, revision

REPOSITORY = Path(__file__).parents[3]
EDITED = "history/edited"
LOCK = "migrations/history.lock"
BACKFILL = "21e50c169f3e"
WORKER = "3a29c9abba65"
_WHO = ("-c", "user.name=example", "-c", "user.email=example@example.org", "-c", "commit.gpgsign=false")


def sealed(project: Path) -> None:
    """The example's own seal."""
    shutil.copy(REPOSITORY / LOCK, project / LOCK)


def committed(project: Path) -> None:
    """All that is there, in a repository of its own."""
    sealed(project)
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "released")):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        subprocess.run(("git", *_WHO, *command), cwd=project, env=environment, check=True)


def without(name: str) -> Edit:
    """Delete a revision's file."""
    return lambda project: next((project / "migrations" / "versions").glob(f"{name}*")).unlink()


DEFECTS = (
    Defect(
        "edited",
        (committed, edit(BACKFILL, '("ANALYZE job (status)")', '("ANALYZE job")  # all of it')),
        EDITED,
        BACKFILL,
        object=BACKFILL,
        at='op.execute("ANALYZE job")',
        says='-        op.execute("ANALYZE job (status)")',
    ),
    Defect(
        "edited-without-git",
        (sealed, edit(BACKFILL, '"ANALYZE job (status)"', '"ANALYZE job"')),
        EDITED,
        BACKFILL,
        object=BACKFILL,
        at="def upgrade",
        says="what it was is not in git",
    ),
    Defect(
        "re-parented",
        (sealed, edit(WORKER, '= "f7f13667ad49"', '= "fd23b24f6f9a"')),
        EDITED,
        WORKER,
        object=WORKER,
        at="down_revision",
        says="down_revision: have fd23b24f6f9a, want f7f13667ad49",
    ),
    Defect(
        "deleted",
        (sealed, without(HEAD)),
        EDITED,
        HEAD,
        object=HEAD,
        at=HEAD,
        says="versions/40f7e281e1cc_create_job_overview.py",
        file=LOCK,
    ),
    Defect(
        "id-changed",
        (sealed, edit(HEAD, f'revision: str = "{HEAD}"', 'revision: str = "a1b2c3d4e5f6"')),
        EDITED,
        HEAD,
        object=HEAD,
        at='revision: str = "a1b2c3d4e5f6"',
        says="another id, a1b2c3d4e5f6",
    ),
    Defect(
        "id-reused",
        (
            committed,
            without(HEAD),
            revision(
                HEAD,
                'op.execute("CREATE VIEW newest AS SELECT max(id) FROM job")',
                'op.execute("DROP VIEW newest")',
                parent="47ff7f2a6cda",
            ),
        ),
        EDITED,
        HEAD,
        object=HEAD,
        at="revision = ",
        says="was reused for another revision",
    ),
)
