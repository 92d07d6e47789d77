"""Setting a report: names full of markup, very long words, four hundred rows; nothing is read as markup."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from nwl_opt.charts.frame import Series
from nwl_opt.charts.lines import line_chart
from nwl_opt.charts.scales import Axis
from nwl_opt.reporting.content import Chart, Grid, Imprint, Paragraph, Points, Report, Section, Sentence, Standing
from nwl_opt.reporting.html import as_html
from nwl_opt.reporting.pdf import as_pdf
from nwl_opt.reporting.widths import LONGEST_WORD, shape_of

pytestmark = pytest.mark.unit
WHEN = dt.datetime(2026, 11, 22, 16, 0)
ATTACKS = (
    "#let x = 1", "#panic()", "<script>alert(1)</script>", "$ a_b $", "@missing", "*bold* _it_ `raw`",
    "\"quoted\" 'it'", "= heading", "+ item", "// comment", "/* open", "\\", "[", "]", "{", "}", "<label>", "~",
    "&amp;", "</style>", "{{ 7*7 }}", "https://example.invalid/x", "tab\tline\nend\x00\x0bend", "zero\u200bwidth",
    "\u202eright to left", "a house \U0001f3e5, \u4e2d\u6587, \u0627\u0644", "W" * 300, "under_score_" * 30,
)  # fmt: skip


def _report(*sections: Section, text: str = "A title") -> Report:
    return Report(
        title=text,
        standing=Standing("caution", text, (text,)),
        marks=(text,),
        short_mark=text[:80],
        imprint=Imprint("estates", text[:80], "1a2b3c4d", "22/11/2026", "22/11/2026 16:00", text, text),
        sections=sections,
    )


def _sections(text: str, rows: int = 1) -> tuple[Section, ...]:
    picture = line_chart(text or "none", text, (text, "b"), [Series(text, (1.0, 2.0))], Axis(text, "beds"))
    grid = Grid(text, (text, "number", ""), ((text, "1,234", text),) * rows, (False, True, False), text)
    points = Points((Sentence(text, text), Sentence("plain")), text)
    return (
        Section("What we recommend", (Paragraph(text),)),
        Section(text, (points, grid, Chart(picture))),
        Section(text, (grid,), folded=True),
    )


@pytest.mark.parametrize("text", ATTACKS)
def test_texts_are_texts_in_html_and_in_pdf(text: str) -> None:
    report = _report(*_sections(text), text=text)
    page = as_html(report).decode()
    body = page.split("</style>\n</head>", 1)[1]
    assert "<script" not in page
    assert not re.search(r"<(?:b|i|label|style)>", body)
    if "<" in text:
        assert text not in body
    made = as_pdf(report, WHEN)
    assert made.startswith(b"%PDF-") and b"pdfuaid" in made


def test_a_template_in_a_text_is_not_filled_in() -> None:
    body = as_html(_report(*_sections("{{ 7*7 }}"))).decode()
    assert "{{ 7*7 }}" in body and "<td>49" not in body


def test_four_hundred_rows_go_over_pages_under_repeated_headings() -> None:
    """The header row is tagged as one and set on every page; 400 rows take about ten pages each time."""
    report = _report(*_sections("A name of ordinary length", rows=400))
    made = as_pdf(report, WHEN)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", made))
    assert 16 <= pages <= 32
    assert as_html(report).decode().count("<tr>") == 2 * 401


def test_the_same_report_is_the_same_bytes() -> None:
    report = _report(*_sections("plain"))
    assert as_pdf(report, WHEN) == as_pdf(report, WHEN)
    assert as_html(report) == as_html(report)
    assert as_pdf(report, WHEN) != as_pdf(report, WHEN.replace(hour=17))


def test_what_must_not_be_used_is_said_on_every_page() -> None:
    refused = replace(_report(*_sections("x", rows=200)), standing=Standing("refuse", "Nothing is recommended."))
    page = as_html(refused).decode()
    assert 'class="standing refuse"' in page and page.index("Nothing is recommended.") < page.index("<main>")
    assert as_pdf(refused, WHEN).startswith(b"%PDF-")


def test_numbers_keep_their_width_and_texts_share_the_rest() -> None:
    """A column of numbers never wraps; a page lies on its side only where letters would be too small."""
    grid = Grid(
        "t", ("name", "£ a year"), (("A text that is long enough to need its part", "1,234,567,890"),), (False, True)
    )
    shape = shape_of(grid)
    assert shape.ems[1] >= 13 * 0.5 and not shape.sideways and shape.size_pt == 9.0
    assert sum(shape.ems) * shape.size_pt <= 500
    wide = Grid(
        "t", ("name", *"abcdefghijklmno"), (("x" * LONGEST_WORD, *["1,234,567,890"] * 15),), (False, *[True] * 15)
    )
    assert shape_of(wide).sideways
    assert sum(shape_of(wide).ems) * shape_of(wide).size_pt <= 745
    few, many = (Grid("t", ("name",), (("a",),) * rows, (False,)) for rows in (18, 19))
    assert shape_of(few).whole and not shape_of(many).whole
    assert not shape_of(Grid("t", ("name",), (("word " * 500,),), (False,))).whole, "a tall row may go over pages"
    empty = shape_of(Grid("t", ("name", "number"), (), (False, True)))
    assert len(empty.ems) == 2
