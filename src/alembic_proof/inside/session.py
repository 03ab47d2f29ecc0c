"""The session as env.py left it: what a revision changes in it, the next deployment's session does not have."""

from __future__ import annotations

import re

_CHANGES = re.compile(r"(?:^|;)\s*(?:SET|RESET|DISCARD)\b|set_config\s*\(|\bTEMP(?:ORARY)?\b", re.IGNORECASE)
_SETTINGS = (
    "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' "
    "AND name NOT IN ('role', 'session_authorization') ORDER BY 1"
)


class Session:
    """Settings, role and temporary tables at the beginning, to come back to; `execute` runs our own statement."""

    def __init__(self, execute) -> None:
        self.execute = execute
        self.settings = execute(_SETTINGS)
        self.role = execute("SELECT pg_catalog.current_setting('role')")[0][0]

    def restore(self, statements: "list[dict]") -> None:
        """As a new connection would find it, where one of `statements` may have changed it."""
        if not any(_CHANGES.search(s["sql"]) for s in statements):
            return
        self.execute("RESET ALL")
        for name, value in self.settings:
            quoted = str(value).replace("'", "''")
            self.execute("SELECT pg_catalog.set_config('{}', '{}', false)".format(name, quoted))
        self.execute("SELECT pg_catalog.set_config('role', '{}', false)".format(self.role.replace("'", "''")))
        self.execute("DISCARD TEMP")
