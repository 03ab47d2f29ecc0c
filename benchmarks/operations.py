"""The kinds of revision: each changes the world and returns the code that does it and undoes it.

A function gets the world, the source of randomness and the tables that it may use; it returns None where
nothing fits. Code is rendered before or after the change, as the direction demands: a downgrade restores the
schema exactly, also the order of columns (so only a last column is ever dropped).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from world import Check, Column, EnumType, ForeignKey, Index, Table, Unique, View, World


@dataclass(frozen=True)
class Change:
    """One revision's code; `up` and `down` are lists of statements."""

    slug: str
    up: list[str]
    down: list[str]


Operation = Callable[[World, Random, list[Table]], Change | None]

NOUNS = ("account", "job", "batch", "result", "member", "ticket", "invoice", "device", "sample", "report")
FIELDS = ("title", "amount", "note", "weight", "source", "rank", "origin", "quota", "digest", "stage")
TYPES = {
    "sa.String(length=40)": "''",
    "sa.Text()": "''",
    "sa.Integer()": "0",
    "sa.BigInteger()": "0",
    "sa.Boolean()": "false",
    "sa.Numeric(precision=12, scale=2)": "0",
    "sa.DateTime(timezone=True)": "now()",
    "postgresql.JSONB(astext_type=sa.Text())": "'{}'::jsonb",
    "sa.Uuid()": "gen_random_uuid()",
}
NUMBERS = ("sa.Integer()", "sa.BigInteger()", "sa.Numeric(precision=12, scale=2)")
INDEXABLE = (
    "sa.String(length=40)",
    "sa.String(length=120)",
    *NUMBERS,
    "sa.DateTime(timezone=True)",
    "sa.Uuid()",
)
WIDER = {"sa.Integer()": "sa.BigInteger()", "sa.String(length=40)": "sa.String(length=120)"}


def new_column(world: World, rng: Random) -> Column:
    """A nullable column of some type."""
    return Column(f"{rng.choice(FIELDS)}_{world.number()}", rng.choice(list(TYPES)))


def default_of(column: Column) -> str:
    """A server default that fits the column's type."""
    if isinstance(column.kind, EnumType):
        return f"'{column.kind.values[0]}'"
    return TYPES.get(column.kind, "''")


def free_columns(world: World, tables: list[Table], kinds: tuple[str, ...] = ()) -> list[tuple[Table, Column]]:
    """The columns that may change, each with its table; `kinds` narrows their types."""
    return [
        (table, column)
        for table in tables
        for column in table.columns
        if not column.frozen and not world.viewed(column) and (not kinds or column.kind in kinds)
    ]


def create_table(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A new table; every eighth is a lookup table for rows, and half of the others point to an older one."""
    number = world.number()
    lookup = number % 8 == 0
    table = Table(f"{rng.choice(NOUNS)}_{number}", number, identity=not lookup and rng.random() < 0.5)
    table.lookup = lookup
    table.columns = [Column("label", "sa.String(length=80)", nullable=False, frozen=True)]
    table.columns += [new_column(world, rng) for _ in range(rng.randint(2, 5))]
    stamp = Column("updated_at", "sa.DateTime(timezone=True)", nullable=False, default="now()", frozen=True)
    table.columns.append(stamp)
    if tables and not lookup and rng.random() < 0.5:
        add_reference(table, rng.choice(tables), rng)
    world.tables.append(table)
    return Change(f"create {table.name}", table.create(), [f"op.drop_table({table.name!r})"])


def add_reference(table: Table, target: Table, rng: Random) -> ForeignKey:
    """Give the table a column that points to the target."""
    column = Column(f"{target.name}_ref_{len(table.columns)}", "sa.BigInteger()", frozen=True)
    on_delete = rng.choice((None, "CASCADE", "SET NULL"))
    key = ForeignKey(f"{table.name}_{column.name}_fkey", column, target, on_delete)
    table.columns.append(column)
    table.foreign_keys.append(key)
    return key


def drop_table(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Drop a plain table; the downgrade builds it anew."""
    plain = [t for t in tables if not (t.lookup or t.trigger or world.referenced(t) or owns_enum(t))]
    if len(plain) < 4:
        return None
    table = rng.choice(plain)
    world.tables.remove(table)
    return Change(f"drop {table.name}", [f"op.drop_table({table.name!r})"], table.create())


def owns_enum(table: Table) -> bool:
    """Whether one of its columns has an enum type."""
    return any(isinstance(column.kind, EnumType) for column in table.columns)


def rename_table(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Rename a table and its sequence."""
    table = rng.choice(tables)
    old, new = table.name, f"{rng.choice(NOUNS)}_{world.number()}"
    table.name = new
    return Change(f"rename {old} to {new}", rename_statements(old, new), rename_statements(new, old))


def rename_statements(old: str, new: str) -> list[str]:
    """The statements that rename a table and its sequence."""
    return [
        f"op.rename_table({old!r}, {new!r})",
        f"op.execute('ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq')",
    ]


def add_column(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A new column, sometimes with a default and NOT NULL."""
    table, column = rng.choice(tables), new_column(world, rng)
    if rng.random() < 0.4:
        column.nullable, column.default = False, default_of(column)
    table.columns.append(column)
    return Change(f"add {column.name}", [add(table, column)], [drop(table, column)])


def add(table: Table, column: Column) -> str:
    """The operation that adds a column."""
    return f"op.add_column({table.name!r}, {column.code()})"


def drop(table: Table, column: Column) -> str:
    """The operation that drops a column."""
    return f"op.drop_column({table.name!r}, {column.name!r})"


def backfill_column(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A new column in three steps: add, fill, NOT NULL."""
    table, column = rng.choice(tables), new_column(world, rng)
    up = [
        add(table, column),
        f'op.execute("UPDATE {table.name} SET {column.name} = {default_of(column)}")',
        alter(table, column, "nullable=False"),
    ]
    column.nullable = False
    table.columns.append(column)
    return Change(f"fill {column.name}", up, [drop(table, column)])


def drop_column(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Drop a table's last column."""
    last = [(table, table.columns[-1]) for table in tables]
    fit = [(t, c) for t, c in last if free(world, t, c) and isinstance(c.kind, str)]
    if not fit:
        return None
    table, column = rng.choice(fit)
    table.columns.remove(column)
    return Change(f"drop {column.name}", [drop(table, column)], [add(table, column)])


def free(world: World, table: Table, column: Column) -> bool:
    """Whether nothing depends on the column; one that is NOT NULL without a default could not come back."""
    restorable = column.nullable or column.default is not None
    return restorable and not (column.frozen or world.viewed(column) or world.constrained(table, column))


def rename_column(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Rename a column; constraints, indexes and views follow."""
    fit = [(table, column) for table in tables for column in table.columns if not column.frozen]
    if not fit:
        return None
    table, column = rng.choice(fit)
    old, new = column.name, f"{rng.choice(FIELDS)}_{world.number()}"
    up = [f"op.alter_column({table.name!r}, {old!r}, new_column_name={new!r})"]
    down = [f"op.alter_column({table.name!r}, {new!r}, new_column_name={old!r})"]
    column.name = new
    return Change(f"rename {old} to {new}", up, down)


def alter(table: Table, column: Column, change: str) -> str:
    """The operation that alters a column."""
    return f"op.alter_column({table.name!r}, {column.name!r}, {change})"


def widen_column(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Give a column a wider type."""
    fit = free_columns(world, tables, tuple(WIDER))
    if not fit:
        return None
    table, column = rng.choice(fit)
    narrow = str(column.kind)
    wide = WIDER[narrow]
    column.kind = wide
    up = alter(table, column, f"existing_type={narrow}, type_={wide}")
    down = alter(table, column, f"existing_type={wide}, type_={narrow}")
    return Change(f"widen {column.name}", [up], [down])


def change_default(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Give a column a server default, or take it away."""
    fit = [(t, c) for t, c in free_columns(world, tables) if c.nullable and not is_unique(t, c)]
    if not fit:
        return None
    table, column = rng.choice(fit)
    old = column.default
    column.default = default_of(column) if old is None else None
    up, down = (alter(table, column, f"server_default={text(value)}") for value in (column.default, old))
    return Change(f"default of {column.name}", [up], [down])


def is_unique(table: Table, column: Column) -> bool:
    """Whether a unique constraint names the column: one default for all rows would violate it."""
    return any(column is seen for unique in table.uniques for seen in unique.columns)


def text(default: str | None) -> str:
    """A server default as code."""
    return "None" if default is None else f"sa.text({default!r})"


def set_not_null(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Fill a column that has a default, then make it NOT NULL."""
    fit = [(t, c) for t, c in free_columns(world, tables) if c.nullable and c.default is not None]
    if not fit:
        return None
    table, column = rng.choice(fit)
    column.nullable = False
    fill = f"UPDATE {table.name} SET {column.name} = {column.default} WHERE {column.name} IS NULL"
    up = [f'op.execute("{fill}")', alter(table, column, "nullable=False")]
    return Change(f"require {column.name}", up, [alter(table, column, "nullable=True")])


def add_foreign_key(_world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A new column that points to an older table."""
    table = rng.choice(tables)
    older = [other for other in tables if other.number < table.number]
    if not older:
        return None
    key = add_reference(table, rng.choice(older), rng)
    create = (
        f"op.create_foreign_key({key.name!r}, {table.name!r}, {key.target.name!r}, "
        f"[{key.column.name!r}], ['id']{key.options()})"
    )
    release = f"op.drop_constraint({key.name!r}, {table.name!r}, type_='foreignkey')"
    up, down = [add(table, key.column), create], [release, drop(table, key.column)]
    return Change(f"reference {key.target.name}", up, down)


def add_check(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A check on a number."""
    fit = free_columns(world, tables, NUMBERS)
    if not fit:
        return None
    table, column = rng.choice(fit)
    check = Check(f"{column.name}_check_{world.number()}", column, "{c} >= 0")
    table.checks.append(check)
    up = f"op.create_check_constraint({check.name!r}, {table.name!r}, {check.sql()!r})"
    down = f"op.drop_constraint({check.name!r}, {table.name!r}, type_='check')"
    return Change(f"check {column.name}", [up], [down])


def add_unique(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A unique constraint, on a table without rows."""
    candidates = [(t, c) for t, c in free_columns(world, tables, INDEXABLE) if not t.lookup]
    # a second constraint on the same column: CREATE TABLE would silently merge the two
    fit = [(t, c) for t, c in candidates if c.default is None and not is_unique(t, c)]
    if not fit:
        return None
    table, column = rng.choice(fit)
    unique = Unique(f"{column.name}_key_{world.number()}", [column])
    table.uniques.append(unique)
    up = f"op.create_unique_constraint({unique.name!r}, {table.name!r}, [{column.name!r}])"
    down = f"op.drop_constraint({unique.name!r}, {table.name!r}, type_='unique')"
    return Change(f"unique {column.name}", [up], [down])


def add_index(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """An index, sometimes of two columns or partial."""
    fit = [(t, c) for t in tables for c in t.columns if c.kind in INDEXABLE]
    if not fit:
        return None
    table, column = rng.choice(fit)
    others = [c for t, c in fit if t is table and c is not column]
    columns = [column, *(others[:1] if rng.random() < 0.3 else [])]
    index = Index(f"ix_{world.number()}_{column.name}", columns)
    if rng.random() < 0.25:
        index.template = "{c} IS NOT NULL"
    table.indexes.append(index)
    down = f"op.drop_index({index.name!r}, table_name={table.name!r})"
    return Change(f"index {column.name}", [table.index(index)], [down])


def drop_index(_world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Drop an index."""
    fit = [(table, index) for table in tables for index in table.indexes]
    if not fit:
        return None
    table, index = rng.choice(fit)
    table.indexes.remove(index)
    up = f"op.drop_index({index.name!r}, table_name={table.name!r})"
    return Change(f"drop {index.name}", [up], [table.index(index)])


def add_enum(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A new enum type and a column of it."""
    table, number = rng.choice(tables), world.number()
    kind = EnumType(f"kind_{number}", ["new", "open", "done"])
    column = Column(f"state_{number}", kind, nullable=False, default="'new'")
    table.columns.append(column)
    declared = f"postgresql.ENUM({kind.labels()}, name={kind.name!r})"
    up = [f"{declared}.create(op.get_bind(), checkfirst=False)", add(table, column)]
    down = [drop(table, column), f"{declared}.drop(op.get_bind(), checkfirst=False)"]
    return Change(f"enum {kind.name}", up, down)


def add_enum_value(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """One more label; the downgrade builds the type anew, for Postgres cannot take a label away."""
    fit = [(t, c) for t, c in free_columns(world, tables) if isinstance(c.kind, EnumType) and c.default]
    if not fit:
        return None
    table, column = rng.choice(fit)
    kind = column.kind
    if not isinstance(kind, EnumType):
        return None
    before, label = kind.sql_labels(), f"extra_{world.number()}"
    kind.values.append(label)
    place = f"ALTER TABLE {table.name} ALTER COLUMN {column.name}"
    down = [
        f"ALTER TYPE {kind.name} RENAME TO {kind.name}_old",
        f"CREATE TYPE {kind.name} AS ENUM ({before})",
        f"{place} DROP DEFAULT",
        f"{place} TYPE {kind.name} USING {column.name}::text::{kind.name}",
        f"{place} SET DEFAULT {column.default}",
        f"DROP TYPE {kind.name}_old",
    ]
    up = [f"ALTER TYPE {kind.name} ADD VALUE '{label}'"]
    return Change(f"label {label}", [execute(sql) for sql in up], [execute(sql) for sql in down])


def execute(sql: str) -> str:
    """The operation that executes SQL."""
    return f"op.execute({sql!r})"


def add_view(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A view of some columns of a table."""
    table = rng.choice(tables)
    columns = [column for column in table.columns if isinstance(column.kind, str)][:3]
    view = View(f"view_{world.number()}", table, [(column, column.name) for column in columns])
    world.views.append(view)
    return Change(f"create {view.name}", [execute(view.sql())], [execute(f"DROP VIEW {view.name}")])


def drop_view(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Drop a view."""
    fit = [view for view in world.views if view.table in tables]
    if not fit:
        return None
    view = rng.choice(fit)
    world.views.remove(view)
    return Change(f"drop {view.name}", [execute(f"DROP VIEW {view.name}")], [execute(view.sql())])


def add_trigger(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """A function and a trigger that stamp each update."""
    fit = [table for table in tables if table.trigger is None]
    if not fit:
        return None
    table = rng.choice(fit)
    table.trigger = f"touch_{world.number()}"
    body = "BEGIN NEW.updated_at := now(); RETURN NEW; END"
    function = f"CREATE FUNCTION {table.trigger}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    timing = f"BEFORE UPDATE ON {table.name} FOR EACH ROW EXECUTE FUNCTION {table.trigger}()"
    up = [function, f"CREATE TRIGGER {table.trigger} {timing}"]
    down = [f"DROP TRIGGER {table.trigger} ON {table.name}", f"DROP FUNCTION {table.trigger}()"]
    return Change(f"trigger {table.trigger}", [execute(sql) for sql in up], [execute(sql) for sql in down])


def insert_rows(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Seed a lookup table with three rows; columns that demand a value have defaults."""
    fit = [t for t in tables if t.lookup and not required(t)]
    if not fit:
        return None
    table = rng.choice(fit)
    rows = {number: f"label {number}" for number in (world.number(), world.number(), world.number())}
    table.rows.update(rows)
    values = ", ".join(f"{{'id': {key}, 'label': {label!r}}}" for key, label in rows.items())
    target = f"sa.table({table.name!r}, sa.column('id'), sa.column('label'))"
    up = f"op.bulk_insert(\n    {target},\n    [{values}],\n)"
    keys = ", ".join(str(key) for key in rows)
    return Change(f"seed {table.name}", [up], [execute(f"DELETE FROM {table.name} WHERE id IN ({keys})")])


def required(table: Table) -> list[Column]:
    """The columns, beside the label, that demand a value."""
    return [c for c in table.columns if not c.nullable and c.default is None and c.name != "label"]


def update_row(world: World, rng: Random, tables: list[Table]) -> Change | None:
    """Change one seeded row; the downgrade puts the old value back."""
    fit = [(table, key) for table in tables for key in table.rows]
    if not fit:
        return None
    table, key = rng.choice(fit)
    old, new = table.rows[key], f"label {world.number()}"
    table.rows[key] = new
    place = f"UPDATE {table.name} SET label"
    up, down = (execute(f"{place} = '{value}' WHERE id = {key}") for value in (new, old))
    return Change(f"relabel {key}", [up], [down])


# how often each kind occurs, create_table aside
WEIGHTS: dict[Operation, int] = {
    add_column: 24,
    backfill_column: 6,
    drop_column: 6,
    rename_column: 6,
    widen_column: 5,
    change_default: 8,
    set_not_null: 5,
    add_foreign_key: 10,
    add_check: 8,
    add_unique: 6,
    add_index: 16,
    drop_index: 4,
    add_enum: 6,
    add_enum_value: 4,
    add_view: 6,
    drop_view: 3,
    add_trigger: 4,
    insert_rows: 5,
    update_row: 5,
    rename_table: 3,
    drop_table: 2,
}

# kinds that may run beside one another on two branches when their tables differ
BRANCHABLE: tuple[Operation, ...] = (
    add_column,
    backfill_column,
    rename_column,
    add_index,
    change_default,
    add_check,
)
