"""A day as a picture: a row for each theatre, surgeon, recovery bay, C-arm and set, with what holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from nwl_opt.charts.drawing import Bar, Key, Label, Line, Pattern, Picture
from nwl_opt.charts.letters import shortened, text_width
from nwl_opt.theatres.printing.sheets import clock, day_words
from nwl_opt.theatres.showing.lanes import Lane, LaneGroup, Span, lane_groups
from nwl_opt.theatres.showing.shown import ShownRun

STATE_LETTERS: Mapping[str, str] = {"proposed": "P", "offered": "O", "agreed": "A", "locked": "L"}
"""What stands in a block for how firm its booking is: colour alone says nothing."""

_PER_MINUTE = 1.55
_NAMES = 104.0
_ROW, _BAR = 32.0, 28.0
"""High enough for a finger also where a long day is drawn a little smaller."""
_HEADING, _AXIS, _EDGE = 26.0, 26.0, 8.0
_RIGHT_ROOM = 24.0
"""For half of the last hour's words."""
_LETTER = 12.0
_STRIP = 18.0
_STYLES: Mapping[str, tuple[str, Pattern]] = {
    "turnaround": ("turnaround", "back"),
    "surgeon": ("surgeon", ""),
    "elsewhere": ("elsewhere", ""),
    "recovery": ("recovery", ""),
    "intensifier": ("intensifier", ""),
    "set": ("set", ""),
    "reprocessing": ("reprocessing", "back"),
}
_MEANING: Mapping[str, str] = {
    "turnaround": "turnaround or clean-down",
    "elsewhere": "surgeon elsewhere",
    "reprocessing": "set being reprocessed",
}


@dataclass(frozen=True)
class _Ground:
    """The hours of the picture and where they stand."""

    first: dt.datetime
    last: dt.datetime

    def x(self, moment: dt.datetime) -> float:
        inside = min(max(moment, self.first), self.last)
        return round(_NAMES + (inside - self.first).total_seconds() / 60 * _PER_MINUTE, 1)

    @property
    def right(self) -> float:
        return self.x(self.last)

    def hours(self) -> Iterator[dt.datetime]:
        hour = self.first
        while hour <= self.last:
            yield hour
            hour += dt.timedelta(hours=1)


@dataclass(frozen=True)
class _Placed:
    """A lane and the top of its row."""

    lane: Lane
    top: float


def gantt(shown: ShownRun, date: dt.date, href: Callable[[str], str]) -> Picture | None:
    """The picture of a day, each operation a link to its patient's page; None on a day without lists."""
    groups = lane_groups(shown, date)
    if not groups:
        return None
    grace = dt.timedelta(minutes=shown.instance.settings.overrun_grace_minutes)
    ground = _ground(groups, grace)
    headings, rows, height = _places(groups)
    bars = list(chain.from_iterable(_bars(ground, row, href) for row in rows))
    labels = [*_hour_labels(ground), *headings, *chain.from_iterable(_labels(ground, row) for row in rows)]
    return Picture(
        title=f"The day at a glance: {day_words(date)}",
        description="Each row is a theatre, surgeon, recovery bay, C-arm or instrument set; each block is a patient "
        "in it. The tables below say the same in words.",
        width=ground.right + _RIGHT_ROOM,
        height=height,
        bars=tuple(bars),
        labels=tuple(labels),
        legend=_legend(groups),
        rules=tuple(_rules(ground, height)),
        lines=tuple(chain.from_iterable(_grace_lines(ground, row, grace) for row in rows)),
    )


def _ground(groups: Sequence[LaneGroup], grace: dt.timedelta) -> _Ground:
    lists = [on for group in groups for lane in group.lanes for on in lane.lists]
    spans = [s for g in groups for lane in g.lanes for s in lane.spans if s.kind not in ("reprocessing", "elsewhere")]
    first = min(chain((on.start for on in lists), (span.start for span in spans)))
    last = max(chain((on.end + grace for on in lists), (span.end for span in spans)))
    whole = last.replace(minute=0, second=0)
    return _Ground(first.replace(minute=0, second=0), whole if whole == last else whole + dt.timedelta(hours=1))


def _places(groups: Sequence[LaneGroup]) -> tuple[list[Label], list[_Placed], float]:
    """The headings, every lane with its place, and the height of all."""
    headings, rows, top = list[Label](), list[_Placed](), _AXIS
    for group in groups:
        headings.append(Label(_EDGE, top + _HEADING - 8, group.title, "group", "start"))
        top += _HEADING
        for lane in group.lanes:
            rows.append(_Placed(lane, top))
            top += _ROW
    return headings, rows, top + _EDGE


def _hour_labels(ground: _Ground) -> Iterator[Label]:
    for hour in ground.hours():
        yield Label(ground.x(hour), _AXIS - 8, clock(hour), "scale")


def _rules(ground: _Ground, height: float) -> Iterator[Line]:
    for hour in ground.hours():
        yield Line(((ground.x(hour), _AXIS), (ground.x(hour), height - _EDGE)), "ground")


def _grace_lines(ground: _Ground, row: _Placed, grace: dt.timedelta) -> Iterator[Line]:
    """The end of each list, and the moment from which it is late, unless the theatre's next list is on by then."""
    starts = [on.start for on in row.lane.lists]
    for on in row.lane.lists:
        followed = any(on.end <= start <= on.end + grace for start in starts)
        for moment, style, words in (
            (on.end, "listend", f"the list ends at {clock(on.end)}"),
            (on.end + grace, "grace", f"late from {clock(on.end + grace)}"),
        ):
            if style == "grace" and followed:
                continue
            yield Line(((ground.x(moment), row.top), (ground.x(moment), row.top + _BAR)), style, words)


def _bars(ground: _Ground, row: _Placed, href: Callable[[str], str]) -> Iterator[Bar]:
    for on in row.lane.lists:
        is_closed = on.list_id in row.lane.closed
        words = f"list time {clock(on.start)} to {clock(on.end)}, surgeon {on.surgeon_id or 'none'}"
        width = round(ground.x(on.end) - ground.x(on.start), 1)
        style = "closedlist" if is_closed else "listtime"
        yield Bar(ground.x(on.start), row.top, width, _BAR, style, words + ", closed" * is_closed)
    for span in row.lane.spans:
        left, width = ground.x(span.start), round(ground.x(span.end) - ground.x(span.start), 1)
        if width <= 0:
            continue
        if span.kind == "case":
            style = f"state-{span.state}"
            yield Bar(left, row.top, width, _BAR, style, span.words, href=href(span.patient_id))
            strip = min(_STRIP, width)
            yield Bar(left, row.top, strip, _BAR, f"{style}-strip", span.words)
        else:
            style, pattern = _STYLES[span.kind]
            yield Bar(left, row.top, width, _BAR, style, span.words, pattern=pattern)


def _labels(ground: _Ground, row: _Placed) -> Iterator[Label]:
    baseline = row.top + _BAR / 2 + _LETTER / 3
    yield Label(_NAMES - 8, baseline, shortened(row.lane.name, _NAMES - 8 - _EDGE, _LETTER), "name", "end")
    for on in row.lane.lists:
        if on.list_id in row.lane.closed:
            yield Label(round(ground.x(on.start) + 6, 1), baseline, "closed", "block", "start")
    for span in row.lane.spans:
        left, width = ground.x(span.start), ground.x(span.end) - ground.x(span.start)
        if span.kind == "case":
            if width >= _STRIP:
                yield Label(left + _STRIP / 2, baseline, STATE_LETTERS[span.state], "letter")
            left, width = left + _STRIP, width - _STRIP
        text = _fitting(span, width - 6)
        if text:
            yield Label(round(left + 3, 1), baseline, text, "block", "start")


def _fitting(span: Span, width: float) -> str:
    """The words of a block as far as there is room: all, a shortened operation, the patient alone, or nothing."""
    if text_width(span.label, _LETTER) <= width:
        return span.label
    if span.patient_id and text_width(f"{span.patient_id} abcd", _LETTER) <= width:
        return shortened(span.label, width, _LETTER)
    return span.patient_id if span.patient_id and text_width(span.patient_id, _LETTER) <= width else ""


def _legend(groups: Sequence[LaneGroup]) -> tuple[Key, ...]:
    spans = [span for group in groups for lane in group.lanes for span in lane.spans]
    states, kinds = {span.state for span in spans}, {span.kind for span in spans}
    keys = [
        Key(f"state-{state}-strip", f"{letter}: {state}", "box")
        for state, letter in STATE_LETTERS.items()
        if state in states
    ]
    keys += [
        Key(_STYLES[kind][0], words, "box", pattern=_STYLES[kind][1])
        for kind, words in _MEANING.items()
        if kind in kinds
    ]
    return (
        *keys,
        Key("listtime", "time of the list", "box"),
        Key("listend", "planned end of the list", "stroke"),
        Key("grace", "late from here: the end of the list and the grace", "stroke"),
    )
