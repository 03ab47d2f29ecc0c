"""Statements of the code that runs today, and of the code that comes, and what they say on the other's schema."""
