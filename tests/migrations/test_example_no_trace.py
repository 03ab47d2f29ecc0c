"""pytest-alembic's experimental tests, as far as they can be run on this history.

`test_downgrade_leaves_no_trace` runs on the revisions above the merge point only, since it
- walks the history as one line: where two branches run side by side, its step down takes another revision
  than its step up;
- holds the transaction itself, so that a revision with an `autocommit_block` (an index built CONCURRENTLY,
  a batched backfill) fails however right it is: the three with such an upgrade are stamped on the way.

`test_all_models_register_on_metadata` is left out: it finds the models by the class of SQLAlchemy 1's
declarative base and fails on any project with a `DeclarativeBase`.

What these two are for, `alembic-proof verify` does for every revision.
"""

from typing import Any

import pytest
from pytest_alembic.tests.experimental import test_downgrade_leaves_no_trace

__all__ = ["test_downgrade_leaves_no_trace"]

MERGE_POINT = "46db046eeb27"
AUTOCOMMIT = ["21e50c169f3e", "54cbd7d621ad", "6c3f81e9d045"]

# its reflection of Postgres' options, nothing of ours
pytestmark = pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")


@pytest.fixture
def alembic_config(alembic_config: dict[str, Any]) -> dict[str, Any]:
    """Go up to the merge point without looking, and try every revision above it."""
    return {**alembic_config, "minimum_downgrade_revision": MERGE_POINT, "skip_revisions": AUTOCOMMIT}
