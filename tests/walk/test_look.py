"""What no event trigger hears of is seen all the same."""

from __future__ import annotations

import pytest
from walk_project import NOWHERE, Project, env, ini, revision


@pytest.mark.parametrize(
    "statement", ["CLUSTER account USING account_pkey", "cluster verbose account using account_pkey"]
)
def test_clustering_is_seen(project: Project, statement: str) -> None:
    """It marks the index, and its downgrade is told to leave that."""
    project.write(
        {
            "alembic.ini": ini(url=f"postgresql+psycopg://{NOWHERE}"),
            "migrations/env.py": env(),
            "migrations/versions/a1.py": revision(
                "a1", None, 'op.execute("CREATE TABLE account (id int PRIMARY KEY)")', 'op.drop_table("account")'
            ),
            "migrations/versions/a2.py": revision("a2", "a1", f'op.execute("{statement}")', 'op.execute("SELECT 1")'),
        }
    )
    report = project.verify(rules={"lock/storage-rewrites-table": "off", "lock/no-timeout": "off"})
    assert [f.rule for f in report.open_findings] == ["downgrade/leaves-a-trace"]
    assert [c for c in report.coverage if "incremental" in c] == []
