"""Pictures as files: the SVG of a picture with its legend and style sheet inside, for documents and for saving."""

from __future__ import annotations

from dataclasses import dataclass

from nwl_opt.charts.drawing import Key, Picture
from nwl_opt.charts.frame import EDGE, LETTER, LINE_HEIGHT
from nwl_opt.charts.letters import text_width
from nwl_opt.files.pages import html_page, template_text

_PACKAGE = "nwl_opt.charts"
_SWATCH = 24.0
_KEY_GAP = 22.0
_KEY_LINE = LINE_HEIGHT + 6


@dataclass(frozen=True)
class PlacedKey:
    """An entry of the legend and where its sign stands."""

    x: float
    y: float
    key: Key


def charts_css() -> str:
    """The style sheet every page with pictures needs."""
    return template_text(_PACKAGE, "charts.css")


def svg_file(picture: Picture, css: str) -> bytes:
    """A picture as an SVG file of its own, its legend below it; links are left out."""
    keys = placed_keys(picture)
    height = picture.height + (keys[-1].y - picture.height + _KEY_LINE if keys else 0.0)
    content = {"drawn": picture, "keys": keys, "height": round(height, 1), "css": css}
    return html_page(_PACKAGE, "file.svg", content)


def placed_keys(picture: Picture) -> list[PlacedKey]:
    """The legend in lines under the picture, none wider than it."""
    found: list[PlacedKey] = []
    x, y = EDGE, picture.height + _KEY_LINE / 2
    for key in picture.legend:
        width = _SWATCH + text_width(key.words, LETTER)
        if x > EDGE and x + width > picture.width - EDGE:
            x, y = EDGE, y + _KEY_LINE
        found.append(PlacedKey(round(x, 1), round(y, 1), key))
        x += width + _KEY_GAP
    return found
