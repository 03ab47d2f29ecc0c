"""The hash of a revision: what leaves it alone, what changes it, and that every Python computes the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from alembic_proof.inside import meaning

BASE = '''"""add status

Revision ID: a1
Revises: None
Create Date: 2026-03-10 09:00:13
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

# revision identifiers
revision: str = 'a1'
down_revision: Union[str, None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Add it."""
    # first the type
    op.execute("CREATE TYPE status AS ENUM ('a', 'b')")
    op.add_column('job', sa.Column('status', sa.String(length=20), nullable=True))
    for name in ("x", "y"):
        op.execute(f"COMMENT ON TABLE {name} IS 'table {name!r:>10}'")


def downgrade() -> None:
    op.drop_column('job', 'status')
'''
REFORMATTED = """from __future__ import annotations

import sqlalchemy as sa
from alembic import op

down_revision: str | None = None
revision: str = "a1"


def upgrade():
    '''Adds it, and more words.'''

    op.execute(
        "CREATE TYPE status "
        "AS ENUM ('a', 'b')",
    )
    op.add_column(
        "job",
        sa.Column("status", (sa.String(length=0x14)), nullable=True),
    )
    for name in (
        "x",
        "y",
    ):
        op.execute(f"COMMENT ON TABLE {name} " f"IS 'table {name!r:>10}'")  # noqa


def downgrade():
    pass
    op.drop_column("job", "status",)
"""


def with_(old: str, new: str) -> str:
    assert BASE.count(old) == 1, old
    return BASE.replace(old, new)


EQUAL = {
    "reformatted as a whole": REFORMATTED,
    "comments": with_("# first the type", "# the type comes first\n    # of all"),
    "blank lines": with_("def downgrade", "\n\n\ndef downgrade"),
    "quotes": with_("'job', 'status'", '"job", """status"""'),
    "a raw string without an escape": with_("'job', 'status'", "r'job', u'status'"),
    "parentheses": with_("nullable=True", "nullable=(True)"),
    "a trailing comma": with_("op.drop_column('job', 'status')", "op.drop_column('job', 'status',)"),
    "a line break in a call": with_("'job', 'status')", "'job',\n        'status')"),
    "a text in two pieces": with_("CREATE TYPE status", 'CREATE TYPE" " status'),
    "the message and the date": with_("add status", "add the status").replace("2026-03", "2025-01"),
    "no docstring": BASE.replace(BASE[: BASE.index("from typing")], ""),
    "windows line ends": BASE.replace("\n", "\r\n"),
    "imports sorted": with_("from alembic import op\n", "").replace(" as sa\n", " as sa\nfrom alembic import op\n"),
    "an unused import": with_("import sqlalchemy as sa", "import sqlalchemy as sa\nfrom sqlalchemy import orm"),
    "newer type hints": BASE.replace("Union[str, None]", "str | None"),
    "a local type hint": with_("    for name in", "    name: str\n    for name in"),
    "its own place": with_("down_revision: Union[str, None] = None", "down_revision = 'a0'"),
    "another id": with_("revision: str = 'a1'", "revision = 'b1'"),
    "a deep tree": with_("# first the type", "x = " + " + ".join(["'a'"] * 900)),
}  # fmt: skip
DIFFERENT = {
    "a column's name": with_("'status', sa", "'state', sa"),
    "a column's length": with_("length=20", "length=21"),
    "true for one": with_("nullable=True", "nullable=1"),
    "a keyword more": with_("nullable=True", "nullable=True, unique=True"),
    "spaces inside of SQL": with_("'a', 'b'", "'a','b'"),
    "the order of statements": with_("('x', 'y')" if "('x', 'y')" in BASE else '("x", "y")', '("y", "x")'),
    "a format": with_(":>10", ":>11"),
    "a conversion": with_("!r", "!s"),
    "a text where a variable was": with_("TABLE {name}", "TABLE name"),
    "a decorator": with_("def upgrade", "@when_new\ndef upgrade"),
    "an argument's default": with_("def upgrade()", "def upgrade(fast=True)"),
    "a condition": with_("    op.drop_column", "    if 1: op.drop_column"),
    "a statement taken out": with_("    op.drop_column('job', 'status')\n", "    pass\n"),
    "an import of another thing": with_("import sqlalchemy as sa", "import ourtypes as sa"),
    "an import with effects": with_("import sqlalchemy as sa", "import sqlalchemy as sa\nimport models"),
    "branch labels": with_("branch_labels: Union[str, Sequence[str], None] = None", "branch_labels = ('x',)"),
    "a tuple of one": with_("sa.String(length=20)", "(sa.String(length=20),)"),
    "a helper beside": with_("def downgrade", "def helper():\n    op.f()\n\ndef downgrade"),
    "async": with_("def upgrade", "async def upgrade"),
}
TABLE = "class Row(Base):\n    id: Mapped[int]\n"
DECORATED = "@register\ndef f(x: int) -> str:\n    return g(x)\n"


@pytest.mark.parametrize("name", EQUAL)
def test_what_changes_nothing_leaves_the_hash(name: str) -> None:
    """Comments, layout, docstrings, hints, the order of imports; and id and parents, which are compared apart."""
    text = EQUAL[name]
    base = with_("# first the type", "x = " + " + ".join(["'a'"] * 900)) if "deep" in name else BASE
    assert meaning.hash_of(text) == meaning.hash_of(base)


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_changes_something_changes_the_hash(name: str) -> None:
    """Whatever Alembic, Postgres or the project's own code could notice."""
    assert meaning.hash_of(DIFFERENT[name]) != meaning.hash_of(BASE)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (TABLE, "Mapped[int]", "Mapped[str]"),
        (DECORATED, "x: int", "x: str"),
        (DECORATED, "-> str", "-> int"),
        ('"""DROP TABLE a"""\nop.execute(__doc__)\n', "TABLE a", "TABLE b"),
        ("from a import x\nfrom b import x\nx()\n", "a import x\nfrom b", "b import x\nfrom a"),
        ("revision = make('a')\n", "'a'", "'b'"),
        ("match x:\n    case {'a': 1}:\n        f()\n", "1", "2"),
        ("try:\n    f()\nexcept A:\n    g()\n", "A", "B"),
        ("with a as b:\n    g()\n", "b", "c"),
        ("x = 1.0\n", "1.0", "1"),
        ("x = b'1'\n", "b'1'", "'1'"),
        ("f(**a)\n", "**a", "*a"),
        ("x = {**a}\n", "{**a}", "{None: a}"),
        ("x = a[1:]\n", "1:", ":1"),
        ("x = f'{a}{b}'\n", "{a}{b}", "{b}{a}"),
        ("x = f'{a}b'\n", "f'{a}b'", "'{a}b'"),
        ("if (x := f()):\n    g(x)\n", "x := f()", "f()"),
    ],
)  # fmt: skip
def test_meaning_that_hides_where_there_is_usually_none(text: str, old: str, new: str) -> None:
    """Hints that are read, a docstring that is used, an import that wins over another."""
    assert text.count(old) == 1
    assert meaning.hash_of(text) != meaning.hash_of(text.replace(old, new))


def test_statements_tell_where_they_stand() -> None:
    """The lines in the file, and the function; of a block its head."""
    found = [(where, first, last) for where, first, last, _ in meaning.statements(BASE)]
    assert ("upgrade", 22, 22) in found
    assert ("upgrade", 24, 24) in found  # the head of the loop
    assert ("downgrade", 29, 29) in found
    assert ("", 19, 21) in found  # the head of upgrade() and its docstring


# syntax whose tree differs between Pythons: f-strings above all, and what newer ones added fields to
TRICKY = r'''
x = f""
x = f"plain"
x = f"{a}{'b'}" "c" f"d{e!r}" r"\n" f"{{}}"
x = f"{a:}" f"{a:>{width}.{p}}" f"{a!s:{b}x}"
x = f"{a=}" f"t {a = !r}" f"{ a = :>4}"
x = f"{a:%Y-%m-%d}" f"{'x' if y else 'z'}" f"{f'{a} in'}"
x = f"""{
    a
} \N{EM DASH}""" f"\N{EM DASH}{a}\x41"
x = "\U0001fae8 \ud800 \x7f é", b"\xff", 1e999, -0.0, 1j, 0xff, 1_000, ..., None, True
x = 0x{big}
x = lambda a, /, b: int = 1, *c, d=2, **e: (a, b)
'''.replace("b: int = 1", "b=1").replace("{big}", "f" * 5000)
MORE = """
@deco.rated(1)[0]
async def f(a: int, /, b: "str" = "x", *, c: Mapped[int] = 1) -> None:
    async with a as b, c as d: pass
    async for i in x: await i
    else: return
    return [await i async for i in x if i for j in i]
class A(B, metaclass=C):
    x: Mapped[int] = column()
    y: int
    def method(self) -> "A": nonlocal_ = 1; del nonlocal_
if (n := len(a)) > 1 and a[1:2, ...] and a[b] and not (yield_ := 2): pass
elif a < b <= c is not d: assert a, "b"
try: raise A from b
except (A, B) as e: raise
else: pass
finally: global_ = {**a, "b": 1, **c}
with (open(a) as b, open(c) as d): print(*a, **b)
for x, *y in z: continue
while True: break
x = y = {1, 2} | {i: j for i, j in z} @ a
x: int = 1
x[0]: int = 2
x.y += (yield)
"""
MATCHES = """
match x:
    case {"a": 1, **rest} | [1, *_] if y: pass
    case A(b=1) | None | True | -1 | "s" as z: f()
    case _: g()
"""
SOURCES = [BASE, REFORMATTED, *EQUAL.values(), *DIFFERENT.values(), TRICKY, MORE, MATCHES]
EXAMPLE = sorted((Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"))

PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
import meaning
found = []
for source in json.load(sys.stdin):
    try:
        found.append([meaning.hash_of(source.encode("utf-8")), len(meaning.statements(source))])
    except SyntaxError:
        found.append(None)
json.dump(found, sys.stdout)
"""


def interpreters() -> dict[str, Path]:
    """The Pythons of this machine that the inside supports, by version."""
    managed = (p for v in range(9, 15) for p in Path.home().glob(f".pyenv/versions/3.{v}.*/bin/python"))
    return {p.parents[1].name: p for p in managed} | {sys.version.split()[0]: Path(sys.executable)}


def hashes(python: Path, sources: list[str]) -> list[list | None]:
    folder = str(Path(meaning.__file__).parent)
    done = subprocess.run(
        [python, "-I", "-B", "-c", PROGRAM, folder],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.skipif(len(interpreters()) < 2, reason="only one Python on this machine")
def test_every_python_computes_the_same() -> None:
    """What they can read: a newer syntax is an error to an older Python, and never another hash."""
    sources = [*SOURCES, *(p.read_text("utf-8") for p in EXAMPLE)]
    mine = [[meaning.hash_of(s), len(meaning.statements(s))] for s in sources]
    for version, python in interpreters().items():
        theirs = hashes(python, sources)
        unread = [s for s, h in zip(sources, theirs, strict=True) if h is None]
        assert unread == ([MATCHES] if version.startswith("3.9.") else []), version
        assert [h or m for h, m in zip(theirs, mine, strict=True)] == mine, version
