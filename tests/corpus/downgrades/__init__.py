"""Revisions with a way back, leaky and correct."""

from .correct import CORRECT
from .leaky import LEAKY

WAYS = (*LEAKY, *CORRECT)

__all__ = ["CORRECT", "LEAKY", "WAYS"]
