"""Columns: type, length, collation, NOT NULL, default, generated, identity, order."""

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Column,
    Computed,
    DateTime,
    Enum,
    Identity,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, TSVECTOR

from ..case import changed, equal, extra, missing


def table(*columns: Column):
    """Models of one table `t`."""
    return lambda metadata: Table("t", metadata, *(c._copy() for c in columns))


def of(type_: object, **more: object):
    """Models of one table `t` with one column `a`."""
    return lambda metadata: Table("t", metadata, Column("a", type_, **more))


def moods(metadata: MetaData) -> Table:
    """A column of an enum type."""
    return Table("t", metadata, Column("a", Enum("low", "high", name="mood", metadata=metadata)))


A = "column: own.t.a"

DIFFERENT = (
    missing(
        "column missing",
        A,
        "CREATE TABLE t (id int, a int)",
        "CREATE TABLE t (id int)",
        models=table(Column("id", Integer), Column("a", Integer)),
    ),
    extra(
        "column too many",
        A,
        "CREATE TABLE t (id int, a int)",
        "CREATE TABLE t (id int)",
        models=table(Column("id", Integer)),
    ),
    changed("int and bigint", A, "type", "CREATE TABLE t (a bigint)", "CREATE TABLE t (a int)", models=of(BigInteger)),
    changed(
        "int and array of int",
        A,
        "type",
        "CREATE TABLE t (a int[])",
        "CREATE TABLE t (a int)",
        models=of(ARRAY(Integer)),
    ),
    changed(
        "text and array of text", A, "type", "CREATE TABLE t (a text)", "CREATE TABLE t (a text[])", models=of(Text)
    ),
    changed(
        "uuid and array of uuid",
        A,
        "type",
        "CREATE TABLE t (a uuid[])",
        "CREATE TABLE t (a uuid)",
        models=of(ARRAY(Uuid)),
    ),
    changed(
        "length removed",
        A,
        "type",
        "CREATE TABLE t (a varchar(20))",
        "CREATE TABLE t (a varchar)",
        models=of(String(20)),
    ),
    changed(
        "length added", A, "type", "CREATE TABLE t (a varchar)", "CREATE TABLE t (a varchar(20))", models=of(String)
    ),
    changed(
        "length changed",
        A,
        "type",
        "CREATE TABLE t (a varchar(20))",
        "CREATE TABLE t (a varchar(40))",
        models=of(String(20)),
    ),
    changed("varchar and text", A, "type", "CREATE TABLE t (a text)", "CREATE TABLE t (a varchar)", models=of(Text)),
    changed(
        "precision removed",
        A,
        "type",
        "CREATE TABLE t (a numeric(10,2))",
        "CREATE TABLE t (a numeric)",
        models=of(Numeric(10, 2)),
    ),
    changed(
        "scale changed",
        A,
        "type",
        "CREATE TABLE t (a numeric(10,2))",
        "CREATE TABLE t (a numeric(10,3))",
        models=of(Numeric(10, 2)),
    ),
    changed(
        "timestamp precision",
        A,
        "type",
        "CREATE TABLE t (a timestamp(3))",
        "CREATE TABLE t (a timestamp)",
        models=of(TIMESTAMP(precision=3)),
    ),
    changed(
        "timestamp time zone",
        A,
        "type",
        "CREATE TABLE t (a timestamptz)",
        "CREATE TABLE t (a timestamp)",
        models=of(DateTime(timezone=True)),
    ),
    changed("json and jsonb", A, "type", "CREATE TABLE t (a jsonb)", "CREATE TABLE t (a json)", models=of(JSONB)),
    changed(
        "char and varchar",
        A,
        "type",
        "CREATE TABLE t (a varchar(5))",
        "CREATE TABLE t (a char(5))",
        models=of(String(5)),
    ),
    changed(
        "enum and text",
        A,
        "type",
        "CREATE TABLE t (a mood)",
        "CREATE TABLE t (a text)",
        base="CREATE TYPE mood AS ENUM ('low', 'high')",
        models=moods,
    ),
    changed(
        "collation added",
        A,
        "collation",
        "CREATE TABLE t (a text)",
        'CREATE TABLE t (a text COLLATE "C")',
        models=of(Text),
    ),
    changed(
        "collation removed",
        A,
        "collation",
        'CREATE TABLE t (a text COLLATE "C")',
        "CREATE TABLE t (a text)",
        models=of(Text(collation="C")),
    ),
    changed(
        "collation changed",
        A,
        "collation",
        'CREATE TABLE t (a text COLLATE "C")',
        'CREATE TABLE t (a text COLLATE "POSIX")',
        models=of(Text(collation="C")),
    ),
    changed(
        "not null missing",
        A,
        "not null",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int)",
        models=of(Integer, nullable=False),
    ),
    changed(
        "not null too many",
        A,
        "not null",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int NOT NULL)",
        models=of(Integer),
    ),
    changed(
        "default literal",
        A,
        "default",
        "CREATE TABLE t (a int DEFAULT 1)",
        "CREATE TABLE t (a int DEFAULT 2)",
        models=of(Integer, server_default="1"),
    ),
    changed(
        "default only in the models",
        A,
        "default",
        "CREATE TABLE t (a int DEFAULT 1)",
        "CREATE TABLE t (a int)",
        models=of(Integer, server_default="1"),
    ),
    changed(
        "default only in the database",
        A,
        "default",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int DEFAULT 1)",
        models=of(Integer),
    ),
    changed(
        "default function",
        A,
        "default",
        "CREATE TABLE t (a timestamptz DEFAULT now())",
        "CREATE TABLE t (a timestamptz DEFAULT clock_timestamp())",
        models=of(DateTime(timezone=True), server_default=text("now()")),
    ),
    changed(
        "default in another case",
        A,
        "default",
        "CREATE TABLE t (a text DEFAULT 'New')",
        "CREATE TABLE t (a text DEFAULT 'new')",
        models=of(Text, server_default="New"),
    ),
    changed(
        "default of json",
        A,
        "default",
        "CREATE TABLE t (a json DEFAULT '{}')",
        "CREATE TABLE t (a json DEFAULT '[]')",
        models=of(JSON, server_default="{}"),
    ),
    changed("default of point", A, "default", "CREATE TABLE t (a point DEFAULT '(0,0)')", "CREATE TABLE t (a point)"),
    changed(
        "default empty string and none",
        A,
        "default",
        "CREATE TABLE t (a text DEFAULT '')",
        "CREATE TABLE t (a text)",
        models=of(Text, server_default=""),
    ),
    changed(
        "default volatile",
        A,
        "default",
        "CREATE TABLE t (a text DEFAULT md5(random()::text))",
        "CREATE TABLE t (a text DEFAULT md5('x'))",
        models=of(Text, server_default=text("md5(random()::text)")),
    ),
    changed(
        "default of another sequence",
        A,
        "default",
        "CREATE TABLE t (a int DEFAULT nextval('s'))",
        "CREATE TABLE t (a int DEFAULT nextval('r'))",
        base="CREATE SEQUENCE s; CREATE SEQUENCE r",
    ),
    changed(
        "serial default lost",
        "column: own.t.id",
        "default",
        "SELECT 1",
        "ALTER TABLE t ALTER COLUMN id DROP DEFAULT",
        base="CREATE TABLE t (id serial PRIMARY KEY)",
        models=table(Column("id", Integer, primary_key=True)),
    ),
    changed(
        "generated expression",
        "column: own.t.b",
        "generated",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 3) STORED)",
        models=table(Column("a", Integer), Column("b", Integer, Computed("a * 2", persisted=True))),
    ),
    changed(
        "generated dropped",
        "column: own.t.b",
        "generated",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b int)",
        models=table(Column("a", Integer), Column("b", Integer, Computed("a * 2", persisted=True))),
    ),
    changed(
        "generated stored and virtual",
        "column: own.t.b",
        "generated",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        models=table(Column("a", Integer), Column("b", Integer, Computed("a * 2", persisted=True))),
        since=18,
    ),
    changed(
        "identity always and by default",
        A,
        "identity",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY)",
        models=table(Column("a", Integer, Identity(always=True))),
    ),
    changed(
        "identity options",
        "sequence: own.t_a_seq",
        "increment",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 10))",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 20))",
        models=table(Column("a", Integer, Identity(always=True, increment=10))),
    ),
    changed(
        "column order",
        "column order: own.t",
        "columns",
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (b int, a int)",
    ),
)

EQUAL = (
    equal(
        "names of types",
        "CREATE TABLE t (a int, b int8, c float8, d bool, e varchar(5), f numeric(5), g timestamptz, h char)",
        "CREATE TABLE t (a integer, b bigint, c double precision, d boolean, e character varying(5), f decimal(5,0),"
        " g timestamp with time zone, h character(1))",
    ),
    equal("float and its precision", "CREATE TABLE t (a float(24), b float(53))", "CREATE TABLE t (a real, b float8)"),
    equal("bounds of arrays", "CREATE TABLE t (a int[], b text[])", "CREATE TABLE t (a int[3][3], b text ARRAY[4])"),
    equal("default null", "CREATE TABLE t (a text)", "CREATE TABLE t (a text DEFAULT NULL)", models=of(Text)),
    equal(
        "default null of a model",
        "CREATE TABLE t (a text)",
        "CREATE TABLE t (a text DEFAULT NULL)",
        models=of(Text, server_default=text("NULL")),
    ),
    equal(
        "default with a cast",
        "CREATE TABLE t (a text DEFAULT 'x')",
        "CREATE TABLE t (a text DEFAULT 'x'::text)",
        models=of(Text, server_default="x"),
    ),
    equal(
        "default volatile twice",
        "CREATE TABLE t (a text DEFAULT md5(random()::text))",
        "CREATE TABLE t (a text DEFAULT (md5 ((random())::text)))",
        models=of(Text, server_default=text("md5(random()::text)")),
    ),
    equal(
        "default of the current time",
        "CREATE TABLE t (a timestamptz DEFAULT now())",
        "CREATE TABLE t (a timestamptz DEFAULT pg_catalog.now())",
        models=of(DateTime(timezone=True), server_default=text("NOW()")),
    ),
    equal(
        "default of jsonb",
        """CREATE TABLE t (a jsonb DEFAULT '{"a":1}')""",
        """CREATE TABLE t (a jsonb DEFAULT '{"a": 1}'::jsonb)""",
    ),
    equal(
        "default number and its sign",
        "CREATE TABLE t (a int DEFAULT -1)",
        "CREATE TABLE t (a int DEFAULT (-1))",
        models=of(Integer, server_default=text("-1")),
    ),
    equal(
        "default word in quotes",
        "CREATE TABLE t (a bool DEFAULT false, b int DEFAULT 0)",
        "CREATE TABLE t (a bool DEFAULT 'no', b int DEFAULT '0')",
    ),
    equal(
        "serial and its sequence",
        "CREATE TABLE t (id serial)",
        "CREATE SEQUENCE t_id_seq AS integer; CREATE TABLE t (id int NOT NULL DEFAULT nextval('t_id_seq'::regclass));"
        "ALTER SEQUENCE t_id_seq OWNED BY t.id",
    ),
    equal(
        "serial of a model",
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE TABLE t (id serial, CONSTRAINT t_pkey PRIMARY KEY (id))",
        models=table(Column("id", Integer, primary_key=True)),
    ),
    equal(
        "identity and its numbers",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT BY 1 CACHE 1))",
        models=table(Column("id", BigInteger, Identity(always=True))),
    ),
    equal(
        "identity added later",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY)",
        "CREATE TABLE t (id int NOT NULL); ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
        models=table(Column("id", Integer, Identity(always=False))),
    ),
    equal(
        "gap in the column numbers",
        "CREATE TABLE t (a int, b text)",
        "CREATE TABLE t (a int, gone int); ALTER TABLE t DROP COLUMN gone; ALTER TABLE t ADD COLUMN b text",
        models=table(Column("a", Integer), Column("b", Text)),
    ),
    equal(
        "fast default of an added column",
        "CREATE TABLE t (a int, b text NOT NULL DEFAULT 'x')",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT 'x'",
    ),
    equal(
        "not null set later",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL",
        models=of(Integer, nullable=False),
    ),
    equal(
        "not null of a renamed column",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (x int NOT NULL); ALTER TABLE t RENAME x TO a",
        models=of(Integer, nullable=False),
        pg_dump="prints the automatic name of a NOT NULL that no longer fits the column's",
        since=18,
    ),
    equal(
        "type changed there and back",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint; ALTER TABLE t ALTER a TYPE int",
    ),
    equal(
        "default set and dropped",
        "CREATE TABLE t (a int)",
        "CREATE TABLE t (a int DEFAULT 3); ALTER TABLE t ALTER a DROP DEFAULT",
    ),
    equal(
        "generated with spaces",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a*2) STORED)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS ( ( a  *  2 ) ) STORED)",
        models=table(Column("a", Integer), Column("b", Integer, Computed("a*2", persisted=True))),
    ),
    equal(
        "generated with a cast",
        "CREATE TABLE t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(a, ''))) STORED)",
        "CREATE TABLE t (a text, b tsvector GENERATED ALWAYS AS"
        " (to_tsvector('english'::regconfig, COALESCE(a, ''::text))) STORED)",
        models=table(
            Column("a", Text),
            Column("b", TSVECTOR, Computed("to_tsvector('english', coalesce(a, ''))", persisted=True)),
        ),
    ),
    equal(
        "quoted names", 'CREATE TABLE "T" ("A" int)', 'CREATE TABLE "T" ("B" int); ALTER TABLE "T" RENAME "B" TO "A"'
    ),
    equal(
        "small serial",
        "CREATE TABLE t (a smallserial)",
        "CREATE SEQUENCE t_a_seq AS smallint; CREATE TABLE t (a int2 NOT NULL DEFAULT nextval('own.t_a_seq'));"
        "ALTER SEQUENCE t_a_seq OWNED BY t.a",
    ),
)
