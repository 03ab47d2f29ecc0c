"""Changes as lines for people."""

import json

from alembic_proof.diff import Attribute, Change, compare_lines
from alembic_proof.render.changes import changes_text
from alembic_proof.snapshot import Fact

BODY = ("BEGIN\n  RETURN 1;\nEND", "BEGIN\n  RETURN 2;\nEND")
CHANGES = (
    Change("renamed", "table", "public.task", None, (Attribute("name", "public.job", "public.task"),)),
    Change("missing", "column", "public.task.n", "public.task", (), (("not null", True), ("type", "integer"))),
    Change("missing", "enum", "public.mood", None, (), (("labels", ["sad", "happy"]),)),
    Change("missing", "function", "public.f()", None, (), (("definition", BODY[0]),)),
    Change("extra", "schema", "apart", None),
    Change("changed", "column", "public.task.id", "public.task", (Attribute("type", "integer", "bigint"),)),
    Change(
        "changed",
        "column",
        "public.task.at",
        "public.task",
        (Attribute("default", None, "now()"), Attribute("not null", False, True)),
    ),
    Change("changed", "function", "public.g()", None, (Attribute("definition", *BODY),)),
    Change("recreated", "view", "public.tasks", None),
    Change("rewritten", "table", "public.task", None),
    Change("rebuilt", "index", "public.by_id", "public.task"),
)
TEXT = """\
> table public.job is now public.task
+ column public.task.n  integer NOT NULL
+ enum public.mood  sad, happy
+ function public.f()
- schema apart
~ column public.task.id  type: integer → bigint
~ column public.task.at
    default: none → now()
    not null: no → yes
~ function public.g()
    definition:
    - BEGIN
    -   RETURN 1;
    - END
    + BEGIN
    +   RETURN 2;
    + END
! view public.tasks was recreated
! table public.task was rewritten
! index public.by_id was rebuilt
1 renamed, 3 added, 1 dropped, 3 changed, 1 recreated, 1 rewritten, 1 rebuilt
"""


def test_each_change_has_its_mark_and_one_line_where_that_is_enough() -> None:
    """Added with what it is, changed with both values, a longer text line by line."""
    assert changes_text(CHANGES) == TEXT


def test_what_comes_with_a_table_stands_below_it() -> None:
    """Its columns and constraints in Postgres' words; a constraint's index is the constraint."""
    table = Fact("table", "public.job", None, {})
    parts = (
        Fact("column", "public.job.id", "public.job", {"type": "integer", "not null": True, "default": "7"}),
        Fact("constraint", "public.job.job_pkey", "public.job", {"definition": "PRIMARY KEY (id)"}),
        Fact("index", "public.job_pkey", "public.job", {"definition": "CREATE ..."}),
        Fact("column order", "public.job", "public.job", {"columns": ["id"]}),
    )
    lines = [json.dumps([f.kind, f.identity, f.parent, f.payload]) for f in (table, *parts)]
    assert changes_text(compare_lines(lines, ())) == (
        "+ table public.job\n"
        "    column id  integer DEFAULT 7 NOT NULL\n"
        "    constraint job_pkey  PRIMARY KEY (id)\n"
        "1 added\n"
    )


def test_no_change_is_said() -> None:
    """Silence could be a crash."""
    assert changes_text(()) == "no difference\n"
