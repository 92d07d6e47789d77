"""Pictures as they are set: escaped, named for those who do not see them, with links where they lead somewhere."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ET

import pytest

from nwl_opt.app.pages import environment
from nwl_opt.charts import Axis, Picture, Point, Series, bar_chart, charts_css, line_chart, scatter, svg_file
from nwl_opt.charts.drawing import Key
from nwl_opt.charts.letters import fits_in_lines, in_lines, shortened, text_width
from nwl_opt.charts.setting import placed_keys

pytestmark = pytest.mark.unit
SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert('1')</script> & \"co\""


def _page(picture: Picture) -> str:
    source = '{% from "charts/drawing.html" import picture %}{{ picture(drawn, 7) }}'
    return environment().from_string(source).render(drawn=picture)


def _linked() -> Picture:
    points = [Point(1, 2, "1", "Point 1", href="/runs/a"), Point(2, 1, "2", "Point 2")]
    return scatter("Trade", "One against the other.", points, Axis("A", "share"), Axis("B", "gbp"))


def test_every_text_is_escaped_on_a_page_and_in_a_file() -> None:
    picture = bar_chart(
        EVIL, EVIL, [EVIL, "b"], [Series(EVIL, (1.0, 2.0), hrefs=('/a?b="><x>', ""))], Axis(EVIL, "gbp")
    )
    for text in (_page(picture), svg_file(picture, charts_css()).decode()):
        assert "<script" not in text and "<x>" not in text
        assert "&lt;script&gt;" in text


def test_a_picture_without_links_is_an_image_with_a_name_and_one_with_links_a_group() -> None:
    plain = _page(line_chart("Gap", "It falls.", ["a", "b"], [Series("s", (1.0, 2.0))], Axis("Gap", "gbp")))
    assert 'role="img"' in plain and "Gap. It falls." in plain and "<a " not in plain
    linked = _page(_linked())
    assert 'role="group"' in linked and 'role="img"' not in linked
    assert linked.count("<a ") == 1
    assert '<a href="/runs/a" aria-label="Point 1">' in linked


def test_a_page_of_pictures_needs_no_style_or_script_within_it() -> None:
    page = _page(_linked())
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", page)


def test_a_file_is_sound_svg_with_its_legend_and_style_and_no_links() -> None:
    series = [Series(f"a rather long name of a series {at}", (1.0, 2.0)) for at in range(7)]
    picture = line_chart("Gap", "It falls.", ["a", "b"], series, Axis("Gap", "gbp"))
    root = ET.fromstring(svg_file(picture, charts_css()))
    assert root.tag == f"{SVG}svg"
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert {one.name for one in series} <= set(texts)
    assert root.find(f"{SVG}style") is not None
    assert not list(ET.fromstring(svg_file(_linked(), "")).iter(f"{SVG}a"))
    keys = placed_keys(picture)
    assert all(key.x + 24 + text_width(key.key.words, 13) <= picture.width for key in keys)
    assert float(root.attrib["height"]) > keys[-1].y


def test_patterns_are_told_apart_by_the_number_of_the_picture() -> None:
    """Two pictures on a page with one name for their stripes would both take those of the first."""
    picture = bar_chart("B", "x", ["a"], [Series("1", (1.0,)), Series("2", (2.0,))], Axis("B", "gbp"))
    page = _page(picture)
    used = set(re.findall(r"url\(#([\w-]+)\)", page))
    assert used == {"p7-stripes"}
    assert 'id="p7-stripes"' in page


def test_every_style_a_chart_uses_has_a_rule() -> None:
    css = charts_css()
    series = [Series(str(at), (1.0, 2.0)) for at in range(8)]
    picture = line_chart("L", "x", ["a", "b"], series, Axis("B", "gbp"))
    for style in sorted({key.style for key in picture.legend}):
        assert f"svg .{style} " in css and f"svg .line.{style} " in css


def test_an_empty_picture_and_one_as_a_mapping_can_be_set() -> None:
    picture = Picture("Nothing", "No data.", 100, 50, legend=(Key("plan", "the plan"),))
    assert "Nothing. No data." in _page(picture)
    source = '{% from "charts/drawing.html" import picture %}{{ picture(drawn, 7) }}'
    assert environment().from_string(source).render(drawn=dataclasses.asdict(picture)) == _page(picture)


def test_a_text_is_broken_at_blanks_and_what_is_left_out_is_marked() -> None:
    text = "London North West University Healthcare NHS Trust"
    lines = in_lines(text, 150, 13, 2)
    assert len(lines) == 2 and all(text_width(line, 13) <= 150 for line in lines)
    assert lines[-1].endswith("…") and not fits_in_lines(text, 150, 13, 2)
    assert " ".join(in_lines(text, 150, 13, 9)) == text
    assert shortened("Donaudampfschifffahrtsgesellschaft", 60, 13).endswith("…")
    assert in_lines("", 100, 13, 2) == ()


def test_widths_of_letters_are_never_less_than_arial_takes() -> None:
    """Widths of Arial in thousandths of its height, as its metrics state them."""
    arial = {
        "W": 944,
        "i": 222,
        "m": 833,
        "0": 556,
        " ": 278,
        "%": 889,
        "A": 667,
        "w": 722,
        "f": 278,
        "£": 556,
        "M": 833,
    }
    for letter, thousandths in arial.items():
        assert text_width(letter, 10) >= thousandths / 100


def test_the_style_sheet_fetches_nothing() -> None:
    assert not re.search(r"https?:|url\(|@import", charts_css())
