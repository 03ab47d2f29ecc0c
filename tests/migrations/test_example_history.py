"""pytest-alembic's own tests on the example: one head, base to head, models match, down and up again."""

# A test module that imports them runs them; `--test-alembic` would run them beside every other test as well.
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]
