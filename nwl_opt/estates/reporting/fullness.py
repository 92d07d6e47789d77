"""How full each site is in each session of the week: one cell a site and session, shaded and with its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from nwl_opt.charts.drawing import Bar, Key, Label, Picture
from nwl_opt.estates.reporting.saved import EstateTables

_NAME_WIDTH, _CELL_WIDTH, _CELL_HEIGHT, _HEAD_HEIGHT = 300.0, 54.0, 19.0, 24.0
_STEPS_SHARE = (0.2, 0.4, 0.6, 0.75, 0.8505)
_WEEK = "week"
STEP_WORDS = ("below 20 %", "20 to 40 %", "40 to 60 %", "60 to 75 %", "75 to 85 %", "above 85 %")


def fullness_map(saved: EstateTables) -> Picture:
    """Used over available hours of clinical rooms by site and session in the last period, of sites that have any."""
    used, available = _clinical_hours(saved)
    slots = [*(slot.slot for slot in saved.instance.slots), _WEEK]
    sites = [site for site in saved.instance.sites if available.get((site.site_id, _WEEK), 0.0) > 0]
    bars: list[Bar] = []
    labels = [
        Label(_NAME_WIDTH + (at + 0.5) * _CELL_WIDTH, _HEAD_HEIGHT - 8, slot.replace("_", " "), "head")
        for at, slot in enumerate(slots)
    ]
    for line, site in enumerate(sites):
        top = _HEAD_HEIGHT + line * _CELL_HEIGHT
        labels.append(Label(_NAME_WIDTH - 8, top + 14, site.name, "name", "end"))
        for at, slot in enumerate(slots):
            share = used[site.site_id, slot] / available[site.site_id, slot]
            left, step = _NAME_WIDTH + at * _CELL_WIDTH, _step(share)
            bars.append(
                Bar(left, top, _CELL_WIDTH - 2, _CELL_HEIGHT - 2, f"step{step}",
                    f"{site.name}, {slot}: {share:.0%} of {available[site.site_id, slot]:.0f} hours")
            )  # fmt: skip
            style = "on_dark" if step >= 3 else "on_light"
            labels.append(Label(left + _CELL_WIDTH / 2 - 1, top + 13, f"{share:.0%}", style))
    return Picture(
        f"Used hours of clinical rooms by site and session from {saved.last_year}",
        f"{len(sites)} sites with clinical rooms; each number is used over available hours of a session, a ratio of "
        "sums; the last column is the week.",
        _NAME_WIDTH + len(slots) * _CELL_WIDTH,
        _HEAD_HEIGHT + len(sites) * _CELL_HEIGHT,
        bars=tuple(bars),
        labels=tuple(labels),
        legend=tuple(Key(f"step{at}", words) for at, words in enumerate(STEP_WORDS)),
    )


def _step(share: float) -> int:
    return sum(share > top for top in _STEPS_SHARE)


def _clinical_hours(saved: EstateTables) -> tuple[Mapping[tuple[str, str], float], Mapping[tuple[str, str], float]]:
    """Used and available hours a week by site and slot."""
    clinical = {kind.room_type for kind in saved.instance.room_types if kind.clinical}
    used: dict[tuple[str, str], float] = defaultdict(float)
    available: dict[tuple[str, str], float] = defaultdict(float)
    for row in saved.tables["room_utilisation"]:
        if row.text("year") == saved.last_year and row.text("room_type") in clinical:
            key = row.text("site_id"), row.text("slot")
            used[key] += row.number_of("used_hours")
            available[key] += row.number_of("available_hours")
    return used, available
