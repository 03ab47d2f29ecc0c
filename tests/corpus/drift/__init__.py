"""Pairs of schemas, by family."""

from ..case import Case
from . import (
    columns,
    comments,
    constraints,
    indexes,
    others,
    partitions,
    routines,
    security,
    sequences,
    storage,
    triggers,
    types,
    views,
)

FAMILIES = (
    columns,
    constraints,
    indexes,
    types,
    sequences,
    views,
    routines,
    triggers,
    security,
    storage,
    partitions,
    comments,
    others,
)
DIFFERENT: tuple[Case, ...] = tuple(c for family in FAMILIES for c in family.DIFFERENT)
EQUAL: tuple[Case, ...] = tuple(c for family in FAMILIES for c in family.EQUAL)
CASES = (*DIFFERENT, *EQUAL)
