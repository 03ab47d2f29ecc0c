"""What random DDL is made of: names, texts, types, defaults, expressions."""

from __future__ import annotations

NAMES = (
    *("job", "task", "event", "state", "kind", "at", "note", "total", "owner_id", "ref"),
    *("Upper", "two words", 'say "hi"', "it's", "a.b", "select", "back\\slash", "line\nbreak", "Grüße", "%s", "$$"),
    *("x" * 59, "ä" * 29, "ON ONLY ", "NOT VALID", "FOREIGN KEY", "a=b", "(", "--"),
)
TEXTS = (
    "",
    "a",
    "b",
    "it's",
    "back\\slash",
    "line\nbreak",
    "; --",
    "$$",
    "%s %I",
    "日本",
    "CHECK (",
    "NOT VALID",
    "x" * 50,
)
TYPES = (
    *("integer", "integer", "bigint", "smallint", "text", "text", "varchar(20)", "varchar", "char(3)", "numeric"),
    *(
        "numeric(10,2)",
        "boolean",
        "date",
        "timestamp",
        "timestamptz(3)",
        "time",
        "interval",
        "interval day to second(2)",
    ),
    *("uuid", "json", "jsonb", "bytea", "inet", "real", "double precision", "bit(3)", "varbit(5)", "int4range"),
    *("tsvector", "money", "point", "name", '"char"', "oid", "regclass", "xml", "timetz", "int8multirange"),
)
COLLATABLE = ("text", "varchar(20)", "varchar", "char(3)")
DEFAULTS = {
    "integer": ("0", "-1", "(1 + 2)", "NULL", "'7'::integer"),
    "bigint": ("0", "9223372036854775807", "NULL"),
    "smallint": ("1", "1::smallint"),
    "varchar(20)": ("'x'", "'a''b'", "NULL::varchar"),
    "varchar": ("lower('X')", "CURRENT_USER"),
    "char(3)": ("'abc'", "'a'"),
    "numeric": ("1.50", "'NaN'"),
    "numeric(10,2)": ("0.1", "1e3"),
    "boolean": ("true", "(1 = 1)"),
    "date": ("CURRENT_DATE", "'2024-02-29'", "'infinity'"),
    "timestamp": ("now()", "'2024-01-01 00:00'", "LOCALTIMESTAMP(0)"),
    "timestamptz(3)": ("now()", "'2024-01-01 00:00+02'", "CURRENT_TIMESTAMP + interval '1 day'"),
    "time": ("'12:00'",),
    "interval": ("'1 day 2 hours'", "'-3 mons'"),
    "uuid": ("gen_random_uuid()",),
    "json": ("'{}'",),
    "jsonb": ("""'{"a": [1, null]}'""", "jsonb_build_object('a', 1)"),
    "bytea": (r"'\x00ff'",),
    "inet": ("'10.0.0.0/8'",),
    "real": ("0.1", "'Infinity'"),
    "double precision": ("0.1", "random()", "1e-300"),
    "bit(3)": ("B'101'",),
    "int4range": ("'[1,3)'",),
    "tsvector": ("to_tsvector('english', 'a b')",),
    "money": ("'12.34'",),
    "point": ("'(1,2)'",),
    "xml": ("'<a/>'",),
    "regclass": ("'pg_class'",),
}


def quoted(name: str) -> str:
    """As an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """As a literal."""
    escaped = text.replace("'", "''").replace("\\", "\\\\")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"
