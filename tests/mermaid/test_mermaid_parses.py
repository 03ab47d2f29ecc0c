"""What we write as Mermaid is read by Mermaid, the newest and an old one, as what was meant."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from alembic_proof.picture import Column, Picture, Reference, Table
from alembic_proof.render.mermaid import mermaid_text, near

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "parse.mjs")
HOSTILE = [
    'a"b', "a\\", "a%b", "%%{init: {'securityLevel': 'loose'}}%%", "%% x", "a b", "direction TB", "a\n}\nt9 { int x }",
    "a`b", "a|b", "a}b", "a{", "#quot;", "style x:#a;", "classDef x fill:#f00;", "<img src=x onerror=y>", "</script>",
    "accTitle: x", "accDescr { x }", "title x", "subgraph x", "end", "pk", "PK", "fk", "uk", "pk-x", "1", "1a",
    "to", "one or more", "erDiagram", "a~b~", "*", "a[b](c)", "$$x$$", "javascript:x", "😀", "größe", "имя",
    "\u202ex", "\x00", "\ud800", "constructor", "__proto__", "---\nx\n---", "-->", "", "u", "a;b", "a,b", "a.b",
    "a:::b", "'", "²", "x" * 63, "postgresql://a:s3cret@b/c", "_",
]  # fmt: skip


@pytest.fixture(scope="session")
def folder() -> Path:
    """Where Mermaid is installed, as the lock file says; kept from run to run."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node and npm are needed here: Mermaid's own parser reads what we write")
        pytest.skip("node and npm are not installed")
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alembic-proof-tests"
    place = home / f"mermaid-{hashlib.sha256(content).hexdigest()[:16]}"
    if not place.exists():
        install(home, place)
    return place


def install(home: Path, place: Path) -> None:
    """All or nothing, also where two do it at once."""
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as made:
        for name in FILES:
            shutil.copy(HERE / name, made)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        try:
            Path(made).rename(place)
        except OSError:
            assert place.exists()
        Path(made).mkdir(exist_ok=True)


def parsed(folder: Path, pictures: list[Picture]) -> list[tuple[Picture, str, Any]]:
    """Each picture with its text and the answer, for every version of Mermaid."""
    texts = [mermaid_text(picture) for picture in pictures]
    done = subprocess.run(
        ["node", "parse.mjs"], cwd=folder, input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout)
    assert len(answers) == 2 * len(texts)
    return [(*pair, answer) for pair, answer in zip([*zip(pictures, texts, strict=True)] * 2, answers, strict=True)]


def plain() -> Picture:
    """One of each change."""
    invoice = (
        Column("id", "bigint", not_null=True, keys=("PK",)),
        Column("note", "text"),
        Column("account_id", "bigint", keys=("FK",), change="added"),
        Column("state", "character varying(80)", change="changed", was="text, NULL"),
        Column("total", "numeric(10,2)", change="renamed", was="amount"),
        Column("paid_at", "timestamp with time zone", change="removed"),
    )
    tables = (
        Table("public.invoice", invoice, "changed"),
        Table("public.line", (Column("id", "bigint[]", keys=("PK", "FK"), change="added"),), "added"),
        Table("public.old", (Column("id", "bigint", keys=("PK",), change="removed"),), "removed"),
        Table("public.bill", (), "renamed", was="public.bills"),
        Table("public.account", (Column("id", "bigint", keys=("PK",)), Column("name", "text")), hops=1),
        Table("public.far", (Column("id", "bigint", keys=("PK",)),), hops=2),
    )
    references = (
        Reference("invoice_fkey", "public.invoice", ("account_id",), "public.account", ("id",), change="added"),
        Reference("line_fkey", "public.line", ("id",), "public.line", ("id",), optional=True, unique=True),
        Reference("old_fkey", "public.old", ("id",), "public.account", ("id",), change="removed"),
        Reference("far_fkey", "public.account", ("id",), "public.far", ("id",)),
    )  # fmt: skip
    return Picture(tables, references)


def hostile(text: str) -> Picture:
    """The text wherever a picture has one."""
    words = ("same", "added", "removed", "changed", "renamed")
    columns = tuple(Column(text, text, keys=("PK",), change=change, was=text) for change in words)
    tables = (Table(text, columns, "renamed", was=text), Table(f"{text}!", columns))
    reference = Reference(text, text, (text,), f"{text}!", (text,), change="added")
    return Picture(tables, (reference,))


@pytest.mark.slow
def test_mermaid_reads_the_tables_columns_and_references_that_were_meant(folder: Path) -> None:
    """Changed columns first, then keys; nothing of what is far away."""
    for _, text, answer in parsed(folder, [plain()]):
        assert answer["error"] == "", text
        assert [t["name"] for t in answer["tables"]] == [
            "public.invoice (changed)",
            "public.line (added)",
            "public.old (removed)",
            "public.bill (was public.bills)",
            "public.account",
        ]
        assert answer["tables"][0]["columns"] == ["account_id", "state", "total", "paid_at", "id"]
        assert answer["references"] == 3


@pytest.mark.slow
def test_no_name_ends_the_text_or_says_more_than_a_name(folder: Path) -> None:
    """As many tables, columns and references as there are, each under a name of its own."""
    for picture, text, answer in parsed(folder, [hostile(name) for name in HOSTILE]):
        assert answer["error"] == "", f"{answer['version']}: {answer['error']}\n{text}"
        assert len(answer["tables"]) == len({t["name"] for t in answer["tables"]}) == len(near(picture)), text
        for table in answer["tables"]:
            assert len(set(table["columns"])) == 5, text
        assert answer["references"] == 1, text
        assert "%%" not in text
        assert "s3cret" not in text
