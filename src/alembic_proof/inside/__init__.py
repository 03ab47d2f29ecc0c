"""Runs inside the project's interpreter: Python 3.9 or later, standard library, the project's Alembic and SQLAlchemy.

Nothing of `alembic_proof` is imported here, so nothing needs installing into the project under test: the outer
process starts this folder by path. Everything it learns goes out as events, one line of JSON each (`protocol`).
"""
