"""Constraints: check, unique, primary and foreign keys, exclusion, NOT NULL as rows of Postgres 18."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import INT4RANGE, ExcludeConstraint

from ..case import NAMES, changed, equal, extra, missing


def numbers(*constraints: Any):
    """Models of a table `t` with the columns a and b, and constraints."""
    return lambda m: Table("t", m, Column("a", Integer), Column("b", Integer), *(c() for c in constraints))


def check(condition: str, name: str = "k"):
    """A table `t` with a check."""
    return numbers(lambda: CheckConstraint(condition, name=name))


def unique(*columns: str, **more: Any):
    """A table `t` with a unique constraint."""
    return numbers(lambda: UniqueConstraint(*columns, name="k", **more))


def key(*columns: str, **more: Any):
    """A table `t` with a primary key."""
    return lambda m: Table(
        "t",
        m,
        Column("a", Integer, nullable=False, autoincrement=False),
        Column("b", Integer, nullable=False, autoincrement=False),
        *([PrimaryKeyConstraint(*columns, name="t_pkey", **more)] if columns else []),
    )


def foreign(name: str | None = "k", **more: Any):
    """A table `t` with a foreign key to a table `p`."""

    def build(m: MetaData) -> None:
        p = Table("p", m, Column("id", Integer, primary_key=True, autoincrement=False))
        Table("t", m, Column("a", Integer), ForeignKeyConstraint(["a"], [p.c.id], name=name, **more))

    return build


def spans(operator: str):
    """A table `t` with an exclusion constraint."""
    return lambda m: Table("t", m, Column("a", INT4RANGE), ExcludeConstraint(("a", operator), name="k", using="gist"))


K = "constraint: own.t.k"
NUMBERS = "CREATE TABLE t (a int, b int)"
KEYED = "CREATE TABLE t (a int NOT NULL, b int NOT NULL)"
PARENT = "CREATE TABLE p (id int PRIMARY KEY)"
ONE, TWO = f"{PARENT}; CREATE TABLE t (a int)", "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id)"
ADD = "ALTER TABLE t ADD CONSTRAINT k"
RANGES = "CREATE TABLE t (a int4range)"

CHECKS = (
    missing("check missing", K, f"{ADD} CHECK (a > 0)", base=NUMBERS, models=check("a > 0")),
    extra("check too many", K, f"{ADD} CHECK (a > 0)", base=NUMBERS, models=numbers()),
    changed(
        "check text",
        K,
        "definition",
        f"{ADD} CHECK (a > 0)",
        f"{ADD} CHECK (a >= 0)",
        base=NUMBERS,
        models=check("a > 0"),
    ),
    changed(
        "check case of a literal",
        K,
        "definition",
        f"{ADD} CHECK (a::text <> 'X')",
        f"{ADD} CHECK (a::text <> 'x')",
        base=NUMBERS,
        models=check("a::text <> 'X'"),
    ),
    changed(
        "check list longer",
        K,
        "definition",
        f"{ADD} CHECK (a IN (1, 2, 3))",
        f"{ADD} CHECK (a IN (1, 2))",
        base=NUMBERS,
        models=check("a IN (1, 2, 3)"),
    ),
    changed(
        "check not valid",
        K,
        "definition",
        f"{ADD} CHECK (a > 0)",
        f"{ADD} CHECK (a > 0) NOT VALID",
        base=NUMBERS,
        models=check("a > 0"),
    ),
    changed(
        "check no inherit",
        K,
        "definition",
        f"{ADD} CHECK (a > 0)",
        f"{ADD} CHECK (a > 0) NO INHERIT",
        base=NUMBERS,
        models=check("a > 0"),
    ),
    changed(
        "check not enforced",
        K,
        "definition",
        f"{ADD} CHECK (a > 0)",
        f"{ADD} CHECK (a > 0) NOT ENFORCED",
        base=NUMBERS,
        models=check("a > 0"),
        since=18,
    ),
    extra(
        "check under another name",
        K,
        f"{ADD} CHECK (a > 0)",
        "ALTER TABLE t ADD CONSTRAINT l CHECK (a > 0)",
        base=NUMBERS,
        also=("missing constraint own.t.l",),
        models=check("a > 0", "l"),
        rule=NAMES,
    ),
)

KEYS = (
    missing(
        "primary key missing",
        "constraint: own.t.t_pkey",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        base=KEYED,
        models=key("a"),
    ),
    extra(
        "primary key too many",
        "constraint: own.t.t_pkey",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        base=KEYED,
        models=key(),
    ),
    changed(
        "primary key columns",
        "constraint: own.t.t_pkey",
        "definition",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        "ALTER TABLE t ADD PRIMARY KEY (a, b)",
        base=KEYED,
        models=key("a"),
    ),
    changed(
        "primary key column order",
        "constraint: own.t.t_pkey",
        "definition",
        "ALTER TABLE t ADD PRIMARY KEY (a, b)",
        "ALTER TABLE t ADD PRIMARY KEY (b, a)",
        base=KEYED,
        models=key("a", "b"),
    ),
    extra(
        "primary key name",
        "constraint: own.t.t_pk",
        "ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY (a)",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        base=KEYED,
        also=("missing constraint own.t.t_pkey",),
        models=key("a"),
        rule=NAMES,
    ),
    missing("unique missing", K, f"{ADD} UNIQUE (a)", base=NUMBERS, models=unique("a")),
    changed(
        "unique column order",
        K,
        "definition",
        f"{ADD} UNIQUE (a, b)",
        f"{ADD} UNIQUE (b, a)",
        base=NUMBERS,
        models=unique("a", "b"),
    ),
    changed(
        "unique deferrable",
        K,
        "definition",
        f"{ADD} UNIQUE (a) DEFERRABLE",
        f"{ADD} UNIQUE (a)",
        base=NUMBERS,
        models=unique("a", deferrable=True),
    ),
    changed(
        "unique initially deferred",
        K,
        "definition",
        f"{ADD} UNIQUE (a) DEFERRABLE",
        f"{ADD} UNIQUE (a) DEFERRABLE INITIALLY DEFERRED",
        base=NUMBERS,
        models=unique("a", deferrable=True),
    ),
    changed(
        "unique include",
        K,
        "definition",
        f"{ADD} UNIQUE (a) INCLUDE (b)",
        f"{ADD} UNIQUE (a)",
        base=NUMBERS,
        models=unique("a", postgresql_include=["b"]),
    ),
    changed(
        "unique nulls not distinct",
        K,
        "definition",
        f"{ADD} UNIQUE NULLS NOT DISTINCT (a)",
        f"{ADD} UNIQUE (a)",
        base=NUMBERS,
        models=unique("a", postgresql_nulls_not_distinct=True),
    ),
    changed(
        "unique without overlaps",
        K,
        "definition",
        f"{ADD} UNIQUE (a, b WITHOUT OVERLAPS)",
        f"{ADD} UNIQUE (b, a WITHOUT OVERLAPS)",
        base="CREATE TABLE t (a int4range, b int4range)",
        since=18,
    ),
)

FOREIGN_KEYS = (
    missing("foreign key missing", K, TWO, base=ONE, models=foreign()),
    extra(
        "foreign key too many",
        "constraint: own.t.l",
        f"{TWO}; {TWO.replace(' k ', ' l ')}",
        TWO,
        base=ONE,
        models=foreign(),
    ),
    changed(
        "foreign key on delete",
        K,
        "definition",
        f"{TWO} ON DELETE CASCADE",
        TWO,
        base=ONE,
        models=foreign(ondelete="CASCADE"),
    ),
    changed("foreign key on update", K, "definition", TWO, f"{TWO} ON UPDATE CASCADE", base=ONE, models=foreign()),
    changed(
        "foreign key set null of columns",
        K,
        "definition",
        f"{ADD} FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b)",
        f"{ADD} FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL",
        base=f"CREATE TABLE p (x int, y int, PRIMARY KEY (x, y)); {NUMBERS}",
    ),
    changed(
        "foreign key deferrable", K, "definition", f"{TWO} DEFERRABLE", TWO, base=ONE, models=foreign(deferrable=True)
    ),
    changed(
        "foreign key initially deferred",
        K,
        "definition",
        f"{TWO} DEFERRABLE INITIALLY DEFERRED",
        f"{TWO} DEFERRABLE",
        base=ONE,
        models=foreign(deferrable=True, initially="DEFERRED"),
    ),
    changed(
        "foreign key match full", K, "definition", f"{TWO} MATCH FULL", TWO, base=ONE, models=foreign(match="FULL")
    ),
    changed("foreign key not valid", K, "definition", TWO, f"{TWO} NOT VALID", base=ONE, models=foreign()),
    changed(
        "foreign key not enforced", K, "definition", TWO, f"{TWO} NOT ENFORCED", base=ONE, models=foreign(), since=18
    ),
    changed(
        "foreign key to another table",
        K,
        "definition",
        TWO,
        TWO.replace("p (id)", "q (id)"),
        base=f"{ONE}; CREATE TABLE q (id int PRIMARY KEY)",
    ),
    changed(
        "foreign key period",
        K,
        "definition",
        f"{ADD} FOREIGN KEY (a, PERIOD v) REFERENCES p (a, PERIOD v)",
        f"{ADD} FOREIGN KEY (a, PERIOD v) REFERENCES p (b, PERIOD v)",
        base="CREATE TABLE p (a int4range, b int4range, v daterange, UNIQUE (a, v WITHOUT OVERLAPS), "
        "UNIQUE (b, v WITHOUT OVERLAPS)); CREATE TABLE t (a int4range, v daterange)",
        since=18,
    ),
    extra(
        "foreign key name",
        K,
        TWO,
        TWO.replace(" k ", " t_a_fkey "),
        base=ONE,
        also=("missing constraint own.t.t_a_fkey",),
        models=foreign(name=None),
        rule=NAMES,
    ),
)

OTHERS = (
    missing("exclusion missing", K, f"{ADD} EXCLUDE USING gist (a WITH &&)", base=RANGES, models=spans("&&")),
    extra(
        "exclusion too many",
        K,
        f"{ADD} EXCLUDE USING gist (a WITH &&)",
        base=RANGES,
        models=lambda m: Table("t", m, Column("a", INT4RANGE)),
    ),
    changed(
        "exclusion operator",
        K,
        "definition",
        f"{ADD} EXCLUDE USING gist (a WITH &&)",
        f"{ADD} EXCLUDE USING gist (a WITH =)",
        base=RANGES,
        models=spans("&&"),
    ),
    changed(
        "not null not valid",
        "column: own.t.a",
        "not null constraint",
        f"{ADD} NOT NULL a",
        f"{ADD} NOT NULL a NOT VALID",
        base=NUMBERS,
        since=18,
    ),
    changed(
        "not null no inherit",
        "column: own.t.a",
        "not null constraint",
        f"{ADD} NOT NULL a",
        f"{ADD} NOT NULL a NO INHERIT",
        base=NUMBERS,
        since=18,
    ),
    extra(
        "not null name",
        "not null name: own.t.a",
        f"{ADD} NOT NULL a",
        "ALTER TABLE t ALTER a SET NOT NULL",
        base=NUMBERS,
        since=18,
    ),
    changed(
        "foreign key triggers disabled",
        K,
        "triggers disabled",
        TWO,
        f"{TWO}; ALTER TABLE t DISABLE TRIGGER ALL",
        base=ONE,
        pg_dump="leaves the triggers of constraints out",
    ),
    changed(
        "constraint of a child only",
        "constraint: own.c.k",
        "inherited",
        "CREATE TABLE c () INHERITS (t)",
        "CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (t)",
        base="CREATE TABLE t (a int, CONSTRAINT k CHECK (a > 0))",
    ),
)

DIFFERENT = (*CHECKS, *KEYS, *FOREIGN_KEYS, *OTHERS)

EQUAL = (
    equal(
        "check with an in list",
        f"{ADD} CHECK (a IN (1, 2))",
        f"{ADD} CHECK (a = ANY (ARRAY[1, 2]))",
        base=NUMBERS,
        models=check("a in (1,2)"),
    ),
    equal(
        "check with a text list",
        f"{ADD} CHECK (a IN ('x', 'y'))",
        f"{ADD} CHECK ((a = ANY (ARRAY['x'::text, 'y'::text])))",
        base="CREATE TABLE t (a text)",
        models=lambda m: Table("t", m, Column("a", Text), CheckConstraint("a IN ('x', 'y')", name="k")),
    ),
    equal(
        "check in parentheses",
        f"{ADD} CHECK (a > 0 AND b > 0)",
        f"{ADD} CHECK (((a > 0) and (b > 0)))",
        base=NUMBERS,
        models=check("(a > 0) and b>0"),
    ),
    equal(
        "check between",
        f"{ADD} CHECK (a BETWEEN 1 AND 9)",
        f"{ADD} CHECK (a >= 1 AND a <= 9)",
        base=NUMBERS,
        models=check("a BETWEEN 1 AND 9"),
    ),
    equal("check not equal", f"{ADD} CHECK (a != 0)", f"{ADD} CHECK (a <> 0)", base=NUMBERS, models=check("a != 0")),
    equal(
        "check like",
        f"{ADD} CHECK (a LIKE 'x%')",
        f"{ADD} CHECK (a ~~ 'x%')",
        base="CREATE TABLE t (a text)",
    ),
    equal(
        "check with a cast",
        f"{ADD} CHECK (a::text <> '')",
        f"{ADD} CHECK (CAST(a AS text) <> ''::text)",
        base=NUMBERS,
        models=check("CAST(a AS TEXT) <> ''"),
    ),
    equal(
        "check validated later",
        f"{ADD} CHECK (a > 0)",
        f"{ADD} CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k",
        base=NUMBERS,
        models=check("a > 0"),
    ),
    equal(
        "check without a name",
        "CREATE TABLE t (a int CHECK (a > 0), b int)",
        "CREATE TABLE t (a int, b int); ALTER TABLE t ADD CHECK (a > 0)",
        models=numbers(lambda: CheckConstraint("a > 0")),
    ),
    equal(
        "foreign key with its defaults",
        TWO,
        f"{TWO} MATCH SIMPLE ON DELETE NO ACTION ON UPDATE NO ACTION NOT DEFERRABLE INITIALLY IMMEDIATE",
        base=ONE,
        models=foreign(),
    ),
    equal("foreign key without columns", TWO, TWO.replace(" (id)", ""), base=ONE, models=foreign()),
    equal(
        "triggers of foreign keys",
        TWO,
        f"{TWO}; ALTER TABLE t DROP CONSTRAINT k; {TWO}",
        base=ONE,
        models=foreign(),
    ),
    equal(
        "foreign key triggers disabled and enabled",
        TWO,
        f"{TWO}; ALTER TABLE t DISABLE TRIGGER ALL; ALTER TABLE t ENABLE TRIGGER ALL",
        base=ONE,
    ),
    equal(
        "unique in the column", "CREATE TABLE t (a int UNIQUE)", "CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a)"
    ),
    equal(
        "unique of an index",
        f"{ADD} UNIQUE (a)",
        f"CREATE UNIQUE INDEX x ON t (a); {ADD} UNIQUE USING INDEX x",
        base=NUMBERS,
        models=unique("a"),
    ),
    equal(
        "primary key added later",
        "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL)",
        "CREATE TABLE t (a int NOT NULL, b int NOT NULL); ALTER TABLE t ADD PRIMARY KEY (a)",
        models=key("a"),
    ),
    equal(
        "primary key renamed there and back",
        "CREATE TABLE t (a int PRIMARY KEY)",
        "CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t RENAME CONSTRAINT t_pkey TO x;"
        "ALTER TABLE t RENAME CONSTRAINT x TO t_pkey",
    ),
    equal(
        "not null with a name",
        "CREATE TABLE t (a int NOT NULL)",
        "CREATE TABLE t (a int CONSTRAINT t_a_not_null NOT NULL)",
    ),
    equal(
        "exclusion with its method",
        f"{ADD} EXCLUDE USING gist (a WITH &&)",
        f"{ADD} EXCLUDE USING gist (a range_ops WITH OPERATOR(pg_catalog.&&))",
        base=RANGES,
        models=spans("&&"),
    ),
    equal(
        "order of constraints",
        f"{ADD} CHECK (a > 0); ALTER TABLE t ADD CONSTRAINT l UNIQUE (b)",
        f"ALTER TABLE t ADD CONSTRAINT l UNIQUE (b); {ADD} CHECK (a > 0)",
        base=NUMBERS,
    ),
    equal(
        "check of an expression",
        f"{ADD} CHECK (length(a) > 3)",
        f"{ADD} CHECK (pg_catalog.length(a) > 3)",
        base="CREATE TABLE t (a text)",
        models=lambda m: Table("t", m, Column("a", Text), CheckConstraint(text("length(a)>3"), name="k")),
    ),
)
