"""Sequences: every option, and whose they are."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Sequence, Table

from ..case import changed, equal, extra, missing


def sequence(**more: Any):
    """Models of a sequence `s` and a table."""

    def build(m: MetaData) -> None:
        Sequence("s", metadata=m, **more)
        Table("t", m, Column("a", Integer))

    return build


S = "sequence: own.s"
T = "CREATE TABLE t (a int)"

DIFFERENT = (
    missing("sequence missing", S, "CREATE SEQUENCE s", base=T, models=sequence()),
    extra("sequence too many", S, "CREATE SEQUENCE s", base=T, models=lambda m: Table("t", m, Column("a", Integer))),
    changed(
        "sequence start", S, "start", "CREATE SEQUENCE s START 5", "CREATE SEQUENCE s", base=T, models=sequence(start=5)
    ),
    changed(
        "sequence increment",
        S,
        "increment",
        "CREATE SEQUENCE s INCREMENT 5",
        "CREATE SEQUENCE s",
        base=T,
        models=sequence(increment=5),
    ),
    changed(
        "sequence maximum",
        S,
        "max",
        "CREATE SEQUENCE s MAXVALUE 99",
        "CREATE SEQUENCE s",
        base=T,
        models=sequence(maxvalue=99),
    ),
    changed(
        "sequence minimum",
        S,
        "min",
        "CREATE SEQUENCE s MINVALUE -5 START 1",
        "CREATE SEQUENCE s",
        base=T,
        models=sequence(minvalue=-5, start=1),
    ),
    changed(
        "sequence cache",
        S,
        "cache",
        "CREATE SEQUENCE s CACHE 10",
        "CREATE SEQUENCE s",
        base=T,
        models=sequence(cache=10),
    ),
    changed(
        "sequence cycle",
        S,
        "cycle",
        "CREATE SEQUENCE s CYCLE",
        "CREATE SEQUENCE s",
        base=T,
        models=sequence(cycle=True),
    ),
    changed(
        "sequence type",
        S,
        "type",
        "CREATE SEQUENCE s MAXVALUE 99",
        "CREATE SEQUENCE s AS integer MAXVALUE 99",
        base=T,
        models=sequence(data_type=BigInteger, maxvalue=99),
    ),
    changed("sequence of a column", S, "owned by", "CREATE SEQUENCE s OWNED BY t.a", "CREATE SEQUENCE s", base=T),
    changed("sequence unlogged", S, "persistence", "CREATE SEQUENCE s", "CREATE UNLOGGED SEQUENCE s"),
    changed("sequence owner", S, "owner", "CREATE SEQUENCE s", "CREATE SEQUENCE s; ALTER SEQUENCE s OWNER TO writer"),
)

EQUAL = (
    equal(
        "sequence with its defaults",
        "CREATE SEQUENCE s",
        "CREATE SEQUENCE s AS bigint START 1 MINVALUE 1 NO MAXVALUE NO CYCLE",
        base=T,
        models=sequence(),
    ),
    equal(
        "sequence position",
        "CREATE SEQUENCE s",
        "CREATE SEQUENCE s; SELECT nextval('s'), nextval('s')",
        base=T,
        models=sequence(),
    ),
    equal("sequence restarted", "CREATE SEQUENCE s", "CREATE SEQUENCE s; ALTER SEQUENCE s RESTART WITH 100"),
    equal(
        "sequence given away and back",
        "CREATE SEQUENCE s",
        "CREATE SEQUENCE s OWNED BY t.a; ALTER SEQUENCE s OWNED BY NONE",
        base=T,
    ),
    equal(
        "sequence minimum by its type", "CREATE SEQUENCE s AS smallint", "CREATE SEQUENCE s AS smallint MAXVALUE 32767"
    ),
)
