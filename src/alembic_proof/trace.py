"""Values: what happened. The only witness that the checks read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from alembic_proof.branch import Branch
from alembic_proof.ddl.schema import Needs, Schema
from alembic_proof.diff import Change as Difference
from alembic_proof.dumps import Entries
from alembic_proof.effects import Broken, Change, Effects, Estimate, Fall, Index, Rerun, Unfilled
from alembic_proof.history import History
from alembic_proof.rows.declared import Declared
from alembic_proof.seal import Seal
from alembic_proof.snapshot import Snapshot


@dataclass(frozen=True)
class Statement:
    """One statement of the project's own connection, and the line that asked for it; `seconds` None: it failed.

    `line` is the `op.` call in the revision; `helper` is `file:line` of what stands between, where something does.
    """

    sql: str
    file: str | None
    line: int | None
    seconds: float | None
    helper: str | None = None
    parameters: str | None = None
    effects: Effects | None = None


@dataclass(frozen=True)
class Failure:
    """What was raised, and where."""

    type: str
    message: str
    sqlstate: str | None = None
    sql: str | None = None
    file: str | None = None
    line: int | None = None
    traceback: tuple[str, ...] = ()
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class Step:
    """One run of a revision in one direction: `upgrade`, `downgrade`, or `again`, the upgrade after the downgrade.

    `alone` is the failure from the parent revision with nothing remembered, where one go passed. `removed` and
    `added` are lines of facts: of the upgrade against before it, of the downgrade also against before the upgrade,
    of `again` against after the upgrade; None where no look was taken.
    """

    revision: str
    direction: str
    ok: bool
    seconds: float = 0.0
    committed: bool = False
    failure: Failure | None = None
    alone: Failure | None = None
    statements: tuple[Statement, ...] = ()
    removed: tuple[str, ...] | None = None
    added: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Context:
    """How env.py configured Alembic."""

    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    transaction_per_migration: bool = False
    transactional_ddl: bool = True
    driver: str = ""

    @property
    def version_table_identity(self) -> str:
        """Schema and name, quoted as Postgres quotes them."""
        return f"{quoted(self.version_table_schema or 'public')}.{quoted(self.version_table)}"


def quoted(name: str) -> str:
    """An identifier as Postgres prints it, for plain names; anything else in double quotes."""
    plain = name.islower() and name.replace("_", "a").isalnum() and name.isascii() and not name[0].isdigit()
    return name if plain else '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Trace:
    """One walk: what was planned, what happened, and how it ended; `base` is the schema before the first revision."""

    plan: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    head: Snapshot = field(default_factory=Snapshot)
    failure: Failure | None = None
    base: Snapshot = field(default_factory=Snapshot)
    dump: Entries | None = None

    def step(self, revision: str, direction: str) -> Step | None:
        """The run of a revision in a direction, where there was one."""
        return self._by_key.get((revision, direction))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Step]:
        return {(s.revision, s.direction): s for s in reversed(self.steps)}

    def of(self, direction: str) -> Iterable[Step]:
        """All runs in one direction, in order."""
        return (s for s in self.steps if s.direction == direction)


@dataclass(frozen=True)
class Passage:
    """The measured upgrade of one revision, on tables with rows.

    `rows` are those that it ran on: `all`, only `plain` ones, or `none`, where it falls on the others. `failure` is
    what stops it also without rows. `changes` are to the rows, in every stage; `broken` are statements of old and new
    code. `indexes` are all indexes afterwards, of the tables that it touched. `created` are tables that did not exist
    before the deploy. `way_back` says what became of the downgrade on rows: `ok`, `fails`, `not run`; `back` is what
    stopped it, or the upgrade after it, and `stuck` which of the two: `downgrade` or `again`.
    """

    revision: str
    ok: bool
    rows: str = "all"
    statements: tuple[Statement, ...] = ()
    fall: Fall | None = None
    failure: Failure | None = None
    changes: tuple[Change, ...] = ()
    broken: tuple[Broken, ...] = ()
    reruns: tuple[Rerun, ...] = ()
    indexes: tuple[Index, ...] = ()
    created: tuple[str, ...] = ()
    way_back: str = "ok"
    back: Failure | None = None
    stuck: str = ""


@dataclass(frozen=True)
class Measured:
    """The revisions under test, each as a deploy would run it; `why` says which they are, in words.

    `missed` says what could not be measured. `together`: they are one deploy.
    """

    why: str = ""
    passages: tuple[Passage, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    missed: tuple[str, ...] = ()
    failure: Failure | None = None
    together: bool = True

    def of(self, revision: str) -> Passage | None:
        """The passage of a revision, where it is under test."""
        return next((p for p in self.passages if p.revision == revision), None)


@dataclass(frozen=True)
class Run:
    """A plain Alembic command, and the state of the database afterwards, read on our own connection.

    `dump` is what pg_dump writes of it, None where there is no pg_dump; `unmodelled` are kinds of objects that are
    there and that no snapshot holds.
    """

    finished: bool = False
    last: str | None = None
    failure: Failure | None = None
    versions: tuple[str, ...] = ()
    snapshot: Snapshot = field(default_factory=Snapshot)
    needs: Needs = field(default_factory=dict)
    dump: Entries | None = None
    unmodelled: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        """The facts with what needs what."""
        return Schema(self.snapshot, self.needs)


@dataclass(frozen=True)
class Committed:
    """The committed `schema.sql` where it is not what the migrated heads are: its text, what it should be, its facts.

    `snapshot` is None where it cannot be loaded, and `failure` says why.
    """

    path: str
    text: str
    wanted: str
    snapshot: Snapshot | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Models:
    """What `create_all` made; `tables` 0: env.py hands no model to Alembic.

    `given`: kind and identity of what the models need and do not make themselves, supplied from the migrated head.
    """

    tables: int = 0
    snapshot: Snapshot = field(default_factory=Snapshot)
    failure: Failure | None = None
    given: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """One operation of autogenerate: what it is about, in unquoted names, and the call as Alembic writes it.

    `aspects` are the attributes that an alteration changes; none where it is about the whole.
    """

    operation: str
    kind: str
    schema: str
    table: str | None
    name: str | None
    aspects: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    text: str = ""
    imports: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """What the project's own `include_object` or `include_name` keeps from autogenerate."""

    by: str
    kind: str
    schema: str
    table: str | None
    name: str | None


@dataclass(frozen=True)
class Witness:
    """Autogenerate at the heads, as the project configures it; `schema` is the one that env.py's session is in.

    `answered` in spite of a failure: it was the comparison of defaults, without which it ended.
    """

    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    schema: str = "public"
    compare_type: bool = True
    compare_server_default: bool = False
    include_schemas: bool = False
    answered: bool = True
    failure: Failure | None = None


@dataclass(frozen=True)
class Offline:
    """The script of `alembic upgrade --sql`, run on an empty database.

    `unrendered`: the revisions that cannot be written as a script, and why. `failures`: those of whose statements one
    fails in the script. Both were run online in their place. `unjudged`: why there is no schema to compare.
    """

    unrendered: tuple[tuple[str, Failure], ...] = ()
    failures: tuple[tuple[str, Failure], ...] = ()
    unjudged: str | None = None
    snapshot: Snapshot = field(default_factory=Snapshot)
    versions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ordered:
    """An upgrade in another order that Alembic could go."""

    order: tuple[str, ...]
    run: Run


@dataclass(frozen=True)
class Orders:
    """The orders that were run besides the plain one, and the pairs of revisions that never ran the other way round."""

    plain: tuple[str, ...] = ()
    runs: tuple[Ordered, ...] = ()
    left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Merged:
    """Base and branch in one database: all that the base has, then the branch's revisions one by one.

    `changes` are between `before` and `after`, of objects known again by their oids; `steps` are those of each
    revision. `failed` stopped it: `after` is as far as it came. `other` is the branch first, then what it has not seen.
    """

    before: Schema = field(default_factory=Schema)
    after: Schema = field(default_factory=Schema)
    changes: tuple[Difference, ...] = ()
    steps: tuple[tuple[str, tuple[Difference, ...]], ...] = ()
    failed: str | None = None
    failure: Failure | None = None
    other: Run | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that the checks may look at; `declared` are the losses that revisions under test declare.

    `branch` and `merged` are there when a branch is reviewed.
    """

    history: History
    trace: Trace = field(default_factory=Trace)
    upgrade: Run | None = None
    downgrade: Run | None = None
    models: Models | None = None
    witness: Witness | None = None
    exclude: tuple[str, ...] = ()
    offline: Offline | None = None
    orders: Orders = field(default_factory=Orders)
    import_errors: tuple[Failure, ...] = ()
    context: Context = field(default_factory=Context)
    seal: Seal | None = None
    committed: Committed | None = None
    empty: Entries | None = None
    measured: Measured = field(default_factory=Measured)
    declared: tuple[tuple[str, tuple[Declared, ...]], ...] = ()
    branch: Branch | None = None
    merged: Merged | None = None
