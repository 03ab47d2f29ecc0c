"""The corpora: differences that must be found, equal pairs that must not, and downgrades of both sorts."""
