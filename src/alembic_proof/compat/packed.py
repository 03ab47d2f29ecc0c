"""A list of texts in an SQL query that no driver changes: it holds no percent sign, colon, quote or backslash."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence


def packed(texts: Sequence[str | None]) -> str:
    """An SQL expression that is these texts as an array."""
    letters = b64encode(json.dumps(texts).encode()).decode()
    return (
        "ARRAY(SELECT t FROM pg_catalog.jsonb_array_elements_text(pg_catalog.convert_from("
        f"pg_catalog.decode('{letters}', 'base64'), 'UTF8')::jsonb) WITH ORDINALITY AS u (t, o) ORDER BY o)"
    )
