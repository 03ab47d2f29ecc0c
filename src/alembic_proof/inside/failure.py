"""An exception as data: what was raised, the statement and SQLSTATE behind it, the line of the revision."""

from __future__ import annotations

import traceback

SQL_LIMIT = 10_000


def describe(error: BaseException, files: "set[str] | frozenset[str]" = frozenset()) -> dict:
    """`files` are the revision files: the innermost frame in one of them is where it happened."""
    origin = getattr(error, "orig", None)
    sql = getattr(error, "statement", None)
    file, line = _place(error, files)
    return {
        "type": type(error).__name__,
        "message": _first_lines(str(origin) if origin is not None else str(error)),
        "sqlstate": _sqlstate(error) or _sqlstate(origin),
        "sql": sql[:SQL_LIMIT] if isinstance(sql, str) else None,
        "file": file,
        "line": line,
        "traceback": _project_traceback(error),
        "reason": _reason(error),
    }


def _sqlstate(error: object) -> "str | None":
    for name in ("sqlstate", "pgcode"):
        code = getattr(error, name, None)
        if isinstance(code, str) and len(code) == 5:
            return code
    args = getattr(error, "args", ())
    if args and isinstance(args[0], dict):  # pg8000 gives the server's fields
        return args[0].get("C")
    return None


def _reason(error: BaseException) -> "str | None":
    """A class that says more than its message: by decision, or by mistake."""
    if isinstance(error, NotImplementedError):
        return "not implemented"
    if _entering_autocommit(error):
        return "autocommit block"
    return None


def _entering_autocommit(error: BaseException) -> bool:
    """Whether Alembic could not end the transaction: an assertion of its own, without a word."""
    names = [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]
    return "__enter__ autocommit_block" in " ".join(names)


def _first_lines(text: str) -> str:
    text = "\n".join(text.strip().splitlines()[:6])
    prefix = "<class 'asyncpg.exceptions."  # SQLAlchemy's asyncpg adapter puts the class before the message
    if text.startswith(prefix):
        text = text.partition(">: ")[2]
    return text[:2000]


def _place(error: BaseException, files: "set[str] | frozenset[str]") -> "tuple[str | None, int | None]":
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno
    found: "tuple[str | None, int | None]" = (None, None)
    for frame, lineno in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename in files:
            found = frame.f_code.co_filename, lineno
    return found


def _project_traceback(error: BaseException) -> "list[str]":
    """The frames that are neither ours nor a library's, outermost first, as `file:line in name`."""
    frames = [
        "{}:{} in {}".format(frame.f_code.co_filename, lineno, frame.f_code.co_name)
        for frame, lineno in traceback.walk_tb(error.__traceback__)
        if "site-packages" not in frame.f_code.co_filename
        and not frame.f_globals.get("__name__", "").startswith("_alembic_proof_inside")
        and "/lib/python" not in frame.f_code.co_filename
    ]
    return frames[-8:]
