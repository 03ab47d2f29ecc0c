"""Schemas, extensions, and the kinds that few histories have: foreign data, publications, casts, operators, ..."""

from sqlalchemy import Column, Integer, Table

from ..case import changed, equal, extra, missing

T = "CREATE TABLE t (a int, b text)"
WRAPPER = "CREATE FOREIGN DATA WRAPPER own"
SERVER = f"{WRAPPER}; CREATE SERVER own FOREIGN DATA WRAPPER own"
FOREIGN = "CREATE FOREIGN TABLE t (a int) SERVER own"
P = "publication: own"
EQ = "CREATE FUNCTION eq(int, int) RETURNS bool LANGUAGE sql AS $$ SELECT $1 = $2 $$"
OPERATOR = "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = eq"
CAST = "CREATE TYPE c AS (x int); CREATE FUNCTION f(c) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"
HASHED = "OPERATOR 1 = (record, record), FUNCTION 1 (x, x) hash_record(record)"
DICTIONARY = "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple"
CONFIGURATION = "CREATE TEXT SEARCH CONFIGURATION g (COPY = simple)"
PARSER = (
    "CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken,"
    " END = prsd_end, LEXTYPES = prsd_lextype"
)
SUBSCRIPTION = (
    "CREATE SUBSCRIPTION own CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE"
)
LANGUAGE = (
    "CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';"
    "CREATE LANGUAGE own HANDLER h"
)

FAMILY = "CREATE OPERATOR FAMILY f USING hash"
CLASS = f"{FAMILY}; CREATE OPERATOR CLASS c FOR TYPE int USING hash FAMILY f AS OPERATOR 1 =, FUNCTION 1 hashint4(int)"
TEMPLATE = "CREATE TEXT SEARCH TEMPLATE l (INIT = dsimple_init, LEXIZE = dsimple_lexize)"
ACCESS_METHOD = "CREATE ACCESS METHOD own TYPE TABLE HANDLER heap_tableam_handler"
TRANSFORM = "CREATE TRANSFORM FOR c LANGUAGE plpgsql (FROM SQL WITH FUNCTION f(internal))"
FOR_C = (
    "CREATE TYPE c AS (x int); CREATE FUNCTION f(internal) RETURNS internal"
    " LANGUAGE internal IMMUTABLE STRICT AS 'array_subscript_handler'"
)

SCHEMAS = (
    missing("schema missing", "schema: elsewhere", "CREATE SCHEMA elsewhere", words=("elsewhere",)),
    extra(
        "table in another schema",
        "table: nearby.t",
        "CREATE TABLE nearby.t (a int)",
        base="CREATE SCHEMA nearby; CREATE TABLE t (a int)",
        words=("nearby",),
    ),
    missing(
        "table missing",
        "table: own.t",
        "CREATE TABLE t (a int)",
        base="CREATE TABLE o (a int)",
        models=lambda m: [Table("t", m, Column("a", Integer)), Table("o", m, Column("a", Integer))],
    ),
    extra(
        "table too many",
        "table: own.t",
        "CREATE TABLE t (a int)",
        base="CREATE TABLE o (a int)",
        models=lambda m: Table("o", m, Column("a", Integer)),
    ),
    missing(
        "extension missing",
        "extension: citext",
        "CREATE EXTENSION citext SCHEMA own",
        words=("citext",),
        needs=("citext",),
    ),
    missing(
        "extension vector missing",
        "extension: vector",
        "CREATE EXTENSION vector SCHEMA own",
        words=("vector",),
        needs=("vector",),
    ),
    changed(
        "extension schema",
        "extension: hstore",
        "schema",
        "CREATE EXTENSION hstore SCHEMA own",
        "CREATE EXTENSION hstore SCHEMA public",
        words=("hstore",),
        needs=("hstore",),
    ),
    extra(
        "grant of an extension's function",
        "extension member: function own.show_limit()",
        "REVOKE ALL ON FUNCTION own.show_limit() FROM PUBLIC",
        base="CREATE EXTENSION pg_trgm SCHEMA own",
        words=("pg_trgm",),
        needs=("pg_trgm",),
    ),
    extra(
        "grant of an extension's view",
        "extension member: table own.pg_stat_statements",
        "REVOKE ALL ON own.pg_stat_statements FROM PUBLIC",
        base="CREATE EXTENSION pg_stat_statements SCHEMA own",
        words=("pg_stat_statements",),
        needs=("pg_stat_statements",),
    ),
    changed(
        "extension version",
        "extension version: seg",
        "version",
        "CREATE EXTENSION seg SCHEMA own",
        "CREATE EXTENSION seg SCHEMA own VERSION '1.1'",
        words=("seg",),
        needs=("seg",),
        pg_dump="leaves the version to the server that loads it",
    ),
    missing(
        "setting of the database",
        "database setting: own.x",
        "ALTER DATABASE {database} SET own.x = '1'",
        pg_dump="prints a database's settings with --create only",
    ),
    missing(
        "security label",
        "security label: corpus on table own.t",
        "INSERT INTO pg_seclabel VALUES ('own.t'::regclass, 'pg_class'::regclass, 0, 'corpus', 'secret')",
        base=T,
    ),
)

REPLICATION = (
    missing("publication missing", P, "CREATE PUBLICATION own"),
    changed(
        "publication of all tables", P, "all tables", "CREATE PUBLICATION own FOR ALL TABLES", "CREATE PUBLICATION own"
    ),
    changed(
        "publication operations",
        P,
        "operations",
        "CREATE PUBLICATION own WITH (publish = 'insert')",
        "CREATE PUBLICATION own",
    ),
    missing(
        "publication of tables",
        "publication member: own: own.t",
        "CREATE PUBLICATION own FOR TABLE t",
        "CREATE PUBLICATION own",
        base=T,
    ),
    changed(
        "publication columns",
        "publication member: own: own.t",
        "columns",
        "CREATE PUBLICATION own FOR TABLE t (a)",
        "CREATE PUBLICATION own FOR TABLE t",
        base=T,
    ),
    changed(
        "publication row filter",
        "publication member: own: own.t",
        "rows",
        "CREATE PUBLICATION own FOR TABLE t WHERE (a > 1)",
        "CREATE PUBLICATION own FOR TABLE t",
        base=T,
    ),
    missing(
        "publication of schemas",
        "publication member: own: tables in own",
        "CREATE PUBLICATION own FOR TABLES IN SCHEMA own",
        "CREATE PUBLICATION own",
    ),
    changed(
        "publication via root",
        P,
        "via root",
        "CREATE PUBLICATION own WITH (publish_via_partition_root)",
        "CREATE PUBLICATION own",
    ),
    changed(
        "publication owner",
        P,
        "owner",
        "CREATE PUBLICATION own",
        "CREATE PUBLICATION own; GRANT CREATE ON DATABASE {database} TO writer;"
        "ALTER PUBLICATION own OWNER TO writer; REVOKE CREATE ON DATABASE {database} FROM writer",
    ),
    *(
        changed(
            f"subscription {name}", "subscription: own", name, f"{SUBSCRIPTION}, {option})", f"{SUBSCRIPTION})", **more
        )
        for name, option, more in (
            ("disable on error", "disable_on_error", {}),
            ("two phase", "two_phase", {}),
            ("streaming", "streaming = true", {"until": 17}),
            ("origin", "origin = none", {"since": 16}),
            ("password required", "password_required = false", {"since": 16}),
            ("run as owner", "run_as_owner = true", {"since": 16}),
            ("failover", "failover = true", {"since": 17}),
            ("synchronous commit", "synchronous_commit = on", {}),
        )
    ),
    changed(
        "publication of generated columns",
        P,
        "generated columns",
        "CREATE PUBLICATION own WITH (publish_generated_columns = stored)",
        "CREATE PUBLICATION own",
        since=18,
    ),
    missing("subscription missing", "subscription: own", f"{SUBSCRIPTION})"),
    changed(
        "subscription publications",
        "subscription: own",
        "publications",
        f"{SUBSCRIPTION})",
        f"{SUBSCRIPTION})".replace("PUBLICATION p", "PUBLICATION q"),
    ),
    changed("subscription binary", "subscription: own", "binary", f"{SUBSCRIPTION}, binary)", f"{SUBSCRIPTION})"),
)

FOREIGN_DATA = (
    missing("wrapper missing", "foreign-data wrapper: own", WRAPPER),
    changed("wrapper options", "foreign-data wrapper: own", "options", f"{WRAPPER} OPTIONS (debug 'true')", WRAPPER),
    changed(
        "wrapper handler",
        "foreign-data wrapper: own",
        "validator",
        f"{WRAPPER} VALIDATOR postgresql_fdw_validator",
        WRAPPER,
    ),
    changed(
        "grant of a wrapper",
        "foreign-data wrapper: own",
        "grants",
        "GRANT USAGE ON FOREIGN DATA WRAPPER own TO reader",
        "SELECT 1",
        base=WRAPPER,
    ),
    changed("server type", "foreign server: own", "type", SERVER, SERVER.replace("SERVER own", "SERVER own TYPE 'x'")),
    missing("server missing", "foreign server: own", "CREATE SERVER own FOREIGN DATA WRAPPER own", base=WRAPPER),
    changed(
        "server options",
        "foreign server: own",
        "options",
        "ALTER SERVER own OPTIONS (host 'x')",
        "ALTER SERVER own OPTIONS (host 'y')",
        base=SERVER,
    ),
    changed(
        "server version", "foreign server: own", "version", "ALTER SERVER own VERSION '1'", "SELECT 1", base=SERVER
    ),
    missing(
        "user mapping missing",
        "user mapping: for reader on own",
        "CREATE USER MAPPING FOR reader SERVER own",
        base=SERVER,
    ),
    changed(
        "user mapping options",
        "user mapping: for reader on own",
        "options",
        "CREATE USER MAPPING FOR reader SERVER own OPTIONS (user 'x')",
        "CREATE USER MAPPING FOR reader SERVER own",
        base=SERVER,
    ),
    missing("foreign table missing", "foreign table: own.t", FOREIGN, base=SERVER),
    changed(
        "foreign table options",
        "foreign table: own.t",
        "foreign options",
        f"{FOREIGN} OPTIONS (x 'y')",
        FOREIGN,
        base=SERVER,
    ),
    changed(
        "foreign table server",
        "foreign table: own.t",
        "server",
        FOREIGN,
        FOREIGN.replace("own", "own_b"),
        base=f"{SERVER}; CREATE SERVER own_b FOREIGN DATA WRAPPER own",
        words=("own_b",),
    ),
    changed(
        "foreign table column options",
        "column: own.t.a",
        "foreign options",
        FOREIGN.replace("int", "int OPTIONS (x 'y')"),
        FOREIGN,
        base=SERVER,
    ),
    changed(
        "grant of a server",
        "foreign server: own",
        "grants",
        "GRANT USAGE ON FOREIGN SERVER own TO reader",
        "SELECT 1",
        base=SERVER,
    ),
)

OPERATORS = (
    missing("cast missing", "cast: (own.c AS integer)", "CREATE CAST (c AS int) WITH FUNCTION f(c)", base=CAST),
    changed(
        "cast implicit",
        "cast: (own.c AS integer)",
        "context",
        "CREATE CAST (c AS int) WITH FUNCTION f(c)",
        "CREATE CAST (c AS int) WITH FUNCTION f(c) AS IMPLICIT",
        base=CAST,
    ),
    missing("operator missing", "operator: own.===(integer,integer)", f"{OPERATOR})", base=EQ),
    changed(
        "operator commutator",
        "operator: own.===(integer,integer)",
        "commutator",
        f"{OPERATOR}, COMMUTATOR = ===)",
        f"{OPERATOR})",
        base=EQ,
    ),
    changed(
        "operator selectivity",
        "operator: own.===(integer,integer)",
        "restrict",
        f"{OPERATOR}, RESTRICT = eqsel)",
        f"{OPERATOR})",
        base=EQ,
    ),
    changed(
        "operator negator",
        "operator: own.===(integer,integer)",
        "negator",
        f"{OPERATOR}, NEGATOR = !==)",
        f"{OPERATOR})",
        base=f"{EQ}; CREATE OPERATOR !== (LEFTARG = int, RIGHTARG = int, FUNCTION = eq)",
        also=("changed operator own.!==(integer,integer): negator",),
    ),
    changed(
        "operator hashes",
        "operator: own.===(integer,integer)",
        "hashes",
        f"{OPERATOR}, HASHES)",
        f"{OPERATOR})",
        base=EQ,
    ),
    changed(
        "operator function",
        "operator: own.===(integer,integer)",
        "function",
        f"{OPERATOR})",
        f"{OPERATOR})".replace("eq", "ne"),
        base=f"{EQ}; {EQ.replace('eq', 'ne')}",
    ),
    changed(
        "conversion default",
        "conversion: own.c",
        "default",
        "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
        "CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    ),
    changed(
        "cast without function",
        "cast: (own.c AS integer)",
        "function, method",
        "CREATE CAST (c AS int) WITH FUNCTION f(c)",
        "CREATE CAST (c AS int) WITH INOUT",
        base=CAST,
    ),
    missing("operator family missing", "operator family: own.f USING hash", "CREATE OPERATOR FAMILY f USING hash"),
    missing(
        "operator class missing",
        "operator class: own.c USING hash",
        CLASS.partition("; ")[2],
        base=FAMILY,
    ),
    changed(
        "operator family members",
        "operator family: own.f USING btree",
        "members",
        "ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int4, int8)",
        "SELECT 1",
        base="CREATE OPERATOR FAMILY f USING btree",
    ),
    changed(
        "operator class default",
        "operator class: own.c USING hash",
        "default",
        f"CREATE OPERATOR CLASS c DEFAULT FOR TYPE x USING hash FAMILY f AS {HASHED}",
        f"CREATE OPERATOR CLASS c FOR TYPE x USING hash FAMILY f AS {HASHED}",
        base="CREATE TYPE x AS (y int); CREATE OPERATOR FAMILY f USING hash",
    ),
    missing(
        "conversion missing", "conversion: own.c", "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"
    ),
    missing(
        "access method missing",
        "access method: own",
        ACCESS_METHOD,
    ),
    missing("language missing", "language: own", LANGUAGE, LANGUAGE.partition("CREATE LANGUAGE")[0]),
    changed(
        "language trusted", "language: own", "trusted", LANGUAGE.replace("CREATE LANG", "CREATE TRUSTED LANG"), LANGUAGE
    ),
    changed(
        "grant of a language",
        "language: own",
        "grants",
        "REVOKE ALL ON LANGUAGE own FROM PUBLIC",
        "SELECT 1",
        base=LANGUAGE.replace("CREATE LANG", "CREATE TRUSTED LANG"),
    ),
    missing(
        "transform missing",
        "transform: for own.c language plpgsql",
        TRANSFORM,
        base=FOR_C,
    ),
)

TEXT_SEARCH = (
    missing("text search dictionary missing", "text search dictionary: own.d", f"{DICTIONARY})"),
    changed(
        "text search dictionary options",
        "text search dictionary: own.d",
        "options",
        f"{DICTIONARY}, accept = false)",
        f"{DICTIONARY})",
    ),
    missing("text search configuration missing", "text search configuration: own.g", CONFIGURATION),
    changed(
        "text search configuration mapping",
        "text search configuration: own.g",
        "mappings",
        CONFIGURATION,
        f"{CONFIGURATION}; ALTER TEXT SEARCH CONFIGURATION g DROP MAPPING FOR url",
    ),
    missing("text search parser missing", "text search parser: own.p", f"{PARSER})"),
    changed(
        "text search parser headline",
        "text search parser: own.p",
        "headline",
        f"{PARSER}, HEADLINE = prsd_headline)",
        f"{PARSER})",
    ),
    missing(
        "text search template missing",
        "text search template: own.l",
        TEMPLATE,
    ),
)

DIFFERENT = (*SCHEMAS, *REPLICATION, *FOREIGN_DATA, *OPERATORS, *TEXT_SEARCH)

EQUAL = (
    equal(
        "secret of a user mapping",
        "CREATE USER MAPPING FOR reader SERVER own OPTIONS (password 'x')",
        "CREATE USER MAPPING FOR reader SERVER own OPTIONS (password 'y')",
        base=SERVER,
        pg_dump="prints secrets, which no fact holds",
    ),
    equal(
        "connection of a subscription",
        f"{SUBSCRIPTION})",
        f"{SUBSCRIPTION})".replace("nowhere", "elsewhere"),
        pg_dump="prints secrets, which no fact holds",
    ),
    equal("schema renamed", "CREATE SCHEMA far", "CREATE SCHEMA away; ALTER SCHEMA away RENAME TO far", words=("far",)),
    equal(
        "publication made step by step",
        "CREATE PUBLICATION own FOR TABLE t, u",
        "CREATE PUBLICATION own FOR TABLE u; ALTER PUBLICATION own ADD TABLE t",
        base=f"{T}; CREATE TABLE u (a int)",
    ),
    equal(
        "publication operations in another order",
        "CREATE PUBLICATION own WITH (publish = 'insert, update')",
        "CREATE PUBLICATION own WITH (publish = 'update, insert')",
    ),
    equal(
        "server options in another order",
        "ALTER SERVER own OPTIONS (host 'x', port '1')",
        "ALTER SERVER own OPTIONS (port '1', host 'x')",
        base=SERVER,
    ),
    equal(
        "operator recreated",
        f"{OPERATOR})",
        f"{OPERATOR}, HASHES, MERGES); DROP OPERATOR === (int, int); {OPERATOR})",
        base=EQ,
    ),
    equal(
        "text search configuration copied",
        CONFIGURATION,
        "CREATE TEXT SEARCH CONFIGURATION x (COPY = simple); ALTER TEXT SEARCH CONFIGURATION x RENAME TO g",
    ),
    equal(
        "cast recreated",
        "CREATE CAST (c AS int) WITH FUNCTION f(c)",
        "CREATE CAST (c AS int) WITH FUNCTION f(c); DROP CAST (c AS int); CREATE CAST (c AS int) WITH FUNCTION f(c)",
        base=CAST,
    ),
)
