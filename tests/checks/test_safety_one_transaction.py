"""A branch with several revisions, deployed as its env.py would: in one transaction, or in one for each."""

import subprocess
import sys
from pathlib import Path

import pytest

from alembic_proof.provision import Server
from alembic_proof.settings import load_settings
from alembic_proof.verify import verify

from .examples import ENV, write

GIVEN = 'op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("age", sa.Integer))'
NOT_VALID = 'op.create_check_constraint("account_age", "account", "age + 1 > age", postgresql_not_valid=True)'
VALIDATE = 'op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_age")'
RULE = "lock/validates-under-lock"


@pytest.mark.slow
@pytest.mark.parametrize(("per_migration", "found"), [("False", ["c"]), ("True", [])])
def test_a_later_revision_is_no_later_transaction_unless_env_says_so(
    server: Server, tmp_path: Path, per_migration: str, found: list[str]
) -> None:
    """NOT VALID and VALIDATE in two revisions of a branch are as bad as in one, where both run in one transaction."""
    write(tmp_path, [("a", GIVEN, "")])
    env = tmp_path / "migrations" / "env.py"
    env.write_text(ENV.replace("transaction_per_migration=True", f"transaction_per_migration={per_migration}"))
    _git(tmp_path, "init", "--quiet", "--initial-branch=main")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message=a")
    for id_, parent, body in (("b", "a", NOT_VALID), ("c", "b", VALIDATE)):
        head = f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {id_!r}\ndown_revision = {parent!r}\n"
        (tmp_path / "migrations" / "versions" / f"{id_}.py").write_text(f"{head}\n\ndef upgrade():\n    {body}\n")
    flags = {"postgres": server.admin.url(), "python": sys.executable, "base": "main"}
    report = verify(load_settings(tmp_path, flags))
    assert [f.revision for f in report.findings if f.rule == RULE] == found


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)
