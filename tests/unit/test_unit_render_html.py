"""The page: everything in it is text, every place in it is the same each time, and nothing of the picture collides."""

from __future__ import annotations

import json
import random
import re
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import combinations, pairwise
from typing import Any

import pytest
from hostile import hostile
from html_help import PAYLOADS, large
from review_sample import sample

from alembic_proof.effects import Blocked, Effects, Lock
from alembic_proof.picture import Column, Picture, Reference, Table
from alembic_proof.render import RENDERERS
from alembic_proof.render.html.layout import WIDTH, Drawing, placed
from alembic_proof.render.html.ranks import ranked
from alembic_proof.render.html.sides import side_by_side
from alembic_proof.render.html.tags import Html, tag
from alembic_proof.render.json_report import as_data
from alembic_proof.report import Report
from alembic_proof.trace import Measured, Passage, Statement

render = RENDERERS["html"]


class Page(HTMLParser):
    """Elements, ids, links and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self._last = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._last = tag
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self._last in self.inside:
            self.inside[self._last].append(data)
        self._last = ""

    def ids(self) -> list[str]:
        return [a["id"] or "" for _, a in self.elements if "id" in a]

    def links(self) -> list[str]:
        return [a["href"] or "" for t, a in self.elements if t == "a" and "href" in a]


def test_text_is_never_markup() -> None:
    assert tag("p", '<b>"&', class_='"><script>') == ('<p class="&quot;&gt;&lt;script&gt;">&lt;b&gt;&quot;&amp;</p>')
    assert tag("p", Html("<b>x</b>")) == "<p><b>x</b></p>"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_the_project_makes_an_element_or_an_attribute(payload: str) -> None:
    elements = Page(render(hostile(payload))).elements
    names = {(tag, name) for tag, attributes in elements for name in attributes}
    assert {tag for tag, _ in elements} <= {tag for tag, _ in Page(render(sample())).elements}
    assert names <= {(tag, name) for tag, attributes in Page(render(sample())).elements for name in attributes}


def test_a_password_and_what_turns_text_around_are_not_on_the_page() -> None:
    shown = tag("p", "postgresql://app:s3cret@db/x \u202eevil \u200b")
    assert "s3cret" not in shown
    assert "\u202e" not in shown
    assert "\u200b" not in shown


@pytest.mark.parametrize("name", ["onclick", "style", "src", "action", "formaction"])
def test_no_element_can_run_or_load_anything(name: str) -> None:
    with pytest.raises(ValueError, match="no attribute"):
        tag("a", "x", **{name: "x"})


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://example.com", "//x", "data:text/html,x"])
def test_a_link_leads_to_the_page_itself(link: str) -> None:
    with pytest.raises(ValueError, match="no attribute"):
        tag("a", "x", href=link)


def test_the_policy_names_the_hashes_of_the_style_and_the_script_and_nothing_else() -> None:
    text = render(sample())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]
    page = Page(text)
    for name, part in (("style-src", page.inside["style"]), ("script-src", page.inside["script"][-1:])):
        given = re.search(rf"{name} 'sha256-([^']*)'", policy[1])
        assert given
        assert b64decode(given[1]) == sha256("".join(part).encode()).digest()


@pytest.mark.parametrize("report", [sample(), large(400)], ids=["small", "large"])
def test_every_place_has_one_name_and_every_link_a_place(report: Report) -> None:
    page = Page(render(report))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in page.links()} <= set(ids)


def test_places_have_the_same_names_when_other_things_change() -> None:
    report = sample()
    assert report.review
    other = replace(
        report, findings=report.findings[1:], review=replace(report.review, objects=report.review.objects[2:])
    )
    kept = {i for i in Page(render(other)).ids() if i.startswith(("object-", "finding-", "revision-"))}
    assert kept
    assert kept < set(Page(render(report)).ids())


def test_the_report_as_data_is_in_the_page_whole() -> None:
    report = sample()
    page = Page(render(report))
    assert json.loads(page.inside["script"][0]) == json.loads(json.dumps(as_data(report)))


def test_the_data_cannot_end_its_script() -> None:
    report = replace(sample(), coverage=("</script><script>alert(1)</script><!--",))
    assert sum(name == "script" for name, _ in Page(render(report)).elements) == 2


def test_a_plain_verify_has_a_page_too() -> None:
    text = render(replace(sample(), review=None))
    assert "Needs a decision" in text
    assert "Round trip" in text
    assert "Schema, before and after" not in text
    assert 'id="er"' not in text


def test_a_weak_lock_does_not_hide_the_strong_one_that_is_still_held() -> None:
    held = Lock("public.a", "r", "AccessExclusiveLock", "public.a", taken=False)
    weak = Lock("public.b", "r", "AccessShareLock", "public.b")
    effects = Effects(locks=(held, weak), blocked=(Blocked("public.a", ("select", "insert")),))
    passage = Passage("r1", ok=True, statements=(Statement("SELECT 1", None, None, 0.1, effects=effects),))
    text = render(Report(measured=Measured(passages=(passage,))))
    assert 'AccessExclusiveLock<span class="waits">reads and writes wait, since before</span>' in text


def test_a_run_that_did_not_finish_is_never_called_clean() -> None:
    text = render(Report(incomplete="the server is gone"))
    assert "the server is gone" in text
    assert "could not verify" in text
    assert "No difference was found" not in text
    assert "Nothing needs a decision" not in text
    assert "nothing to decide" not in text
    assert "was looked at." not in text


def test_what_was_not_looked_at_is_not_told_as_no_difference() -> None:
    text = render(Report(coverage=("drift: the heads were not reached",)))
    assert "No difference was found" not in text
    assert text.count("drift: the heads were not reached") > 1


def test_a_thousand_changed_tables_are_less_than_two_megabytes() -> None:
    text = render(large(1_000))
    assert len(text.encode()) < 2_000_000
    assert "more objects" in text
    assert "more revisions" in text


def test_the_page_is_the_same_each_time() -> None:
    assert render(sample()) == render(sample())


def test_lines_that_are_alike_stand_side_by_side() -> None:
    rows = list(side_by_side("a (\n    x integer,\n    y text\n);", "a (\n    x bigint,\n    z date,\n    y text\n);"))
    assert [row.same for row in rows] == [True, False, False, True, True]
    assert rows[1].before == (("    x ", False), ("integer", True), (",", False))
    assert rows[1].after == (("    x ", False), ("bigint", True), (",", False))
    assert rows[2].before is None


@pytest.mark.parametrize(
    ("before", "after"), [("", "a\nb"), ("a\nb", ""), ("x\n" * 90, "y\n" * 90), ("a\nb\nc", "c\na")]
)
def test_no_line_is_lost_between_the_sides(before: str, after: str) -> None:
    rows = list(side_by_side(before, after))
    left = ["".join(word for word, _ in row.before) for row in rows if row.before is not None]
    right = ["".join(word for word, _ in row.after) for row in rows if row.after is not None]
    assert left == before.splitlines()
    assert right == after.splitlines()


def test_a_password_is_blotted_also_where_only_it_differs() -> None:
    report = sample()
    assert report.review
    old = replace(report.review.objects[0], before="ALTER ROLE a PASSWORD 'one'", after="ALTER ROLE a PASSWORD 'two'")
    text = render(replace(report, review=replace(report.review, objects=(old,))))
    assert "&#x27;one&#x27;" not in text
    assert "&#x27;two&#x27;" not in text


def test_tables_stand_left_of_those_that_reference_them() -> None:
    assert ranked(["a", "b", "c", "d"], [("b", "a"), ("c", "b"), ("c", "d")]) == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_tables_that_reference_each_other_in_a_circle_have_places_too() -> None:
    ranks = ranked(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")])
    assert len(set(ranks.values())) == 3


@pytest.mark.parametrize("seed", range(25))
def test_nothing_in_a_picture_lies_on_a_table(seed: int) -> None:
    drawing = placed(_random_picture(seed))
    for one, other in combinations(drawing.boxes, 2):
        assert _apart(one, other), (one.table.identity, other.table.identity)
    for line in drawing.lines:
        for start, end in pairwise(line.points):
            assert start[0] == end[0] or start[1] == end[1]
            assert not any(_crosses(box, start, end) for box in drawing.boxes), (line, start, end)
    assert _on_the_sheet(drawing)


@pytest.mark.parametrize("seed", range(5))
def test_a_picture_is_the_same_each_time(seed: int) -> None:
    assert placed(_random_picture(seed)) == placed(_random_picture(seed))


def test_every_reference_of_a_picture_is_drawn() -> None:
    picture = _random_picture(3)
    assert len(placed(picture).lines) == len(picture.references)


def _random_picture(seed: int) -> Picture:
    """1 to 60 tables; some reference themselves, each other, or nothing."""
    chance = random.Random(seed)
    names = [f"public.t{n}" for n in range(chance.randint(1, 60))]
    tables = tuple(
        Table(n, tuple(Column(f"c{i}", "integer") for i in range(chance.randint(0, 25))), hops=chance.randint(0, 2))
        for n in names
    )
    pairs = [(chance.choice(names), chance.choice(names)) for _ in range(chance.randint(0, len(names) * 2))]
    references = tuple(
        Reference(f"fk{i}", a, (f"c{chance.randint(0, 9)}",), b, ("c0",), chance.random() < 0.5)
        for i, (a, b) in enumerate(pairs)
    )
    return Picture(tables, references)


def _apart(one: Any, other: Any) -> bool:
    beside = one.x + WIDTH <= other.x or other.x + WIDTH <= one.x
    return bool(beside or one.y + one.height <= other.y or other.y + other.height <= one.y)


def _crosses(box: Any, start: tuple[int, int], end: tuple[int, int]) -> bool:
    (x1, x2), (y1, y2) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return x1 < box.x + WIDTH and x2 > box.x and y1 < box.y + box.height and y2 > box.y


def _on_the_sheet(drawing: Drawing) -> bool:
    inside = all(b.x >= 0 and b.x + WIDTH <= drawing.width and b.y + b.height <= drawing.height for b in drawing.boxes)
    points = [p for line in drawing.lines for p in line.points]
    return inside and all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)
