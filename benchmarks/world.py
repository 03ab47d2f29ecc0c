"""The schema that the generator grows, and how each part is written as Alembic or SQLAlchemy code.

Constraints hold their columns as objects, so that renaming a column renames it everywhere at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class EnumType:
    """A Postgres enum type."""

    name: str
    values: list[str]

    def labels(self) -> str:
        """The labels as Python arguments."""
        return ", ".join(repr(value) for value in self.values)

    def sql_labels(self) -> str:
        """The labels as SQL literals."""
        return ", ".join(f"'{value}'" for value in self.values)


@dataclass(eq=False)
class Column:
    """A column; `kind` is SQLAlchemy code, or an enum type; `frozen` columns keep name and type."""

    name: str
    kind: str | EnumType
    nullable: bool = True
    default: str | None = None
    frozen: bool = False

    def type_code(self, *, model: bool) -> str:
        """The type as code: a model creates its enum types, a revision creates them by itself."""
        if isinstance(self.kind, str):
            return self.kind
        if model:
            return f"sa.Enum({self.kind.labels()}, name={self.kind.name!r})"
        return f"postgresql.ENUM({self.kind.labels()}, name={self.kind.name!r}, create_type=False)"

    def code(self, *, model: bool = False) -> str:
        """The column as a call of `sa.Column`."""
        parts = [repr(self.name), self.type_code(model=model), f"nullable={self.nullable}"]
        if self.default is not None:
            parts.append(f"server_default=sa.text({self.default!r})")
        return f"sa.Column({', '.join(parts)})"


@dataclass(eq=False)
class Check:
    """A check constraint on one column; `template` has `{c}` where the column's name goes."""

    name: str
    column: Column
    template: str

    def sql(self) -> str:
        """The condition."""
        return self.template.format(c=self.column.name)


@dataclass(eq=False)
class ForeignKey:
    """A foreign key to the `id` of another table."""

    name: str
    column: Column
    target: Table
    on_delete: str | None = None

    def options(self) -> str:
        """Its further arguments."""
        return f", ondelete={self.on_delete!r}" if self.on_delete else ""


@dataclass(eq=False)
class Unique:
    """A unique constraint."""

    name: str
    columns: list[Column]


@dataclass(eq=False)
class Index:
    """An index, partial where `template` is given."""

    name: str
    columns: list[Column]
    template: str | None = None

    def options(self) -> str:
        """Its further arguments."""
        if self.template is None:
            return ""
        return f", postgresql_where=sa.text({self.template.format(c=self.columns[0].name)!r})"


@dataclass(eq=False)
class View:
    """A view of one table; its own column names stay when the table's columns are renamed."""

    name: str
    table: Table
    columns: list[tuple[Column, str]]

    def sql(self) -> str:
        """The statement that creates it."""
        chosen = ", ".join(f"{column.name} AS {alias}" for column, alias in self.columns)
        return f"CREATE VIEW {self.name} AS SELECT {chosen} FROM {self.table.name}"


@dataclass(eq=False)
class Table:
    """A table with a numeric key named `id`; `number` orders tables: foreign keys point to lower numbers."""

    name: str
    number: int
    identity: bool
    columns: list[Column] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    # labels of seeded rows, by id: a table with rows gets no unique constraint and is not dropped
    rows: dict[int, str] = field(default_factory=dict)
    lookup: bool = False
    trigger: str | None = None

    def __post_init__(self) -> None:
        """The key's constraint keeps its first name when the table is renamed."""
        self.key = f"{self.name}_pkey"

    def id_code(self) -> str:
        """The key column."""
        generated = "sa.Identity(always=True), " if self.identity else ""
        return f"sa.Column('id', sa.BigInteger(), {generated}nullable=False)"

    def elements(self, *, model: bool) -> list[str]:
        """Everything that stands inside of the table's definition."""
        lines = [self.id_code(), *(column.code(model=model) for column in self.columns)]
        lines.append(f"sa.PrimaryKeyConstraint('id', name={self.key!r})")
        lines += [f"sa.CheckConstraint({c.sql()!r}, name={c.name!r})" for c in self.checks]
        for unique in self.uniques:
            names = ", ".join(repr(column.name) for column in unique.columns)
            lines.append(f"sa.UniqueConstraint({names}, name={unique.name!r})")
        for key in self.foreign_keys:
            ends = f"[{key.column.name!r}], ['{key.target.name}.id']"
            lines.append(f"sa.ForeignKeyConstraint({ends}, name={key.name!r}{key.options()})")
        return lines

    def create(self) -> list[str]:
        """The operations that create it with its indexes."""
        inside = "".join(f"\n    {element}," for element in self.elements(model=False))
        return [f"op.create_table(\n    {self.name!r},{inside}\n)", *(self.index(i) for i in self.indexes)]

    def index(self, index: Index) -> str:
        """The operation that creates one of its indexes."""
        names = [column.name for column in index.columns]
        return f"op.create_index({index.name!r}, {self.name!r}, {names!r}{index.options()})"

    def model(self) -> str:
        """It as SQLAlchemy code."""
        lines = self.elements(model=True)
        for index in self.indexes:
            names = ", ".join(repr(column.name) for column in index.columns)
            lines.append(f"sa.Index({index.name!r}, {names}{index.options()})")
        inside = "".join(f"\n    {line}," for line in lines)
        return f"{self.name} = sa.Table(\n    {self.name!r},\n    metadata,{inside}\n)"


@dataclass
class World:
    """The whole schema at one revision, and a counter that makes names unique."""

    tables: list[Table] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    counter: int = 0

    def number(self) -> int:
        """A number that was not used yet."""
        self.counter += 1
        return self.counter

    def viewed(self, column: Column) -> bool:
        """Whether a view reads the column."""
        return any(column is seen for view in self.views for seen, _ in view.columns)

    def constrained(self, table: Table, column: Column) -> bool:
        """Whether a constraint or an index names the column."""
        keys = [c.column for c in table.checks] + [k.column for k in table.foreign_keys]
        groups = [c for u in table.uniques for c in u.columns] + [c for i in table.indexes for c in i.columns]
        return any(column is seen for seen in keys + groups)

    def referenced(self, table: Table) -> bool:
        """Whether a foreign key or a view depends on the table."""
        targets = [key.target for other in self.tables for key in other.foreign_keys]
        return any(table is seen for seen in targets + [view.table for view in self.views])
