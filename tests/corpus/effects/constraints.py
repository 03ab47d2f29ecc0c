"""Constraints: made, checked, dropped."""

from .case import Case
from .columns import SCAN, SHORT, T
from .types import FK

NO_FK = FK.replace(" CONSTRAINT fk REFERENCES parent", "")
ADD_FK = "ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent"
BOTH = {"child": "ShareRowExclusive", "parent": "ShareRowExclusive"}
NOT_VALID = f"{T}; ALTER TABLE t ADD CONSTRAINT ck CHECK (a > -10000000000) NOT VALID"

CASES = (
    Case("add check", T, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > -10000000000)", SCAN),
    Case("add check not valid", T, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID", SHORT),
    Case("add check not enforced", T, "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT ENFORCED", SHORT, since=18),
    Case(
        "validate check",
        NOT_VALID,
        "ALTER TABLE t VALIDATE CONSTRAINT ck",
        {"t": "ShareUpdateExclusive scanned"},
    ),
    Case(
        "validate again",
        NOT_VALID.replace(" NOT VALID", ""),
        "ALTER TABLE t VALIDATE CONSTRAINT ck",
        {"t": "ShareUpdateExclusive"},
    ),
    Case(
        "check and validation in one text",
        T,
        "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > -10000000000) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT ck",
        SCAN,
        why="the first lock is held while the second reads",
    ),
    Case("drop check", NOT_VALID, "ALTER TABLE t DROP CONSTRAINT ck", SHORT),
    Case("rename constraint", NOT_VALID, "ALTER TABLE t RENAME CONSTRAINT ck TO positive", SHORT),
    Case("add not null", T, "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a", SCAN, since=18),
    Case("add not null not valid", T, "ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID", SHORT, since=18),
    Case(
        "validate not null",
        f"{T}; ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT nn",
        {"t": "ShareUpdateExclusive scanned"},
        since=18,
    ),
    Case(
        "add foreign key",
        NO_FK,
        ADD_FK,
        {"child": "ShareRowExclusive scanned", "parent": "ShareRowExclusive"},
        plan=("parent",),
    ),
    Case("add foreign key not valid", NO_FK, f"{ADD_FK} NOT VALID", BOTH),
    Case("add foreign key not enforced", NO_FK, f"{ADD_FK} NOT ENFORCED", BOTH, since=18),
    Case(
        "validate foreign key",
        f"{NO_FK}; {ADD_FK} NOT VALID",
        "ALTER TABLE child VALIDATE CONSTRAINT fk",
        {"child": "ShareUpdateExclusive scanned", "parent": "RowShare"},
        plan=("parent",),
    ),
    Case(
        "add foreign key to itself",
        f"{T}; UPDATE t SET a = id",
        "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES t",
        {"t": "ShareRowExclusive scanned"},
    ),
    Case(
        "drop foreign key",
        FK,
        "ALTER TABLE child DROP CONSTRAINT fk",
        {"child": "AccessExclusive", "parent": "AccessExclusive"},
        why="the triggers on the referenced table go, too",
    ),
    Case(
        "alter foreign key",
        FK,
        "ALTER TABLE child ALTER CONSTRAINT fk DEFERRABLE INITIALLY DEFERRED",
        {"child": "AccessExclusive"},
    ),
    Case("add unique", T, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", SCAN),
    Case("add unique deferrable", T, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) DEFERRABLE", SCAN),
    Case(
        "add primary key",
        "CREATE TABLE t (a int NOT NULL); INSERT INTO t SELECT generate_series(1, 20)",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        SCAN,
    ),
    Case(
        "add primary key over a nullable column",
        "CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 20)",
        "ALTER TABLE t ADD PRIMARY KEY (a)",
        SCAN,
    ),
    Case("add exclusion", T, "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree (a WITH =)", SCAN),
    Case(
        "add unique using an index",
        f"{T}; CREATE UNIQUE INDEX u ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u",
        SHORT,
    ),
    Case(
        "add primary key using an index",
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX u ON t (a)",
        "ALTER TABLE t ADD PRIMARY KEY USING INDEX u",
        SHORT,
    ),
    Case(
        "add primary key using an index over a nullable column",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a)",
        "ALTER TABLE t ADD PRIMARY KEY USING INDEX u",
        SCAN,
    ),
    Case("drop unique", f"{T}; ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", "ALTER TABLE t DROP CONSTRAINT u", SHORT),
    Case("drop primary key", T, "ALTER TABLE t DROP CONSTRAINT t_pkey", SHORT),
    Case(
        "drop primary key that is referenced",
        FK,
        "ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE",
        {"parent": "AccessExclusive", "child": "AccessExclusive"},
    ),
)
