"""Comments, on anything."""

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from ..case import Case, changed, equal
from . import others, triggers

T = "CREATE TABLE t (a int)"


def on(what: str, subject: str, base: str = T, attribute: str = "comment", **more: object) -> Case:
    """A comment that only one side has."""
    name = "comment on " + what.lower().replace(".", " ").split("(")[0].replace("=", "").strip()
    return changed(name, subject, attribute, f"COMMENT ON {what} IS 'told'", "SELECT 1", base=base, **more)


DIFFERENT = (
    on("TABLE t", "table: own.t", models=lambda m: Table("t", m, Column("a", Integer), comment="told")),
    on("COLUMN t.a", "column: own.t.a", models=lambda m: Table("t", m, Column("a", Integer, comment="told"))),
    changed(
        "comment text",
        "table: own.t",
        "comment",
        "COMMENT ON TABLE t IS 'told'",
        "COMMENT ON TABLE t IS 'Told'",
        base=T,
        models=lambda m: Table("t", m, Column("a", Integer), comment="told"),
    ),
    on(
        "CONSTRAINT k ON t",
        "constraint: own.t.k",
        "CREATE TABLE t (a int, CONSTRAINT k UNIQUE (a))",
        models=lambda m: Table("t", m, Column("a", Integer), UniqueConstraint("a", name="k", comment="told")),
    ),
    on("INDEX i", "index: own.i", f"{T}; CREATE INDEX i ON t (a)"),
    on("SCHEMA own", "schema: own"),
    on("SEQUENCE s", "sequence: own.s", "CREATE SEQUENCE s"),
    on("VIEW v", "view: own.v", "CREATE VIEW v AS SELECT 1 AS a"),
    on("COLUMN v.a", "column: own.v.a", "CREATE VIEW v AS SELECT 1 AS a"),
    on("MATERIALIZED VIEW m", "materialized view: own.m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a"),
    on("FUNCTION f", "function: own.f()", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"),
    on("AGGREGATE g(int)", "aggregate: own.g(integer)", "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int4)"),
    on("TYPE e", "enum: own.e", "CREATE TYPE e AS ENUM ('x')"),
    on("DOMAIN d", "domain: own.d", "CREATE DOMAIN d AS int"),
    on("CONSTRAINT k ON DOMAIN d", "constraint: own.d.k", "CREATE DOMAIN d AS int CONSTRAINT k CHECK (VALUE > 0)"),
    on("COLUMN c.x", "composite type: own.c", "CREATE TYPE c AS (x int)", "attributes"),
    on(
        "TRIGGER g ON t",
        "trigger: own.t.g",
        f"{T}; CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ),
    on("RULE r ON t", "rule: own.t.r", f"{T}; CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"),
    on("POLICY y ON t", "policy: own.t.y", f"{T}; CREATE POLICY y ON t"),
    on("STATISTICS s", "statistics: own.s", "CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b FROM t"),
    on("CAST (c AS int)", "cast: (own.c AS integer)", others.CAST + "; CREATE CAST (c AS int) WITH FUNCTION f(c)"),
    on("OPERATOR === (int, int)", "operator: own.===(integer,integer)", f"{others.EQ}; {others.OPERATOR})"),
    on("OPERATOR FAMILY f USING hash", "operator family: own.f USING hash", "CREATE OPERATOR FAMILY f USING hash"),
    on("OPERATOR CLASS c USING hash", "operator class: own.c USING hash", others.CLASS),
    on("COLLATION c", "collation: own.c", "CREATE COLLATION c (provider = libc, locale = 'C')"),
    on("CONVERSION c", "conversion: own.c", "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
    on("TEXT SEARCH DICTIONARY d", "text search dictionary: own.d", f"{others.DICTIONARY})"),
    on("TEXT SEARCH CONFIGURATION g", "text search configuration: own.g", others.CONFIGURATION),
    on("TEXT SEARCH PARSER p", "text search parser: own.p", f"{others.PARSER})"),
    on("TEXT SEARCH TEMPLATE l", "text search template: own.l", others.TEMPLATE),
    on("FOREIGN DATA WRAPPER own", "foreign-data wrapper: own", others.WRAPPER),
    on("SERVER own", "foreign server: own", others.SERVER),
    on("FOREIGN TABLE t", "foreign table: own.t", f"{others.SERVER}; {others.FOREIGN}"),
    on("LANGUAGE own", "language: own", others.LANGUAGE),
    on("ACCESS METHOD own", "access method: own", others.ACCESS_METHOD),
    on(
        "TRANSFORM FOR c LANGUAGE plpgsql",
        "transform: for own.c language plpgsql",
        f"{others.FOR_C}; {others.TRANSFORM}",
    ),
    on("EVENT TRIGGER own", "event trigger: own", triggers.EVENT),
    on("SUBSCRIPTION own", "subscription: own", f"{others.SUBSCRIPTION})"),
    on("PROCEDURE p", "procedure: own.p()", "CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$"),
    on("TYPE r", "range: own.r", "CREATE TYPE r AS RANGE (subtype = float8)"),
    on("PUBLICATION own", "publication: own", "CREATE PUBLICATION own"),
    on("EXTENSION ltree", "extension: ltree", "CREATE EXTENSION ltree", words=("ltree",), needs=("ltree",)),
    on(
        "EXTENSION plpgsql",
        "extension: plpgsql",
        words=("plpgsql",),
        pg_dump="leaves out the comments on what an empty database has",
    ),
    on(
        "CONSTRAINT t_a_not_null ON t",
        "column: own.t.a",
        "CREATE TABLE t (a int NOT NULL)",
        "not null comment",
        since=18,
    ),
)

EQUAL = (
    equal("comment given and taken", "SELECT 1", "COMMENT ON TABLE t IS 'told'; COMMENT ON TABLE t IS NULL", base=T),
    equal(
        "comment empty",
        "SELECT 1",
        "COMMENT ON TABLE t IS ''",
        base=T,
        models=lambda m: Table("t", m, Column("a", Integer), comment=""),
    ),
    equal(
        "comment with quotes",
        "COMMENT ON TABLE t IS 'it''s'",
        "COMMENT ON TABLE t IS E'it\\'s'",
        base=T,
        models=lambda m: Table("t", m, Column("a", Integer), comment="it's"),
    ),
    equal(
        "comment moved with its table",
        "COMMENT ON TABLE t IS 'told'",
        "COMMENT ON TABLE t IS 'told'; ALTER TABLE t RENAME TO x; ALTER TABLE x RENAME TO t",
        base=T,
    ),
)
