"""Reads the revision files as text, before Alembic imports them: what is broken can then be named with its line.

Alembic's own words for a missing parent or a cycle name neither file nor line, and a duplicate id is a warning.
"""

from __future__ import annotations

import ast
import os

from .meaning import hash_of


def version_folders(script) -> "list[str]":
    """Alembic's own answer, which env.py may yet change: so Alembic must not remember that it was asked."""
    asked = "_version_locations" in vars(script)
    folders = getattr(script, "_version_locations", None)
    if not asked:
        vars(script).pop("_version_locations", None)
    if folders is None:
        folders = [os.path.join(script.dir, "versions")]
    return [os.path.abspath(str(folder)) for folder in folders]


def revision_files(script) -> "list[str]":
    """Every file that Alembic would read as a revision."""
    found = []
    for folder in version_folders(script):
        if not os.path.isdir(folder):
            continue
        for base, folders, names in os.walk(folder):
            folders[:] = sorted(f for f in folders if f != "__pycache__")
            found += [os.path.join(base, n) for n in sorted(names) if _is_revision_file(n)]
            if not getattr(script, "recursive_version_locations", False):
                break
    return found


def _is_revision_file(name: str) -> bool:
    return name.endswith(".py") and not name.startswith((".#", "__init__"))


def read(script) -> "list[dict]":
    """One record per file: id, parents, dependencies, labels, message, lines, functions, hash of it all, error."""
    return [read_file(path) for path in revision_files(script)]


def read_file(path: str) -> dict:
    record: dict = {"file": path, "line": 1, "error": None, "revision": None}
    try:
        with open(path, "rb") as handle:
            source = handle.read()
        tree = ast.parse(source, filename=path)
    except (SyntaxError, ValueError) as error:
        record.update(error=str(getattr(error, "msg", error)), line=getattr(error, "lineno", None) or 1)
        return record
    values, lines = _assignments(tree)
    record.update(
        revision=values.get("revision"),
        line=lines.get("revision", 1),
        parent_line=lines.get("down_revision", 1),
        depends_line=lines.get("depends_on", 1),
        parents=_names(values.get("down_revision")),
        depends_on=_names(values.get("depends_on")),
        labels=_names(values.get("branch_labels")),
        message=(ast.get_docstring(tree) or "").strip().split("\n")[0],
        has_down_revision="down_revision" in values,
        hash=hash_of(source),
    )
    functions = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for name in ("upgrade", "downgrade"):
        record[name] = _shape(functions.get(name))
    return record


def _assignments(tree: ast.Module) -> "tuple[dict, dict]":
    values: dict = {}
    lines: dict = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                lines[target.id] = node.lineno
                values[target.id] = _literal(value, values)
    return values, lines


def _literal(node: ast.AST, known: dict) -> object:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _names(value: object) -> "list[str]":
    if isinstance(value, str):
        return [value]
    if isinstance(value, (tuple, list, set, frozenset)):
        return [str(v) for v in value]
    return []


def _shape(function: "ast.FunctionDef | ast.AsyncFunctionDef | None") -> dict:
    """`kind`: missing, empty, raises, async, generator or code; `line` of the definition."""
    if function is None:
        return {"kind": "missing", "line": None}
    return {"kind": _kind(function), "line": function.lineno, "reason": _raised_text(function)}


def _body(function) -> "list[ast.stmt]":
    return [
        s
        for s in function.body
        if not isinstance(s, ast.Pass)
        and not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        and not (isinstance(s, ast.Return) and isinstance(s.value, (ast.Constant, type(None))))
    ]


def _kind(function) -> str:
    if isinstance(function, ast.AsyncFunctionDef):
        return "async"
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in _own_nodes(function)):
        return "generator"
    body = _body(function)
    if not body:
        return "empty"
    return "raises" if isinstance(body[0], ast.Raise) else "code"


def _own_nodes(function):
    """The function's nodes without those of functions and lambdas defined in it."""
    stack = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))


def _raised_text(function) -> "str | None":
    body = _body(function)
    if not body or not isinstance(body[0], ast.Raise) or not isinstance(body[0].exc, ast.Call):
        return None
    arguments = body[0].exc.args
    if arguments and isinstance(arguments[0], ast.Constant):
        return str(arguments[0].value)
    return ""


def import_errors(paths: "list[str]") -> "list[dict]":
    """Import each file by itself, as Alembic would, and give what fails: Alembic stops at the first."""
    from alembic.util import load_python_file

    from .failure import describe

    errors = []
    for path in paths:
        try:
            load_python_file(os.path.dirname(path), os.path.basename(path))
        except Exception as error:
            failure = describe(error, {path})
            errors.append({**failure, "file": failure["file"] or path, "line": failure["line"] or 1})
    return errors
