"""Broken copies of the example: each has one defect, and says which finding names it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEAD = "40f7e281e1cc"
Edit = Callable[[Path], None]


@dataclass(frozen=True)
class Defect:
    """What is broken, and the finding that must name it.

    `revision` also names the file, unless `file` does; `at` must stand on the reported line; `says` in the message
    or the details. `also` are the rules that may speak besides, as the defect breaks what they watch, too.
    """

    name: str
    edits: tuple[Edit, ...]
    rule: str
    revision: str | None = None
    object: str | None = None
    at: str | None = None
    says: str = ""
    file: str | None = None
    also: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def found(project: Path, name: str) -> Path:
    """A file of the project by its path, or a revision's by its id."""
    path = project / name
    return path if path.exists() else next((project / "migrations" / "versions").glob(f"{name}*"))


def edit(name: str, old: str, new: str) -> Edit:
    """Replace a text that stands in a file exactly once."""

    def apply(project: Path) -> None:
        path = found(project, name)
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{text.count(old)} times in {name}: {old!r}"
        path.write_text(text.replace(old, new), "utf-8")

    return apply


def write(name: str, text: str) -> Edit:
    """Create a file."""

    def apply(project: Path) -> None:
        assert not (project / name).exists()
        (project / name).write_text(text, "utf-8")

    return apply


def keep(*revisions: str) -> Edit:
    """Cut the history down to some of its revisions."""

    def apply(project: Path) -> None:
        for path in (project / "migrations" / "versions").glob("*.py"):
            if not path.name.startswith(revisions):
                path.unlink()

    return apply


def body(lines: str) -> str:
    """Lines of a function."""
    return "\n".join("    " + line for line in lines.splitlines())


def revision(id_: str, upgrade: str, downgrade: str | None, parent: str = HEAD, before: str = "") -> Edit:
    """Add a revision; without the text of a downgrade it has no such function."""
    text = (
        f'"""defect {id_}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n{before}\n'
        f'revision = "{id_}"\ndown_revision = "{parent}"\n\n\ndef upgrade() -> None:\n{body(upgrade)}\n'
    )
    if downgrade is not None:
        text += f"\n\ndef downgrade() -> None:\n{body(downgrade)}\n"
    return write(f"migrations/versions/{id_}_defect.py", text)
