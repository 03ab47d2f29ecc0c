"""pg_dump's text as a set of entries: what is part of the schema, and what only of the text."""

from alembic_proof.dumps import compare_dumps, read_dump

START = """\
--
-- PostgreSQL database dump
--

\\restrict abc

-- Dumped from database version 18.1
-- Dumped by pg_dump version 18.1

SET statement_timeout = 0;
SET default_tablespace = '';
SET default_table_access_method = heap;
"""
END = "\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n"


def entry(name: str, type_: str, body: str, schema: str = "public", owner: str = "app") -> str:
    return f"\n--\n-- Name: {name}; Type: {type_}; Schema: {schema}; Owner: {owner}\n--\n\n{body}\n\n"


def dump(*entries: str) -> str:
    return START + "".join(entries) + END


JOB = entry("job", "TABLE", "CREATE TABLE public.job (\n    id integer\n);")
VIEW = entry("jobs", "VIEW", "CREATE VIEW public.jobs AS\n SELECT id\n   FROM public.job;")


def test_each_object_is_an_entry_with_its_subject() -> None:
    """In words; what has no schema is named without."""
    found = read_dump(dump(JOB, entry("other", "SCHEMA", "CREATE SCHEMA other;", schema="-")))
    assert {e.subject for e in found} == {"table public.job", "schema other"}


def test_the_order_of_entries_is_no_part_of_the_schema() -> None:
    """Neither are the owner's name and the key of the restriction."""
    one = dump(JOB, VIEW)
    other = dump(VIEW, JOB.replace("Owner: app", "Owner: other")).replace("restrict abc", "restrict xyz")
    assert read_dump(one) == read_dump(other)
    assert compare_dumps(read_dump(one), read_dump(other)) == ()


def test_the_order_of_grants_is_none() -> None:
    """Grants are set, and taken, in any order."""
    grants = ["REVOKE ALL ON TABLE public.job FROM PUBLIC;", "GRANT SELECT ON TABLE public.job TO a;"]
    one, other = (dump(entry("TABLE job", "ACL", "\n".join(order))) for order in (grants, grants[::-1]))
    assert read_dump(one) == read_dump(other)
    assert read_dump(one) != read_dump(dump(entry("TABLE job", "ACL", grants[0])))


def test_the_order_of_options_is_none() -> None:
    """It is that of the commands that set them."""
    one = dump(entry("job", "TABLE", "CREATE TABLE public.job (\n    id integer\n)\nWITH (fillfactor='70', a='b');"))
    other = dump(entry("job", "TABLE", "CREATE TABLE public.job (\n    id integer\n)\nWITH (a='b', fillfactor='70');"))
    assert read_dump(one) == read_dump(other)


def test_the_order_of_columns_is_part_of_the_text() -> None:
    """Whether it counts is for the check to say."""
    one = dump(entry("job", "TABLE", "CREATE TABLE public.job (\n    a integer,\n    b integer\n);"))
    other = dump(entry("job", "TABLE", "CREATE TABLE public.job (\n    b integer,\n    a integer\n);"))
    assert read_dump(one) != read_dump(other)


def test_a_tablespace_is_said_once_for_all_that_follow_and_is_part_of_each() -> None:
    """Moved to the one behind it, the line means another table."""
    two = JOB.replace("job", "two")
    space = "SET default_tablespace = fast;\n"
    first, second = dump(space + JOB, two), dump(JOB, space + two)
    assert len(read_dump(first) - read_dump(second)) == 1
    (hunk,) = compare_dumps(read_dump(first), read_dump(second))
    assert hunk.subject == "table public.job"
    assert "+[('default_table_access_method', 'heap'), ('default_tablespace', \"''\")]" in hunk.lines


def test_a_view_has_no_tablespace() -> None:
    """The state says nothing of what is not stored."""
    space = "SET default_tablespace = fast;\n"
    assert {e.text for e in read_dump(dump(VIEW))} == {e.text for e in read_dump(dump(space + VIEW))}


def test_a_hunk_shows_both_texts() -> None:
    """From what is to what should be, with the object's name as pg_dump writes it."""
    changed = VIEW.replace("SELECT id", "SELECT max(id)")
    (hunk,) = compare_dumps(have=read_dump(dump(JOB, VIEW)), want=read_dump(dump(JOB, changed)))
    assert (hunk.subject, hunk.name) == ("view public.jobs", "jobs")
    assert hunk.lines[:2] == ("--- have", "+++ want")
    assert "- SELECT id" in hunk.lines
    assert "+ SELECT max(id)" in hunk.lines


def test_what_only_one_side_has_is_a_hunk_of_its_whole_text() -> None:
    """Sorted by subject."""
    hunks = compare_dumps(have=read_dump(dump(VIEW)), want=read_dump(dump(JOB)))
    assert [h.subject for h in hunks] == ["table public.job", "view public.jobs"]
    assert not any(line.startswith("-") for line in hunks[0].lines[3:])
    assert not any(line.startswith("+") for line in hunks[1].lines[3:])
