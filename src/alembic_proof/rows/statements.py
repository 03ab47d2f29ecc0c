"""SQL that puts rows into tables, asks about them, and takes them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alembic_proof.rows.shape import Column, Shape

Row = Mapping[int, str | None]
ALIAS = "alembic_proof_row"
_BACK = f" RETURNING pg_catalog.md5({ALIAS}::text)"


def literal(value: str | None) -> str:
    """A value of whatever type the place has."""
    return "NULL" if value is None else "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def insert(shape: Shape, rows: Sequence[Row], returning: bool = False) -> str:
    """All rows in one statement; a column that a row does not name has its default."""
    columns = shape.written
    if not columns:
        return f"INSERT INTO {shape.name} AS {ALIAS} DEFAULT VALUES" + (_BACK if returning else "")
    names = ", ".join(c.quoted for c in columns)
    lines = ",\n".join("(" + ", ".join(_value(row, c) for c in columns) + ")" for row in rows)
    back = _BACK if returning else ""
    return f"INSERT INTO {shape.name} AS {ALIAS} ({names}) OVERRIDING SYSTEM VALUE VALUES {lines}{back}"  # noqa: S608


def _value(row: Row, column: Column) -> str:
    return literal(row[column.number]) if column.number in row else "DEFAULT"


def together(statements: Sequence[str]) -> str:
    """Statements as one, so that constraints are asked when all are done."""
    if len(statements) == 1:
        return statements[0]
    parts = [f"alembic_proof_{n} AS ({text})" for n, text in enumerate(statements)]
    return f"WITH {', '.join(parts)} SELECT"


def holding(
    shape: Shape, names: Sequence[tuple[str, str]], expression: str, tuples: Iterable[Sequence[str | None]]
) -> str:
    """Which of the tuples satisfy a condition: their numbers, as JSON.

    `names` are the columns, and what the condition calls them. The first branch gives the types, so none is named.
    """
    listed = ", ".join(f"{quoted} AS {called}" for quoted, called in names)
    lines = [f"SELECT -1 AS alembic_proof_number, {listed} FROM ONLY {shape.name} WHERE false"]  # noqa: S608
    lines += [f"SELECT {n}, {', '.join(map(literal, values))}" for n, values in enumerate(tuples)]
    inner = " UNION ALL ".join(lines)
    return (
        "SELECT coalesce(pg_catalog.jsonb_agg(alembic_proof_number ORDER BY alembic_proof_number), '[]') "  # noqa: S608
        f"FROM ({inner}) alembic_proof_values WHERE ({expression}) IS NOT FALSE"
    )


def counts(shapes: Sequence[Shape]) -> str:
    """How many rows each table holds itself: an array in the order of the shapes."""
    return "SELECT ARRAY[" + ", ".join(f"(SELECT count(*) FROM ONLY {s.name})" for s in shapes) + "]::bigint[]"  # noqa: S608


def sample(shape: Shape, columns: Sequence[int], most: int = 8) -> str:
    """Some rows' values of the columns that a foreign key refers to."""
    names = ", ".join(f"{shape.column(n).quoted}::text" for n in columns)
    full = " AND ".join(f"{shape.column(n).quoted} IS NOT NULL" for n in columns)
    return f"SELECT {names} FROM {shape.name} WHERE {full} LIMIT {most}"  # noqa: S608


def delete(table: str, columns: Sequence[str], keys: Sequence[Sequence[str | None]]) -> str:
    """The rows of these keys, whatever the types of the columns are by now."""
    return f"DELETE FROM ONLY {table} WHERE {_among(columns, keys)}"  # noqa: S608


def left(table: str, columns: Sequence[str], keys: Sequence[Sequence[str | None]]) -> str:
    """How many rows have these keys."""
    return f"(SELECT count(*) FROM ONLY {table} WHERE {_among(columns, keys)})"  # noqa: S608


def _among(columns: Sequence[str], keys: Sequence[Sequence[str | None]]) -> str:
    lines = ", ".join("(" + ", ".join(map(literal, key)) + ")" for key in keys)
    return f"({', '.join(columns)}) IN ({lines})"


def delete_alike(table: str, hashes: Sequence[str]) -> str:
    """As many rows as there are hashes of whole rows: rows alike are one as good as the other."""
    wanted = ", ".join(f"({literal(h)})" for h in hashes)
    return (
        f"DELETE FROM ONLY {table} WHERE ctid IN (SELECT here.place FROM "  # noqa: S608
        f"(SELECT ctid AS place, pg_catalog.md5({ALIAS}::text) AS hash, pg_catalog.row_number() OVER "
        f"(PARTITION BY pg_catalog.md5({ALIAS}::text)) AS n FROM ONLY {table} AS {ALIAS}) here "
        f"JOIN (SELECT hash, count(*) AS n FROM (VALUES {wanted}) w(hash) GROUP BY 1) ours "
        f"ON ours.hash = here.hash AND here.n <= ours.n)"
    )
