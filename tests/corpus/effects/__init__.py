"""Statements with the truth about their locks, rewrites and scans, and about who waits for them."""

from . import columns, constraints, indexes, others, rows, tables, types
from .case import MODES, Case, Truth

CASES = (
    *columns.CASES,
    *types.CASES,
    *constraints.CASES,
    *indexes.CASES,
    *tables.CASES,
    *others.CASES,
    *rows.CASES,
)

__all__ = ["CASES", "MODES", "Case", "Truth"]
