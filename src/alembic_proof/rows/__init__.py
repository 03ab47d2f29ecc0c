"""Rows for the tables of a catalog, and what became of them: pure functions over values."""
