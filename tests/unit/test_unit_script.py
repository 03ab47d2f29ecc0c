"""SQL cut into statements as psql cuts it."""

import pytest

from alembic_proof.walk.script import statements

WHOLE = (
    "SELECT ';'",
    "SELECT 'it''s; '",
    r"SELECT E'\'; '",
    'SELECT 1 AS "a;""b"',
    "SELECT $$;$$",
    "SELECT $a$ ; $$ ; $a$",
    "SELECT foo$a$ FROM t",
    "SELECT $1",
    "SELECT 1 -- no ; here\n + 2",
    "SELECT 1 /* ; /* ; */ ; */ + 2",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
    "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
    "CREATE TABLE begin (a int)",
    "BEGIN",
    "DO $$ BEGIN PERFORM 1; END $$",
    "INSERT INTO t VALUES ('é;', 1e5)",
)


@pytest.mark.parametrize("sql", WHOLE)
def test_a_statement_stays_whole(sql: str) -> None:
    """Between two others."""
    assert [s for _, s in statements(f"SELECT 0;\n{sql};\n\nSELECT 9;")] == ["SELECT 0", sql, "SELECT 9"]


def test_all_together() -> None:
    """None leaves the next one in another state."""
    assert [s for _, s in statements(";\n".join(WHOLE))] == list(WHOLE)


def test_comments_and_semicolons_alone_are_no_statement() -> None:
    """Nor is a comment with a semicolon."""
    assert list(statements("-- Running upgrade a -> b;\n\n;; /* ; */ ;")) == []


def test_a_semicolon_in_a_comment_does_not_end_a_statement() -> None:
    """The next one is then part of it, as psql would send it."""
    assert [s for _, s in statements("SELECT 1 -- one;\n\nSELECT 2;")] == ["SELECT 1 -- one;\n\nSELECT 2"]


def test_where_a_statement_begins() -> None:
    """Past the comments before it."""
    text = "-- one;\nSELECT 1;\n/* two */ SELECT 2"
    assert [text[begin:].partition(";")[0] for begin, _ in statements(text)] == ["SELECT 1", "SELECT 2"]
