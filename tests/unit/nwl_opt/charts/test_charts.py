"""Charts: round ticks that hold every value, monotone places, no text over another or over the edge."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nwl_opt.charts import (
    Axis,
    Cell,
    Picture,
    Point,
    Range,
    Series,
    Step,
    Swing,
    bar_chart,
    heat_map,
    line_chart,
    scatter,
    tornado,
    waterfall,
)
from nwl_opt.charts.drawing import box_of
from nwl_opt.charts.frame import LETTER
from nwl_opt.charts.scales import nice_ticks, scale_for, short_words, tick_words

pytestmark = pytest.mark.unit
GBP = Axis("Gap to need", "gbp")
YEARS = [f"20{year}/{year + 1}" for year in range(23, 33)]
TRUST = "Chelsea and Westminster Hospital NHS Foundation Trust and all who are paid with it"
_numbers = st.floats(-1e15, 1e15, allow_nan=False)


@given(st.lists(_numbers, min_size=1, max_size=8), st.booleans())
def test_ticks_are_evenly_spaced_few_and_hold_every_value(values: list[float], from_zero: bool) -> None:
    ticks = nice_ticks(values, from_zero)
    steps = [after - before for before, after in pairwise(ticks)]
    assert 2 <= len(ticks) <= 8
    assert max(steps) == pytest.approx(min(steps), rel=1e-6)
    room = (ticks[-1] - ticks[0]) * 1e-6 + 1e-9
    assert ticks[0] - room <= min(values) and max(values) <= ticks[-1] + room
    if from_zero:
        assert any(abs(tick) <= room for tick in ticks)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 180e6], (0, 50e6, 100e6, 150e6, 200e6)),
        ([-22.0, 45.0], (-40, -20, 0, 20, 40, 60)),
        ([0.0], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([7.0, 7.0], (0, 2, 4, 6, 8)),
    ],
)
def test_ticks_are_round(values: list[float], expected: tuple[float, ...]) -> None:
    assert nice_ticks(values, from_zero=True) == expected


@given(st.lists(_numbers, min_size=2, max_size=6), st.booleans())
def test_a_larger_value_never_stands_lower(values: list[float], from_zero: bool) -> None:
    scale = scale_for(values, from_zero, 300.0, 20.0)
    places = [scale.at(value) for value in sorted(values)]
    assert all(before >= after for before, after in pairwise(places))
    assert all(19.9 <= place <= 300.1 for place in places)


def test_numbers_of_a_scale_have_the_same_decimals_and_a_unit() -> None:
    assert tick_words((0.0, 2.5e6, 5e6), "gbp") == ("£0.0m", "£2.5m", "£5.0m")
    assert tick_words((-0.05, 0.0, 0.05), "share") == ("-5 %", "0 %", "5 %")
    assert tick_words((0.0, 0.5, 1.0), "weeks") == ("0.0", "0.5", "1.0")
    assert [short_words(value, "gbp") for value in (-1_234_567, 950.0, 0.0)] == ["-£1.23m", "£950", "£0"]


def _lines(values: tuple[float | None, ...]) -> Picture:
    return line_chart("Gap", "It falls.", YEARS[: len(values)], [Series("plan", values)], GBP)


def _many() -> dict[str, Callable[[], Picture]]:
    names = ["acute", "continuing healthcare", TRUST, "not placed in a borough"]
    four = (5e6, -7e6, 0.0, 1e9)
    return {
        "lines": lambda: _lines((1.0, None, 3.0, -4.0)),
        "ten years": lambda: _lines(tuple(float(at) for at in range(10))),
        "one year": lambda: _lines((5.0,)),
        "no year": lambda: line_chart("Gap", "Nothing.", [], [], GBP),
        "huge": lambda: _lines((5e15, -4e15)),
        "all the same": lambda: _lines((7.0, 7.0, 7.0)),
        "bars": lambda: bar_chart("Bars", "x", names[:2], [Series("a", four[:2]), Series("b", four[2:])], GBP),
        "many names": lambda: bar_chart("Bars", "x", YEARS, [Series("", tuple(range(10)))], Axis("Beds", "beds")),
        "long names": lambda: bar_chart("Bars", "x", names, [Series("", four)], GBP),
        "stacked": lambda: bar_chart("Bars", "x", names[:2], [Series("a", four[:2]), Series("b", (1, 2))], GBP,
                                     stacked=True),
        "no bars": lambda: bar_chart("Bars", "x", [], [], GBP),
        "bridge": lambda: waterfall("Bridge", "x", [Step("opening", 4e9, True), Step(TRUST, -2e7),
                                                    Step("closing", 3.98e9, True)], Axis("£", "gbp", False)),
        "bridge below zero": lambda: waterfall("Bridge", "x", [Step("a", 5.0, True), Step("b", -9.0)], GBP),
        "tornado": lambda: tornado("What it hangs on", "x", 5e7, [Swing(TRUST, "low", None, "high", 9e7)], GBP),
        "no swings": lambda: tornado("What it hangs on", "x", 5e7, [], GBP),
        "points": lambda: scatter("Trade", "x", [Point(at / 9, 9e7 - at, f"{at}: £9m", "") for at in range(9)],
                                  Axis("Growth", "share", False), GBP, joined=True),
        "points in one place": lambda: scatter("Trade", "x", [Point(1, 1, f"point {at}", "a") for at in range(12)],
                                               Axis("Growth", "share"), GBP),
        "heat": lambda: heat_map("Heat", "x", names, YEARS, {(names[0], YEARS[0]): Cell(5, "£77.9m", "w")}, ["a"]),
        "no heat": lambda: heat_map("Heat", "x", [], [], {}, []),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(_many()))
def test_no_text_lies_over_another_or_is_cut_at_the_edge(name: str) -> None:
    picture = _many()[name]()
    boxes = [box_of(label, LETTER) for label in picture.labels]
    for box, label in zip(boxes, picture.labels, strict=True):
        assert box.left >= -1 and box.right <= picture.width + 1, label
        assert box.top >= -1 and box.bottom <= picture.height + 1, label
    for (box, label), (other, beside) in itertools.combinations(zip(boxes, picture.labels, strict=True), 2):
        assert not box.overlaps(other), (label, beside)


@pytest.mark.parametrize("name", list(_many()))
def test_every_shape_lies_within_the_picture(name: str) -> None:
    picture = _many()[name]()
    for bar in picture.bars:
        assert bar.width >= 0 and bar.height >= 0
        assert bar.x >= -1 and bar.x + bar.width <= picture.width + 1
        assert bar.y >= -1 and bar.y + bar.height <= picture.height + 1
    for mark in picture.marks:
        assert 0 <= mark.x <= picture.width and 0 <= mark.y <= picture.height


def test_where_a_value_is_not_known_the_line_is_broken() -> None:
    picture = _lines((1.0, 2.0, None, 3.0, 4.0, None, 5.0))
    assert [len(line.points) for line in picture.lines] == [2, 2]
    assert len(picture.marks) == 5


def test_a_range_is_a_surface_where_it_is_known_throughout_and_a_stroke_where_at_single_places() -> None:
    series = [Series("plan", (4.0, 3.0, 2.0))]
    surface = line_chart("Gap", "x", YEARS[:3], series, GBP, Range("range", (3, 2, 1), (5, 4, 3)))
    assert len(surface.areas) == 1 and len(surface.lines) == 1
    strokes = line_chart("Gap", "x", YEARS[:3], series, GBP, Range("range", (3, None, 1), (5, None, 30)))
    assert not strokes.areas
    assert sum(line.words == "range" for line in strokes.lines) == 2
    assert strokes.legend[-1].words == "range"


def test_series_differ_in_more_than_colour() -> None:
    several = [Series(str(at), (1.0, 2.0)) for at in range(6)]
    lines = line_chart("Lines", "x", YEARS[:2], several, GBP)
    assert len({mark.form for mark in lines.marks}) == 6
    bars = bar_chart("Bars", "x", ["a", "b"], several, GBP)
    assert len({bar.pattern for bar in bars.bars}) == 6
    assert {key.pattern for key in bars.legend} == {bar.pattern for bar in bars.bars}


def test_bars_on_top_of_each_other_meet_and_those_below_zero_go_down() -> None:
    picture = bar_chart("Bars", "x", ["a"], [Series("1", (2.0,)), Series("2", (3.0,)), Series("3", (-1.0,))],
                        Axis("Beds", "beds"), stacked=True)  # fmt: skip
    first, second, third = picture.bars
    assert second.y + second.height == pytest.approx(first.y)
    assert third.y == pytest.approx(first.y + first.height)
    assert second.height == pytest.approx(first.height * 1.5, abs=0.2)


def test_names_that_do_not_fit_below_lay_the_chart_on_its_side() -> None:
    upright = bar_chart("Bars", "x", ["a", "b"], [Series("", (1.0, 2.0))], GBP)
    lying = bar_chart("Bars", "x", [TRUST, "b", "c", "d", "e"], [Series("", (1.0, 2.0, 3.0, 4.0, 5.0))], GBP)
    assert upright.bars[1].height > upright.bars[0].height
    assert lying.bars[1].width > lying.bars[0].width


def test_a_bridge_ends_where_its_steps_lead() -> None:
    picture = waterfall("Bridge", "x", [Step("a", 10.0, True), Step("b", 4.0), Step("c", -6.0), Step("d", 8.0, True)],
                        Axis("£", "gbp"))  # fmt: skip
    opening, rise, fall, closing = picture.bars
    assert rise.x == pytest.approx(opening.x + opening.width)
    assert fall.x + fall.width == pytest.approx(rise.x + rise.width, abs=0.2)
    assert closing.x + closing.width == pytest.approx(fall.x, abs=0.2)
    assert fall.pattern and not rise.pattern


def test_the_widest_swing_comes_first_and_an_end_without_a_plan_is_said() -> None:
    picture = tornado(
        "T", "x", 50.0, [Swing("small", "l", 49.0, "h", 51.0), Swing("large", "l", None, "h", 90.0)], GBP
    )
    assert picture.bars[0].words == "large h: £90"
    assert any("no plan" in label.text for label in picture.labels)


def test_points_without_room_for_their_name_keep_it_for_the_pointer() -> None:
    picture = _many()["points in one place"]()
    assert len(picture.marks) == 12
    assert 0 < sum(label.style == "point" for label in picture.labels) < 12
