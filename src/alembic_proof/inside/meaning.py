"""What a revision's source means, without what changes nothing: comments, layout, docstrings, type hints, import order.

Both sides run this module, on any Python from 3.9: the same source has the same hash on all of them, although their
syntax trees differ. It walks without recursion: a text glued together from a thousand pieces is a deep tree.
"""

from __future__ import annotations

import ast
import hashlib
from typing import Any

# told by themselves: who a revision is and where it stands is compared apart from what it does
_PLACE = ("revision", "down_revision", "depends_on")
# an import of these does nothing by itself, so one that nobody uses may come and go
_QUIET = ("alembic", "sqlalchemy", "sqlmodel", "typing", "typing_extensions", "collections", "__future__")
_NO_MEANING = ("ctx", "kind", "type_comment", "type_ignores")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def hash_of(source: "bytes | str") -> str:
    """Sixteen hexadecimal digits that stay as long as the meaning does; SyntaxError or ValueError without one."""
    return hashlib.sha256(canonical(source).encode("ascii")).hexdigest()[:16]


def canonical(source: "bytes | str") -> str:
    """The tree as text, the same on every Python."""
    tree = _stripped(source)
    return "\n".join([*_imports(tree), *(_dump(s) for s in tree.body if not _is_import(s) and not _is_place(s))])


def statements(source: "bytes | str") -> "list[tuple[str, int, int, str]]":
    """Each statement, of a block its head: the function that it stands in, first and last line, its meaning."""
    tree = _stripped(source)
    found = []
    stack: list = [("", s) for s in reversed(tree.body) if not _is_import(s) and not _is_place(s)]
    while stack:
        where, node = stack.pop()
        inner = [s for field in ("body", "handlers", "orelse", "finalbody", "cases") for s in getattr(node, field, [])]
        place = getattr(node, "pattern", node)  # a `case` has none of its own
        last = getattr(inner[0], "lineno", place.lineno) - 1 if inner else place.end_lineno
        found.append((where, place.lineno, max(place.lineno, last), _dump(node, blocks=False)))
        where = where or (node.name if isinstance(node, _FUNCTIONS) else "")
        stack += [(where, s) for s in reversed(inner)]
    return found


def _stripped(source: "bytes | str") -> ast.Module:
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    documented = any("__doc__" in (getattr(n, "id", None), getattr(n, "attr", None)) for n in nodes)
    for node in nodes:
        if isinstance(node, _FUNCTIONS) and not node.decorator_list:  # a decorator may read the hints
            _drop_hints(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                kept = [s for s in block if documented or not _does_nothing(s)]
                setattr(node, field, kept if isinstance(node, ast.ClassDef) else _without_hints(kept))
    return tree


def _drop_hints(function) -> None:
    function.returns = None
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None:
            argument.annotation = None


def _without_hints(block: list) -> list:
    """Outside of a class, where a hint may be a column, `x: int = 1` is `x = 1`."""
    return [_plain(s) for s in block if not isinstance(s, ast.AnnAssign) or s.value is not None]


def _plain(node):
    if not isinstance(node, ast.AnnAssign):
        return node
    return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)


def _does_nothing(node) -> bool:
    """A docstring, any other text that stands by itself, `pass` and `...`."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _is_import(node: Any) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _is_place(node) -> bool:
    """`revision = "…"` and its like, where the value can be read; `branch_labels = None` is as good as nothing."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return False
    try:
        value = ast.literal_eval(node.value)
    except (ValueError, TypeError, RecursionError):
        return False
    name = node.targets[0].id
    return name in _PLACE or (name == "branch_labels" and not value)


def _imports(tree: ast.Module) -> "list[str]":
    """One line per imported name, sorted; of two that bind one name the later wins, so these keep their order."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    found = []
    nodes: list = [s for s in tree.body if _is_import(s)]
    for node in nodes:
        for alias in node.names:
            module = "." * (getattr(node, "level", 0) or 0) + (getattr(node, "module", alias.name) or "")
            bound = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0])
            if bound in used or module.partition(".")[0] not in _QUIET or bound == "*":
                words = (type(node).__name__, module, alias.name, bound)
                found.append((bound, ascii(words)))
    return [line for _, line in sorted(found, key=lambda f: f[0])]


def _dump(node: Any, blocks: bool = True) -> str:
    out: "list[str]" = []
    stack: list = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, _Text):
            out.append(item)
        else:
            stack.extend(reversed(_parts(item, blocks or item is not node)))
    return "".join(out)


class _Text(str):
    """A piece of the result, unlike a text of the source."""

    __slots__ = ()


def _parts(item, blocks: bool) -> list:
    if isinstance(item, ast.JoinedStr):
        return _joined(item)
    if isinstance(item, ast.Constant):
        return [_Text(_constant(item.value))]
    if isinstance(item, ast.AST):
        return _node(item, blocks)
    if isinstance(item, list):
        return [_Text("["), *(part for i in item for part in (i, _Text(","))), _Text("]")]
    return [_Text("-" if item is None else _constant(item))]  # `{**a}` has a key that is none, not None


def _node(node, blocks: bool) -> list:
    """Name and fields; what is empty is left out, as newer Pythons add empty fields."""
    hidden = _NO_MEANING if blocks else (*_NO_MEANING, "body", "handlers", "orelse", "finalbody", "cases")
    parts = [_Text(type(node).__name__ + "(")]
    for name in sorted(node._fields):
        value = getattr(node, name, None)
        if name not in hidden and value is not None and value != []:
            parts += [_Text(name + "="), value, _Text(",")]
    return [*parts, _Text(")")]


def _joined(node: Any) -> list:
    """An f-string with neighbouring texts as one: Pythons cut them differently."""
    values: list = []
    for value in _flat(node):
        if isinstance(value, ast.Constant) and values and isinstance(values[-1], str):
            values[-1] += str(value.value)
        else:
            values.append(value.value if isinstance(value, ast.Constant) else value)
    if all(isinstance(v, str) for v in values):
        return [_Text(_constant("".join(values)))]
    return [_Text("JoinedStr"), values]


def _flat(node: Any) -> list:
    """Without f-strings directly in it, and without empty texts and empty formats."""
    found: list = []
    for value in node.values:
        if isinstance(value, ast.JoinedStr):
            found += _flat(value)
        elif not isinstance(value, ast.Constant) or value.value != "":
            found.append(value)
        spec = getattr(value, "format_spec", None)
        if isinstance(spec, ast.JoinedStr) and not _flat(spec):
            value.format_spec = None
    return found


def _constant(value: object) -> str:
    """Never `repr`: which characters it escapes, and how long a number may be, depends on the Python."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "int:" + hex(value)
    return type(value).__name__ + ":" + ascii(value)
