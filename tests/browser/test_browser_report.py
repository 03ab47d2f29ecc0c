"""The page in a real browser: opened from a file, without a network, by mouse, by keys, and without its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hostile import HOSTILE, hostile
from html_help import PAYLOADS, large
from review_sample import LEGACY, sample

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

from alembic_proof.render.html.anchors import object_anchor

Open = Callable[..., Any]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_SCAN = """() => {
  const all = [...document.querySelectorAll("*")];
  return {
    names: [...new Set(all.map((e) => e.localName))].sort(),
    scripts: document.scripts.length,
    handlers: all.flatMap((e) => e.getAttributeNames()).filter((n) => /^on|^style$|^src/.test(n)),
    links: all.map((e) => e.getAttribute("href")).filter((h) => h !== null && !/^#|^data:,$/.test(h)),
    pwned: window.pwned === undefined ? null : window.pwned,
    count: all.length,
  };
}"""


def shown(page: Any, selector: str) -> int:
    """How many can be seen."""
    return sum(one.is_visible() for one in page.query_selector_all(selector))


def test_it_opens_from_a_file_and_asks_for_nothing_else(open_report: Open) -> None:
    opened = open_report(sample())
    assert opened.page.title().startswith("Schema review: 5 revisions, 7 changes")
    assert [url for url in opened.requests if not url.startswith("file://")] == []
    assert len(opened.requests) == 1


def test_a_word_leaves_only_what_contains_it(open_report: Open) -> None:
    page = open_report(sample()).page
    page.keyboard.press("/")
    page.keyboard.type("full_name")
    expect(page.locator("#status")).to_contain_text("2 of 7 objects")
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.locator(".object:visible").evaluate_all("all => all.map(e => e.dataset.kind)") == ["table", "view"]
    assert page.locator("#tree [data-leaf]:visible").count() == 2
    page.keyboard.press("Escape")
    assert shown(page, ".object") == 7


def test_kind_change_and_revision_filter(open_report: Open) -> None:
    page = open_report(sample()).page
    page.select_option("#by-kind", "table")
    assert shown(page, ".object") == 4
    page.select_option("#by-change", "changed")
    assert shown(page, ".object") == 2
    page.select_option("#by-kind", "")
    page.select_option("#by-change", "")
    page.select_option("#by-revision", label=LEGACY)
    assert shown(page, ".object") == 2
    assert shown(page, ".passage") == 1
    page.click("#clear")
    assert shown(page, ".passage") == 5


def test_a_number_filters_the_objects(open_report: Open) -> None:
    page = open_report(sample()).page
    page.click("#counters a[data-kind=table][data-change=added]")
    assert page.locator(".object:visible .name").first.inner_text() == "public.refund"
    assert shown(page, ".object") == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with the script", "without"])
def test_the_picture_shows_before_after_and_both(open_report: Open, scripts: bool) -> None:
    page = open_report(sample(), java_script_enabled=scripts).page
    gone, new = page.locator(".sheet:visible .row.removed"), page.locator(".sheet:visible .box.added")
    assert gone.first.is_visible()
    assert new.first.is_visible()
    page.check("input[name=view][value=before]", force=True)
    assert gone.first.is_visible()
    assert not new.first.is_visible()
    page.check("input[name=view][value=after]", force=True)
    assert not gone.first.is_visible()
    assert new.first.is_visible()


def test_the_slider_takes_in_tables_further_away(open_report: Open) -> None:
    page = open_report(sample()).page
    boxes = page.locator(".sheet:visible .box")
    seen = [boxes.count()]
    page.focus("#hops")
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(boxes.count())
    assert seen == [6, 8, 6, 4]


def test_the_picture_can_be_made_larger_and_fitted_again(open_report: Open) -> None:
    page = open_report(sample()).page
    width = "document.querySelector('.sheet:not([hidden]) svg').getBoundingClientRect().width"
    first = page.evaluate(width)
    page.click("[data-zoom=in]")
    assert page.evaluate(width) > first * 1.2
    page.focus(".sheet:not([hidden]) .paper")
    page.keyboard.press("0")
    assert page.evaluate(width) == first


def test_a_statement_opens_with_its_sql_its_locks_and_what_waits(open_report: Open) -> None:
    page = open_report(sample()).page
    statement = page.locator(".statement").nth(5)
    statement.locator("summary").first.click()
    told = statement.inner_text()
    assert "SET NOT NULL" in told
    assert "an earlier one" in told
    assert "reads and writes wait" in told
    assert "reads all of public.purchase" in told


def test_everything_is_reached_by_keys(open_report: Open) -> None:
    page = open_report(sample()).page
    focused = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_focused()
    page.keyboard.press("/")
    seen = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        where = page.evaluate(f"({focused}.closest('section, nav, search') || {{}}).id || {focused}.localName")
        seen.add(where)
        if where == "body":
            break
    assert {"finder", "toc", "tree", "counters", "decisions", "statements", "schema", "picture", "again"} <= seen


def test_arrows_walk_the_tree_and_enter_goes_to_the_object(open_report: Open) -> None:
    report = sample()
    assert report.review
    page = open_report(report).page
    page.focus("#tree summary")
    page.keyboard.press("ArrowDown")
    assert "purchase_status" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.localName") == "summary"
    page.keyboard.press("ArrowLeft")
    assert not page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    status = next(o for o in report.review.objects if o.kind == "enum")
    expect(page.locator(f"#{object_anchor(status)}")).to_be_focused()


def test_a_link_from_a_comment_opens_what_hides_its_place(open_report: Open) -> None:
    report = sample()
    assert report.review
    refund = report.review.objects[0]
    report = replace(report, review=replace(report.review, objects=(refund, *large(60).review.objects)))  # type: ignore[union-attr]
    last = report.review.objects[-1]  # type: ignore[union-attr]
    page = open_report(report, f"#{object_anchor(last)}").page
    article = page.locator(f"#{object_anchor(last)}")
    assert article.locator("details.text").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == object_anchor(last)


@pytest.mark.parametrize(
    "payloads",
    [PAYLOADS, PAYLOADS[::-1], tuple(text for text in HOSTILE if "s3cret" not in text)],
    ids=["forwards", "backwards", "those of all formats"],
)
def test_nothing_of_the_project_becomes_an_element_or_runs(open_report: Open, payloads: tuple[str, ...]) -> None:
    page = open_report(hostile("".join(payloads))).page
    told = page.evaluate(_SCAN)
    assert told["pwned"] is None
    assert told["scripts"] == 2
    assert told["handlers"] == []
    assert told["links"] == []
    assert not {"img", "iframe", "base", "form", "x", "b", "object", "embed", "textarea"} & set(told["names"])
    assert page.locator("body").get_attribute("class") is None
    assert shown(page, ".finding") > 0


def test_it_can_be_read_without_its_script(open_report: Open) -> None:
    page = open_report(sample(), java_script_enabled=False).page
    assert not page.locator("#finder").is_visible()
    assert not page.locator("#hops").is_visible()
    assert shown(page, ".object") == 7
    assert page.locator(".sheet:visible .box").count() == 6
    page.locator(".statement summary").first.click()
    assert page.locator(".statement .block").first.is_visible()


def test_it_is_dark_where_that_is_asked_for(open_report: Open) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = open_report(sample()).page.evaluate(ground)
    dark = open_report(sample(), color_scheme="dark").page.evaluate(ground)
    assert _brightness(light) > 200
    assert _brightness(dark) < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(open_report: Open, scheme: str) -> None:
    assert open_report(sample(), color_scheme=scheme).page.evaluate(_CONTRAST) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_is_never_wider_than_the_screen(open_report: Open, width: int) -> None:
    page = open_report(hostile("x" * 63), viewport={"width": width, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_before_and_after_stand_below_each_other_on_narrow_screens(open_report: Open) -> None:
    page = open_report(sample(), viewport={"width": 390, "height": 800}).page
    row = page.locator(".sides:not(.one) tr.differs:has(.del):has(.ins)").first
    old, new = row.locator(".del").first.bounding_box(), row.locator("td.ins").first.bounding_box()
    assert old
    assert new
    assert new["y"] >= old["y"] + old["height"]


def test_all_is_open_on_paper(open_report: Open) -> None:
    page = open_report(sample()).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert not page.locator("#finder").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") > 0


def test_as_many_objects_as_have_room_are_searched_at_once(open_report: Open) -> None:
    page = open_report(large(300)).page
    page.fill("#search", "table_17")
    expect(page.locator("#status")).to_contain_text("findings", timeout=5_000)
    assert 0 < shown(page, ".object") < 20


def test_every_control_has_a_name_and_every_table_heads(open_report: Open) -> None:
    page = open_report(sample()).page
    assert page.evaluate(_NAMELESS) == []


def _brightness(colour: str) -> float:
    return sum(map(int, colour[4:-1].split(", "))) / 3


_NAMELESS = """() => [
  ...[...document.querySelectorAll("input, select, button, a[href]")].filter((e) =>
    !(e.textContent.trim() || e.getAttribute("aria-label") || (e.labels && e.labels.length))),
  ...[...document.querySelectorAll("th")].filter((e) => !e.scope),
  ...[...document.querySelectorAll("table")].filter((e) => !e.caption),
].map((e) => e.outerHTML.slice(0, 200))"""

# WCAG's formula, for all text that is seen; 4.5 and, for large text, 3
_CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const part = (v) => v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3) return colour;
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, script, option, .none") || !e.checkVisibility()) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(parse(style.color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    const size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || (size >= 18.6 && style.fontWeight >= 700) ? 3 : 4.5))
      bad.add(`${ratio.toFixed(2)} ${e.localName}.${e.className}: ${e.textContent.slice(0, 40)}`);
  }
  return [...bad];
}"""
