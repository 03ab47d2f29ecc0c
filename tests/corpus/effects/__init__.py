"""Statements with the truth about their locks, rewrites and scans, and about who waits for them."""

from . import columns, constraints, indexes, others, rows, tables, types
from .case import MODES, Case, Truth

FAMILIES = {
    "Columns": columns.CASES,
    "Types of columns": types.COLUMNS,
    "Types and domains": types.TYPES,
    "Constraints": constraints.CASES,
    "Indexes": indexes.CASES,
    "Tables": tables.TABLES,
    "Inheritance and partitions": (*tables.INHERITED, *tables.PARTITIONS),
    "Views": others.VIEWS,
    "Triggers, rules, policies and functions": others.BEHAVIOUR,
    "Rights, comments, statistics and publications": others.RIGHTS,
    "Sequences": others.SEQUENCES,
    "Rows": rows.ROWS,
    "Blocks, functions and several statements at once": rows.HIDDEN,
}
CASES = tuple(case for family in FAMILIES.values() for case in family)

__all__ = ["CASES", "FAMILIES", "MODES", "Case", "Truth"]
