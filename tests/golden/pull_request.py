"""A small shop with a pull request that has a bit of everything: the same every time, commits included."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from textwrap import dedent

INI = """\
[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg://user:secret@db.example.com/shop
"""

ENV = """\
from alembic import context
from sqlalchemy import create_engine

from shop import Base

config = context.config
target_metadata = Base.metadata
options = {"target_metadata": target_metadata, "transaction_per_migration": True}

if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(config.get_main_option("sqlalchemy.url")).connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
"""

MODELS = """\
from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class State(Enum):
    open = "open"
    paid = "paid"
    shipped = "shipped"


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str | None]


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    price: Mapped[int]


class Purchase(Base):
    __tablename__ = "purchase"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[State]
    note: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Line(Base):
    __tablename__ = "line"
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int]
"""

_MADE_AT = "    made_at: Mapped[datetime] = mapped_column(server_default=func.now())\n"
_INVOICE = """\
    __table_args__ = (Index("ix_purchase_state_made_at", "state", "made_at"),)


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), unique=True)
    due_at: Mapped[datetime]
    cents: Mapped[int]
"""
OF_THE_BRANCH = (
    ("    name: Mapped[str | None]\n", "    full_name: Mapped[str | None]\n"),
    ('    shipped = "shipped"\n', '    shipped = "shipped"\n    refunded = "refunded"\n'),
    ("    note: Mapped[str | None]\n", ""),
    (_MADE_AT, _MADE_AT + _INVOICE),
)

BASE = {
    "1a0b6c2d4e5f": (
        None,
        "customers and products",
        """
        op.create_table(
            "customer",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("email", sa.String, nullable=False, unique=True),
            sa.Column("name", sa.String),
        )
        op.create_table(
            "product",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("sku", sa.String, nullable=False),
            sa.Column("price", sa.Integer, nullable=False),
        )
        """,
        """
        op.drop_table("product")
        op.drop_table("customer")
        """,
    ),
    "2b1c7d3e5f60": (
        "1a0b6c2d4e5f",
        "purchases",
        """
        op.create_table(
            "purchase",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("customer_id", sa.Integer, sa.ForeignKey("customer.id"), nullable=False),
            sa.Column("state", sa.Enum("open", "paid", "shipped", name="state"), nullable=False),
            sa.Column("note", sa.String),
            sa.Column("made_at", sa.DateTime, nullable=False, server_default=sa.func.now()),
        )
        op.create_table(
            "line",
            sa.Column("purchase_id", sa.Integer, sa.ForeignKey("purchase.id"), primary_key=True),
            sa.Column("product_id", sa.Integer, sa.ForeignKey("product.id"), primary_key=True),
            sa.Column("quantity", sa.Integer, nullable=False),
        )
        """,
        """
        op.drop_table("line")
        op.drop_table("purchase")
        op.execute("DROP TYPE state")
        """,
    ),
}

BRANCH = {
    "3c2d8e4f6071": (
        "2b1c7d3e5f60",
        "full names and refunds",
        """
        op.execute("SET LOCAL lock_timeout = '2s'")
        op.alter_column("customer", "name", new_column_name="full_name")
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE state ADD VALUE IF NOT EXISTS 'refunded'")
        """,
        """
        op.alter_column("customer", "full_name", new_column_name="name")
        """,
    ),
    "4d3e9f506182": (
        "3c2d8e4f6071",
        "notes go",
        """
        op.execute("SET LOCAL lock_timeout = '2s'")
        op.drop_column("purchase", "note")
        """,
        """
        op.add_column("purchase", sa.Column("note", sa.String, nullable=False))
        """,
    ),
    "5e4fa0617293": (
        "4d3e9f506182",
        "invoices, and an index to find open purchases",
        """
        op.execute("SET LOCAL lock_timeout = '2s'")
        op.create_table(
            "invoice",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("purchase_id", sa.Integer, sa.ForeignKey("purchase.id"), nullable=False, unique=True),
            sa.Column("due_at", sa.DateTime, nullable=False),
            sa.Column("cents", sa.Integer, nullable=False),
        )
        with op.get_context().autocommit_block():
            op.create_index(
                "ix_purchase_state_made_at", "purchase", ["state", "made_at"], postgresql_concurrently=True
            )
        """,
        """
        op.drop_index("ix_purchase_state_made_at", "purchase")
        op.drop_table("invoice")
        """,
    ),
}

_REVISION = '''\
"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {parent!r}


def upgrade():
{up}

def downgrade():
{down}'''

_NOBODY = {
    name: value
    for who in ("AUTHOR", "COMMITTER")
    for name, value in (
        (f"GIT_{who}_NAME", "Somebody"),
        (f"GIT_{who}_EMAIL", "somebody@example.com"),
        (f"GIT_{who}_DATE", "2026-11-02T09:00:00+00:00"),
    )
}


def make(folder: Path) -> None:
    """A repository with the branches `main` and `shop-invoices`, the second checked out."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "shop.py").write_text(MODELS)
    write_revisions(folder, BASE)
    commit(folder, "The shop")
    git(folder, "checkout", "--quiet", "-b", "shop-invoices")
    models = MODELS
    for old, new in OF_THE_BRANCH:
        models = models.replace(old, new)
    (folder / "shop.py").write_text(models)
    write_revisions(folder, BRANCH)
    commit(folder, "Invoices")


def write_revisions(folder: Path, revisions: dict[str, tuple[str | None, str, str, str]]) -> None:
    """One file each."""
    for id_, (parent, message, up, down) in revisions.items():
        text = _REVISION.format(id=id_, parent=parent, message=message, up=_body(up), down=_body(down))
        (folder / "migrations" / "versions" / f"{id_}.py").write_text(text)


def _body(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in dedent(text).strip().splitlines())


def commit(folder: Path, message: str) -> None:
    """Everything, by nobody, at the same time each time."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def git(folder: Path, *arguments: str) -> None:
    """One git command, without the configuration of this machine."""
    env = {**os.environ, **_NOBODY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)
