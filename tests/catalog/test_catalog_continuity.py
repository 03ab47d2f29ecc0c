"""What became of each object in one database, by real DDL: renamed, recreated, rewritten, rebuilt, and nothing else."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from alembic_proof.catalog.read import read_located
from alembic_proof.continuity import compare_located
from alembic_proof.provision import Request, ScratchDatabase, provide
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import create, release
from alembic_proof.render.changes import changes_text

BASE = """
DROP SCHEMA IF EXISTS public, apart, other CASCADE;
CREATE SCHEMA public;
CREATE SCHEMA apart;
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 2';
CREATE FUNCTION half(a int) RETURNS int LANGUAGE sql AS 'SELECT a / 2';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN amount AS int CONSTRAINT positive CHECK (VALUE > 0);
CREATE SEQUENCE tickets;
CREATE TABLE job (id serial PRIMARY KEY, kind varchar(20) NOT NULL, n int, mood mood DEFAULT 'sad',
  CONSTRAINT small CHECK (n < 1000), CONSTRAINT one_kind UNIQUE (kind));
CREATE INDEX job_n ON job (n);
CREATE TABLE event (id int PRIMARY KEY, job_id int, CONSTRAINT of_job FOREIGN KEY (job_id) REFERENCES job);
CREATE TABLE visit (id int PRIMARY KEY, job_id int, CONSTRAINT of_visit FOREIGN KEY (job_id) REFERENCES job);
CREATE VIEW jobs AS SELECT id, kind FROM job;
CREATE MATERIALIZED VIEW kinds AS SELECT kind FROM job;
CREATE TRIGGER stamped BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE POLICY own ON job USING (n > 1);
CREATE VIEW happy AS SELECT j.id, twice(j.n) AS n FROM job j JOIN event e ON e.job_id = j.id WHERE mood = 'happy';
CREATE FUNCTION better(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m';
COMMENT ON COLUMN job.n IS 'how many n of job';
COMMENT ON TABLE job IS 'job, event, kind';
ALTER TABLE event ADD CONSTRAINT even CHECK (twice(job_id) > 0);
CREATE TABLE apart.thing (id int PRIMARY KEY, name text);
CREATE INDEX thing_name ON apart.thing (name);
"""

# DDL, and all that is told of it but for the sum
CASES = {
    "nothing": ("", ()),
    # renamed
    "table": ("ALTER TABLE event RENAME TO happening", ("> table public.event is now public.happening",)),
    "table that a view, a policy, a trigger and a reference name": (
        "ALTER TABLE job RENAME TO task",
        ("> table public.job is now public.task",),
    ),
    "column": ("ALTER TABLE event RENAME job_id TO of", ("> column public.event.job_id is now public.event.of",)),
    "column that an index, a constraint and a view name": (
        "ALTER TABLE job RENAME kind TO sort",
        ("> column public.job.kind is now public.job.sort",),
    ),
    "constraint": (
        "ALTER TABLE job RENAME CONSTRAINT small TO not_big",
        ("> constraint public.job.small is now public.job.not_big",),
    ),
    "constraint with its index": (
        "ALTER TABLE job RENAME CONSTRAINT one_kind TO kind_key",
        ("> constraint public.job.one_kind is now public.job.kind_key",),
    ),
    "index": ("ALTER INDEX job_n RENAME TO by_n", ("> index public.job_n is now public.by_n",)),
    "enum": ("ALTER TYPE mood RENAME TO feeling", ("> enum public.mood is now public.feeling",)),
    "function": (
        "ALTER FUNCTION twice RENAME TO doubled",
        ("> function public.twice(a integer) is now public.doubled(a integer)",),
    ),
    "trigger's function": ("ALTER FUNCTION stamp RENAME TO mark", ("> function public.stamp() is now public.mark()",)),
    "view": ("ALTER VIEW jobs RENAME TO all_jobs", ("> view public.jobs is now public.all_jobs",)),
    "materialized view": (
        "ALTER MATERIALIZED VIEW kinds RENAME TO sorts",
        ("> materialized view public.kinds is now public.sorts",),
    ),
    "sequence": ("ALTER SEQUENCE tickets RENAME TO coupons", ("> sequence public.tickets is now public.coupons",)),
    "serial's sequence": (
        "ALTER SEQUENCE job_id_seq RENAME TO job_nr",
        ("> sequence public.job_id_seq is now public.job_nr",),
    ),
    "domain": ("ALTER DOMAIN amount RENAME TO sum", ("> domain public.amount is now public.sum",)),
    "trigger": (
        "ALTER TRIGGER stamped ON job RENAME TO marked",
        ("> trigger public.job.stamped is now public.job.marked",),
    ),
    "policy": ("ALTER POLICY own ON job RENAME TO mine", ("> policy public.job.own is now public.job.mine",)),
    "schema": ("ALTER SCHEMA apart RENAME TO other", ("> schema apart is now other",)),
    "schema of a table": (
        "ALTER TABLE event SET SCHEMA apart",
        ("> table public.event is now apart.event",),
    ),
    "two tables that swap their names": (
        "ALTER TABLE job RENAME TO other; ALTER TABLE event RENAME TO job; ALTER TABLE other RENAME TO event",
        ("> table public.job is now public.event", "> table public.event is now public.job"),
    ),
    "table that takes the name of a dropped one": (
        "DROP TABLE visit; ALTER TABLE apart.thing RENAME TO visit; ALTER TABLE apart.visit SET SCHEMA public",
        ("> table apart.thing is now public.visit", "- table public.visit"),
    ),
    "function by a default, a view, a constraint and a trigger": (
        "ALTER FUNCTION twice RENAME TO doubled",
        ("> function public.twice(a integer) is now public.doubled(a integer)",),
    ),
    "enum of a function's argument": (
        "ALTER TYPE mood RENAME TO feeling",
        ("> enum public.mood is now public.feeling",),
    ),
    "column whose name is also a word of texts": (
        "ALTER TABLE job RENAME n TO count",
        ("> column public.job.n is now public.job.count",),
    ),
    "columns of one name": (
        "ALTER TABLE job RENAME id TO nr; ALTER TABLE event RENAME id TO key",
        ("> column public.event.id is now public.event.key", "> column public.job.id is now public.job.nr"),
    ),
    "names that want quotes": (
        'ALTER TABLE job RENAME TO "Odd.name"; ALTER TABLE "Odd.name" RENAME n TO "n ""2"""',
        (
            '> column public.job.n is now public."Odd.name"."n ""2"""',
            '> table public.job is now public."Odd.name"',
        ),
    ),
    "schema of a table with a serial": (
        "ALTER TABLE job SET SCHEMA apart",
        ("> table public.job is now apart.job",),
    ),
    "schema of all": ("ALTER SCHEMA public RENAME TO other", ("> schema public is now other",)),
    "column renamed and retyped": (
        "ALTER TABLE visit RENAME job_id TO of; ALTER TABLE visit ALTER of TYPE bigint",
        (
            "> column public.visit.job_id is now public.visit.of",
            "~ column public.visit.of  type: integer → bigint",
            "! table public.visit was rewritten",
        ),
    ),
    "table renamed, and a column added": (
        "ALTER TABLE event RENAME TO happening; ALTER TABLE happening ADD note text",
        (
            "> table public.event is now public.happening",
            "+ column public.happening.note  text",
        ),
    ),
    # other files
    "type that rewrites": (
        "ALTER TABLE visit ALTER job_id TYPE bigint",
        ("~ column public.visit.job_id  type: integer → bigint", "! table public.visit was rewritten"),
    ),
    "type that does not rewrite": (
        "ALTER TABLE event ADD w varchar(3); ALTER TABLE event ALTER w TYPE varchar(30)",
        ("+ column public.event.w  character varying(30)",),
    ),
    "type that neither rewrites nor rebuilds": (
        "ALTER TABLE apart.thing ADD UNIQUE (name); ALTER TABLE apart.thing ALTER name TYPE varchar",
        (
            "~ column apart.thing.name  type: text → character varying",
            "+ constraint apart.thing.thing_name_key  UNIQUE (name)",
        ),
    ),
    "type of a column with a key": (
        "DROP VIEW jobs; DROP MATERIALIZED VIEW kinds; ALTER TABLE job ALTER kind TYPE text",
        (
            "~ column public.job.kind  type: character varying(20) → text",
            "- materialized view public.kinds",
            "    column kind  character varying(20)",
            "- view public.jobs",
            "    column id  integer",
            "    column kind  character varying(20)",
        ),
    ),
    "set unlogged": (
        "ALTER TABLE apart.thing SET UNLOGGED",
        ("~ table apart.thing  persistence: p → u", "! table apart.thing was rewritten"),
    ),
    "truncate": ("TRUNCATE apart.thing", ("! table apart.thing was rewritten",)),
    "cluster": (
        "CLUSTER apart.thing USING thing_name",
        ("~ index apart.thing_name  clustered: no → yes", "! table apart.thing was rewritten"),
    ),
    "vacuum full": ("VACUUM FULL apart.thing", ("! table apart.thing was rewritten",)),
    "default that rewrites": (
        "ALTER TABLE event ADD at timestamptz DEFAULT clock_timestamp()",
        (
            "+ column public.event.at  timestamp with time zone DEFAULT clock_timestamp()",
            "! table public.event was rewritten",
        ),
    ),
    "default that does not": (
        "ALTER TABLE event ADD at timestamptz DEFAULT now()",
        ("+ column public.event.at  timestamp with time zone DEFAULT now()",),
    ),
    "reindex": ("REINDEX INDEX job_n", ("! index public.job_n was rebuilt",)),
    "reindex of a constraint": ("REINDEX INDEX one_kind", ("! index public.one_kind was rebuilt",)),
    "refresh": ("REFRESH MATERIALIZED VIEW kinds", ("! materialized view public.kinds was rewritten",)),
    # another object
    "view again": (
        "DROP VIEW jobs; CREATE VIEW jobs AS SELECT id, kind FROM job",
        ("! view public.jobs was recreated",),
    ),
    "view replaced": ("CREATE OR REPLACE VIEW jobs AS SELECT id, kind FROM job", ()),
    "function again": (
        "DROP FUNCTION half; CREATE FUNCTION half(a int) RETURNS int LANGUAGE sql AS 'SELECT a / 2'",
        ("! function public.half(a integer) was recreated",),
    ),
    "function replaced": (
        "CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a * 3'",
        (
            "~ function public.twice(a integer)",
            "    definition:",
            "    - CREATE OR REPLACE FUNCTION public.twice(a integer)",
            "    -  RETURNS integer",
            "    -  LANGUAGE sql",
            "    - AS $function$SELECT a * 2$function$",
            "    + CREATE OR REPLACE FUNCTION public.twice(a integer)",
            "    +  RETURNS integer",
            "    +  LANGUAGE sql",
            "    + AS $function$SELECT a * 3$function$",
        ),
    ),
    "index again": ("DROP INDEX job_n; CREATE INDEX job_n ON job (n)", ("! index public.job_n was rebuilt",)),
    "constraint again": (
        "ALTER TABLE job DROP CONSTRAINT small, ADD CONSTRAINT small CHECK (n < 1000)",
        ("! constraint public.job.small was recreated",),
    ),
    "key again": (
        "ALTER TABLE job DROP CONSTRAINT one_kind, ADD CONSTRAINT one_kind UNIQUE (kind)",
        ("! index public.one_kind was rebuilt",),
    ),
    "table again": (
        "DROP TABLE visit; CREATE TABLE visit (id int PRIMARY KEY, job_id int CONSTRAINT of_visit REFERENCES job)",
        ("! table public.visit was recreated",),
    ),
    "column again": (
        "ALTER TABLE visit DROP job_id, ADD job_id int",
        (
            "- constraint public.visit.of_visit  FOREIGN KEY (job_id) REFERENCES public.job(id)",
            "! column public.visit.job_id was recreated",
        ),
    ),
    "column that is another's successor": (
        "ALTER TABLE visit DROP job_id, ADD job int",
        (
            "+ column public.visit.job  integer",
            "- column public.visit.job_id  integer",
            "- constraint public.visit.of_visit  FOREIGN KEY (job_id) REFERENCES public.job(id)",
        ),
    ),
}


@pytest.fixture(scope="module", params=["embedded", "installed"])
def database(request: pytest.FixtureRequest) -> Iterator[ScratchDatabase]:
    """A database on a server of each version at hand."""
    route = os.environ.get("ALEMBIC_PROOF_POSTGRES") or request.param
    if route != request.param:
        pytest.skip(f"this run is on {route}")
    with provide(Request(route=route)) as server:
        made = asyncio.run(create(server, "continuity"))
        yield made
        asyncio.run(release(server, made))


async def told(database: ScratchDatabase, ddl: str) -> list[str]:
    """The lines of what DDL did to the base, without the sum."""
    async with connected(database.endpoint) as connection:
        await connection.execute("SET search_path = public; SET client_min_messages = error;" + BASE)
        before = await read_located(connection, "public.alembic_version")
        for statement in filter(None, ddl.split("; ")):
            await connection.execute(statement)
        after = await read_located(connection, "public.alembic_version")
    return changes_text(compare_located(before, after)).splitlines()[:-1]


@pytest.mark.parametrize("case", CASES)
def test_what_became_of_an_object_is_told(case: str, database: ScratchDatabase) -> None:
    """Once, and not what only follows from it."""
    ddl, expected = CASES[case]
    assert asyncio.run(told(database, ddl)) == list(expected)
