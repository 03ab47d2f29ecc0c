"""Models and a migrated database side by side, judged as `verify` judges them, in one transaction each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, Connection

from alembic_proof.catalog import pin_sql, snapshot_sql
from alembic_proof.checks import autogenerate_differs, models_differ, names_differ
from alembic_proof.checks.drift import Drift, drift_of
from alembic_proof.findings import Finding
from alembic_proof.history import History, Revision
from alembic_proof.inside.witness import testify
from alembic_proof.provision.scratch import create, release
from alembic_proof.provision.server import Endpoint, Server
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence, Models, Run, Witness
from alembic_proof.walk.collect import read_witness

Metadata = Callable[[], sa.MetaData]
HISTORY = History((Revision("r1.py", "r1"),))


def base() -> sa.MetaData:
    """What both sides have, until a test changes one of them."""
    metadata = sa.MetaData()
    sa.Table(
        "worker",
        metadata,
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.UniqueConstraint("name", name="uq_worker_name"),
        comment="machines",
    )
    sa.Table(
        "job",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(50), nullable=False, server_default=""),
        sa.Column("n", sa.Integer, server_default=sa.text("0"), comment="how many"),
        sa.Column("status", sa.Enum("queued", "done", name="job_status"), server_default="queued"),
        sa.Column("tags", sa.ARRAY(sa.Text)),
        sa.Column("made", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.Column("half", sa.Integer),
        sa.Column("level", sa.SmallInteger, server_default=sa.text("1")),
        sa.Column("twice", sa.Integer, sa.Computed("half * 2", persisted=True)),
        sa.Column("worker_id", sa.Integer),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name="fk_job_worker", ondelete="CASCADE"),
        sa.CheckConstraint("n >= 0", name="ck_job_n"),
        sa.Index("ix_job_title", "title", postgresql_where=sa.text("n > 0")),
        sa.Index("ix_job_made", "made"),
    )
    sa.Table("user", metadata, sa.Column("order", sa.Text, nullable=False))
    return metadata


@dataclass(frozen=True)
class Judged:
    """What the drift rules say."""

    drift: Drift
    findings: tuple[Finding, ...]
    evidence: Evidence

    def of(self, rule: str) -> list[Finding]:
        """The findings of one rule."""
        return [f for f in self.findings if f.rule == f"drift/{rule}"]

    @property
    def said(self) -> list[str]:
        """For a failing test."""
        return [" | ".join([f.rule, f.message, *f.details, f"mend: {f.mend}"]) for f in self.findings]

    @property
    def witness(self) -> Witness:
        """What autogenerate said."""
        assert self.evidence.witness is not None
        return self.evidence.witness


class _Channel:
    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}

    def send(self, event: str, **data: Any) -> None:
        assert event == "witness"
        self.sent = data


@dataclass
class Ground:
    """A connection to the migrated database, and one to where the models are created."""

    migrated: Connection
    other: Connection

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Both databases as they were."""
        try:
            yield
        finally:
            self.migrated.rollback()
            self.other.rollback()

    def run(self, *statements: str) -> None:
        """What the migrations did beyond the base."""
        for statement in statements:
            self.migrated.exec_driver_sql(statement.replace("%", "%%"))

    @cached_property
    def version(self) -> int:
        """Postgres' major version."""
        return self.migrated.dialect.server_version_info[0]  # type: ignore[index]

    def judge(
        self, *models: sa.MetaData, supplied: Sequence[str] = (), exclude: Sequence[str] = (), **options: Any
    ) -> Judged:
        """Compare the migrated database with these models; `options` are those of `context.configure`."""
        created = self._created(models or (base(),), supplied)
        witness = self.hear(list(models or (base(),)), options)
        evidence = Evidence(
            HISTORY,
            upgrade=Run(finished=True, versions=("r1",), snapshot=read(self.migrated)),
            models=Models(sum(len(m.tables) for m in models) or 2, created),
            witness=witness,
            exclude=tuple(exclude),
        )
        found = [f for rule in (models_differ, names_differ, autogenerate_differs) for f in rule.judge(evidence)]
        return Judged(drift_of(evidence), tuple(found), evidence)

    def _created(self, models: Sequence[sa.MetaData], supplied: Sequence[str]) -> Snapshot:
        savepoint = self.other.begin_nested()
        try:
            for statement in supplied:
                self.other.exec_driver_sql(statement)
            for schema in sorted({t.schema for m in models for t in m.tables.values() if t.schema}):
                self.other.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            for metadata in models:
                metadata.create_all(self.other)
            return read(self.other)
        finally:
            savepoint.rollback()

    def hear(self, models: list[sa.MetaData], options: dict[str, Any]) -> Witness:
        """What autogenerate says, as the inside asks it."""
        channel = _Channel()
        given = {"compare_type": True, "target_metadata": models if len(models) > 1 else models[0], **options}
        prefixes = {"sqlalchemy_module_prefix": "sa.", "alembic_module_prefix": "op.", "user_module_prefix": None}
        context = MigrationContext.configure(self.migrated, opts={**prefixes, **given})
        testify(channel, {"witness": True}, context)
        return read_witness(channel.sent)

    def mend(self, finding: Finding) -> None:
        """Do what a finding says would mend it."""
        assert finding.mend, finding
        if "op." not in finding.mend:
            self.run(*(s for s in finding.mend.split(";\n") if s))
            return
        names = {"sa": sa, "postgresql": postgresql}
        names["op"] = Operations(MigrationContext.configure(self.migrated))  # type: ignore[assignment]
        exec(finding.mend, names)


def read(connection: Connection) -> Snapshot:
    """The facts as the connection's open transaction has them."""
    savepoint = connection.begin_nested()
    try:
        connection.exec_driver_sql(pin_sql())
        sql = snapshot_sql().replace("$1", "'public.alembic_version'").replace("%", "%%")
        return Snapshot(frozenset(row[2] for row in connection.exec_driver_sql(sql)))
    finally:
        savepoint.rollback()


def engine(end: Endpoint) -> sa.Engine:
    """To a scratch database, as its owner."""
    url = URL.create(
        "postgresql+psycopg",
        end.user,
        end.password,
        database=end.database,
        query={"host": end.host, "port": str(end.port)},
    )
    return sa.create_engine(url, poolclass=sa.NullPool)


@contextmanager
def grounded(server: Server, metadata: sa.MetaData) -> Iterator[Ground]:
    """Two scratch databases, the first with these tables."""
    databases = [asyncio.run(create(server, "drift")) for _ in range(2)]
    try:
        with engine(databases[0].endpoint).connect() as migrated, engine(databases[1].endpoint).connect() as other:
            metadata.create_all(migrated)
            migrated.commit()
            yield Ground(migrated, other)
    finally:
        for database in databases:
            asyncio.run(release(server, database))
