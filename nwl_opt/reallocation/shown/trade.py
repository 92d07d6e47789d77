"""A frontier that was solved: its points, which of them stand, and what each step buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.reallocation.frontier import FRONTIERS
from models.shared.frontier import Frontier
from nwl_opt.charts import Axis, Picture, Point, scatter
from nwl_opt.charts.drawing import Form, Key
from nwl_opt.charts.scales import short_words
from nwl_opt.files.tables import text_rows
from nwl_opt.frontier import FRONTIER_FILE, frontier_sentence
from nwl_opt.named import names_of
from nwl_opt.reallocation.shown.sheet import Cell, Heading, Sheet, Unit

_NAMES = names_of("reallocation")
_STANDS = "on_frontier"
_STATUS_WORDS = {
    "on_frontier": "stands",
    "dominated": "beaten by another",
    "check_failed": "check failed: do not use",
}

_STANDING: tuple[str, Form] = ("series1", "circle")
_BEATEN: tuple[str, Form] = ("faint", "diamond")


@dataclass(frozen=True)
class TradePoint:
    """One limit and what it came to; values are None without a plan."""

    number: int
    limit: float
    gain_gbp: float | None
    price: float | None
    status: str
    run: str

    @property
    def stands(self) -> bool:
        return self.status == _STANDS

    @property
    def status_words(self) -> str:
        return _STATUS_WORDS.get(self.status, self.status.replace("_", " "))


@dataclass(frozen=True)
class Trade:
    """The points of one frontier."""

    frontier: Frontier
    points: tuple[TradePoint, ...]

    @property
    def sentence(self) -> str:
        """How the frontier runs, and where it bends."""
        pairs = [
            (p.gain_gbp, p.price) for p in self.points if p.stands and p.gain_gbp is not None and p.price is not None
        ]
        return frontier_sentence(self.frontier, sorted(pairs, key=lambda pair: pair[1]), _NAMES)


def read_trade(folder: Path) -> Trade | None:
    """The frontier a folder holds; None where there is none yet."""
    path = folder / FRONTIER_FILE
    if not path.is_file():
        return None
    rows = text_rows(path)
    columns = rows[0].keys() if rows else ()
    frontier = next((one for one in FRONTIERS if one.setting in columns), None)
    if frontier is None:
        return None
    unit = "share" if frontier.unit == "share" else "gbp"
    gain, price = f"{frontier.gain}_gbp", f"{frontier.price}_{unit}"
    points = [
        TradePoint(int(row["point"]), float(row[frontier.setting]), _number(row.get(gain)), _number(row.get(price)),
                   row["status"], row["run"])
        for row in rows
    ]  # fmt: skip
    return Trade(frontier, tuple(points))


def trade_picture(trade: Trade, hrefs: Sequence[str]) -> Picture:
    """The gap against its price; each point leads to its run."""
    frontier = trade.frontier
    points = []
    for one, href in zip(trade.points, hrefs, strict=True):
        if one.gain_gbp is None or one.price is None:
            continue
        gain, price = short_words(one.gain_gbp, "gbp"), short_words(one.price, frontier.unit)
        words = f"Point {one.number}: gap {gain} at {price}, {one.status_words}"
        style, form = _STANDING if one.stands else _BEATEN
        points.append(Point(one.price, one.gain_gbp, f"{one.number}: {gain}", words, style, form, href))
    points.sort(key=lambda point: point.style != "series1")
    legend = (Key("series1", "a plan that stands", "mark"),
              Key("faint", "beaten by another, or without a checked plan", "mark", "diamond"))  # fmt: skip
    title = f"{frontier.title[0].upper()}{frontier.title[1:]}"
    level = Axis(_NAMES.figure(frontier.price), frontier.unit, from_zero=False)
    upright = Axis("Gap to need in the last year", "gbp")
    return scatter(title, trade.sentence, points, level, upright, joined=True, legend=legend)


def trade_sheet(trade: Trade, hrefs: Sequence[str]) -> Sheet:
    """Every point with its limit."""
    unit: Unit = "share" if trade.frontier.unit == "share" else "gbp"
    rows: list[tuple[Cell, ...]] = [
        (f"Point {one.number}", one.limit, one.price, one.gain_gbp, one.status_words) for one in trade.points
    ]
    headings = (Heading("Point"), Heading("Limit", unit), Heading(_NAMES.figure(trade.frontier.price), unit),
                Heading("Gap in the last year", "gbp"), Heading("Which"))  # fmt: skip
    links = {at: href for at, href in enumerate(hrefs) if href}
    return Sheet("Points of the trade-off", headings, tuple(rows), links=links)


def _number(text: str | None) -> float | None:
    return float(text) if text else None
