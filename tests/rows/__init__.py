"""Rows for the tables of a catalog, and what became of them, on a real Postgres."""
