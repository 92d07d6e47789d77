"""Papers for a day: sides in full words, alerts known and unknown, texts escaped, PDFs that can be read aloud."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from models.shared.parsing import Row, TypedTable
from models.theatres.booking import Book
from models.theatres.entities import Role
from models.theatres.instance import Instance
from models.theatres.tables_of import tables_of
from nwl_opt.theatres.printing.day import Day
from nwl_opt.theatres.printing.fitting import letters_share
from nwl_opt.theatres.printing.of_theatres import SIDES
from nwl_opt.theatres.printing.paper import Paper
from nwl_opt.theatres.printing.papers import papers_of
from nwl_opt.theatres.printing.setting import as_html, as_pdf
from nwl_opt.theatres.printing.sheets import DRAFT, Imprint, TheatrePage, TheatreSheet, Who
from tests.unit.theatres.small_world import (
    MONDAY,
    PLANNING,
    needs,
    patient,
    procedure,
    session,
    theatre_list,
    world,
)

pytestmark = pytest.mark.unit

IMPRINT = Imprint(
    "Run r1",
    "Plan found; independent check passed",
    "Planned on Monday 22 March 2027",
    "Printed 22/03/2027 09:00",
    ("SYNTHETIC DATA.",),
)
TEST_DAY = PLANNING + dt.timedelta(days=5)


@dataclass(frozen=True)
class Why:
    """A reason that says nothing; these tests are about paper."""

    code: str = "list_time"
    sentence: str = "No time left."
    what_would_help: str = "Nothing tried."


def _instance() -> Instance:
    """A and B on list L; nobody on M; N is closed. D stands by; A has a test at the site."""
    people = [
        patient("A", laterality="left", latex_allergy="yes", tests=needs("mri"), hospital_transport=True),
        patient("B", laterality="right", infection_risk="yes", diabetic="unknown", priority="P3", day_case=True),
        patient("D", laterality="both", short_notice=True, notice_days=90),
    ]
    lists = [
        theatre_list("L"),
        theatre_list("M", theatre_id="T2", surgeon_id="S2"),
        theatre_list("N", theatre_id="T3", staffed=False),
    ]
    kinds = [replace(procedure(), name="Total knee <replacement> & more", needs_image_intensifier=True)]
    instance = world(
        people, lists, procedures=kinds, tests={"mri": 2}, sessions=[session("mri", TEST_DAY)], kit={"knee": (2, 3)}
    )
    return replace(instance, roles={"scrub": Role("scrub", "Scrub practitioner", 2)})


def _papers(day: dt.date = MONDAY, who: Who | None = None, instance: Instance | None = None) -> dict[str, Paper]:
    instance = instance or _instance()
    book = Book(instance)
    for name in "AB":
        if name in instance.patients:
            assert book.book(name, "L")
    rows = tables_of(book.plan(), {p: Why() for p in instance.patients})
    tables = {name: TypedTable(name, f"{name}.csv", tuple(_typed(found)), True) for name, found in rows.items()}
    return {paper.name: paper for paper in papers_of(Day(instance, tables, day, who or {}), IMPRINT)}


def _typed(rows: list[Mapping[str, object]]) -> Iterator[Row]:
    yield from (Row(at, row) for at, row in enumerate(rows, start=2))  # type: ignore[arg-type]


def _sheets(papers: Mapping[str, Paper]) -> dict[str, TheatreSheet]:
    pages = [page for page in papers["theatre_lists"].sheets if isinstance(page, TheatrePage)]
    return {sheet.list_id: sheet for page in pages for sheet in page.lists}


def test_a_case_says_all_the_team_must_know() -> None:
    first, second = _sheets(_papers())["L"].cases
    assert (first.order, first.start, first.end, first.patient, first.side) == ("1", "08:30", "10:10", "A", "LEFT")
    assert [(alert.text, alert.strong) for alert in first.alerts] == [("LATEX ALLERGY", True)]
    assert first.kit == ("IMAGE INTENSIFIER",)
    assert first.stay == ("Ward", "about 1.0 nights", "hospital transport")
    assert second.side == "RIGHT"
    assert [(alert.text, alert.strong) for alert in second.alerts] == [
        ("INFECTION RISK", True),
        ("diabetes UNKNOWN", False),
    ]
    assert second.stay == ("Ward", "day case")
    assert second.notes == ("CLEAN-DOWN after this case", "date proposed")


def test_clean_down_before_the_next_case_is_written_with_its_minutes() -> None:
    """Both infected: after the first there are 45 minutes of clean-down."""
    infected = [patient(name, infection_risk="yes") for name in "AB"]
    first, second = _sheets(_papers(instance=world(infected)))["L"].cases
    assert "CLEAN-DOWN, 45 minutes, before the next case" in first.notes
    assert "CLEAN-DOWN after this case" in second.notes


def test_empty_and_closed_lists_have_a_sheet_that_says_so() -> None:
    sheets = _sheets(_papers())
    assert list(sheets) == ["L", "M", "N"]
    assert sheets["M"].nobody == "No patients are booked on this list."
    assert sheets["N"].nobody.startswith("This list is closed")
    assert sheets["L"].facts[0] == "Expected finish 12:05, 265 minutes before the end of the list."
    assert sheets["L"].facts[-1] == "Team: scrub practitioner 2."


def test_the_side_stands_in_full_words_and_never_as_a_letter() -> None:
    text = as_html(_papers()["theatre_lists"]).decode()
    assert re.search(r"LEFT<br>\s*Total knee", text)
    assert re.search(r"RIGHT<br>\s*Total knee", text)
    assert all(len(side) > 3 for side in SIDES.values()), "a letter is misread"


def test_texts_are_escaped_and_nothing_is_fetched() -> None:
    who = {"A": ("Smith & <b>Sons</b>", "born 01/02/1950")}
    for paper in _papers(who=who).values():
        text = as_html(paper).decode()
        assert "<replacement>" not in text and "<b>" not in text
        assert not re.search(r"(src|href)\s*=|url\(|@import|https?://|<script", text)
        assert "default-src 'none'" in text and '<html lang="en-GB">' in text
    shown = as_html(_papers(who=who)["theatre_lists"]).decode()
    assert "Smith &amp; &lt;b&gt;Sons&lt;/b&gt;" in shown
    assert "Total knee &lt;replacement&gt; &amp; more" in shown


def test_every_page_says_what_it_is() -> None:
    for name, paper in {**_papers(), **_papers(TEST_DAY)}.items():
        text = as_html(paper).decode()
        assert "Run r1" in text and "Printed 22/03/2027 09:00" in text and "SYNTHETIC DATA." in text
        assert "Plan found; independent check passed." in text
        assert (DRAFT in text) == (name in ("theatre_lists", "standby"))


def test_a_site_reads_who_comes_when_for_what_and_for_which_operation() -> None:
    """An appointment for a date nobody has told the patient looked like one that was made."""
    papers = _papers(TEST_DAY)
    assert list(papers) == ["tests_site"]
    (visit,) = papers["tests_site"].content()["sheets"][0]["visits"]  # type: ignore[index]
    assert visit == {
        "start": "09:00", "end": "09:30", "test": ("MRI", "new, date proposed"), "patient": "A",
        "who": (), "needs": ("LATEX ALLERGY", "hospital transport"), "result_due": ("Mon 29 Mar", "09:30"),
        "operation": "Mon 12 Apr",
    }  # fmt: skip


def test_who_stands_by_has_the_side_and_the_place() -> None:
    text = as_html(_papers()["standby"]).decode()
    assert "BOTH SIDES" in text and "Theatre 1, 08:30 to 16:30, Surgeon S1" in text


def test_pdfs_are_tagged_titled_and_have_a_page_for_each_theatre() -> None:
    """Three theatres, three pages; PDF/UA-1: a structure tree, the language, and the title shown."""
    made = as_pdf(_papers()["theatre_lists"])
    assert made.startswith(b"%PDF-") and made == as_pdf(_papers()["theatre_lists"])
    assert _pages(made) == 3
    assert b"StructTreeRoot" in made and b"DisplayDocTitle" in made and b"/Lang" in made


def test_morning_and_afternoon_of_a_theatre_are_one_page_however_many_cases() -> None:
    """Two lists of eight cases each, in full names: small letters, and still one page."""
    (page, *_) = _papers()["theatre_lists"].sheets
    assert isinstance(page, TheatrePage)
    (sheet,) = page.lists
    who = ("Featherstonehaugh-Cholmondeley, Maximiliana", "born 01/02/1947", "NHS 943 476 5919")
    cases = tuple(replace(case, who=who, kit=("Revision loan kit (loan)",) * 3) for case in sheet.cases * 4)
    full = [replace(sheet, cases=cases), replace(sheet, cases=cases, hours="13:00 to 17:00")]
    crowded = replace(page, letters_share=letters_share(full), lists=tuple(full))
    paper = replace(_papers()["theatre_lists"], sheets=(crowded, page), named=True)
    assert _pages(as_pdf(paper)) == 2
    assert letters_share([sheet]) == 1.0 and 0.3 <= crowded.letters_share <= 0.6
    text = as_html(paper).decode()
    classes = re.findall(r'section class="(letters\d+)"', text)
    assert classes == [f"letters{round(100 * crowded.letters_share)}", "letters100"]
    assert f".{classes[0]} {{" in text, "the style sheet knows every size"


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_forty_appointments_a_day_go_over_pages_with_long_names() -> None:
    names = [f"P{n:02}" for n in range(40)]
    people = [patient(name, tests=needs("mri")) for name in names]
    lists = [theatre_list(f"L{n}", MONDAY + dt.timedelta(days=n), surgeon_id="S1") for n in range(12)]
    instance = world(
        people,
        lists,
        tests={"mri": 2},
        sessions=[session("mri", TEST_DAY, "08:00", slots=40, minutes=10)],
        max_lists_per_week=7,
    )
    book = Book(instance)
    for name in names:
        assert any(book.book(name, f"L{n}") for n in range(12))
    rows = tables_of(book.plan(), {})
    tables = {name: TypedTable(name, f"{name}.csv", tuple(_typed(found)), True) for name, found in rows.items()}
    who = dict.fromkeys(names, ("Featherstonehaugh-Cholmondeley, Maximiliana", "born 01/02/1947", "NHS 943 476 5919"))
    (paper,) = papers_of(Day(instance, tables, TEST_DAY, who), IMPRINT)
    assert 3 <= _pages(as_pdf(paper)) <= 5
    assert as_html(paper).decode().count("Featherstonehaugh") == 40


@pytest.mark.parametrize(
    ("surgeon", "changes", "settings", "what"),
    [
        ("S1", {}, {}, "surgeon S1"),
        ("S2", {"needs_image_intensifier": True}, {"image_intensifiers": 1}, "an image intensifier"),
        ("S2", {"kit": ("knee",)}, {}, "a set of knee ready again"),
        ("S2", {"recovery_minutes": 100}, {"recovery_bays": 1}, "a recovery bay"),
    ],
)
def test_a_case_that_waits_says_for_what(
    surgeon: str, changes: dict[str, object], settings: dict[str, int], what: str
) -> None:
    """T-10, T-14, T-32, T-33: A on L and B on M, a hip of 100 minutes each, and one of what both need."""
    lists = [theatre_list("L"), theatre_list("M", theatre_id="T2", surgeon_id=surgeon)]
    people = [patient("A"), patient("B", surgeon_id=surgeon)]
    instance = world(
        people, lists, procedures=[procedure(**changes)], kit={"knee": (1, 9)}, settings={"image_intensifiers": 9,
        "recovery_bays": 9, **settings},
    )  # fmt: skip
    book = Book(instance)
    assert book.book("A", "L") and book.book("B", "M")
    found = tables_of(book.plan(), {})
    tables = {name: TypedTable(name, f"{name}.csv", tuple(_typed(rows)), True) for name, rows in found.items()}
    sheets = _sheets({paper.name: paper for paper in papers_of(Day(instance, tables, MONDAY, {}), IMPRINT)})
    cases = [case for list_id in "LM" for case in sheets[list_id].cases]
    [late] = [case for case in cases if case.start != "08:30"]
    assert (late.start, late.notes[0]) == ("10:10", f"not before 10:10: waits for {what}")
    assert not any("waits" in note for case in cases if case is not late for note in case.notes)
