"""Rules over what revisions did to a database in use, as it was measured: one module each, found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

_MODULES = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
SAFETY: tuple[ModuleType, ...] = tuple(module for module in _MODULES if hasattr(module, "RULE"))
