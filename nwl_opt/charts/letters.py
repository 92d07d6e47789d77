"""How much room a text takes, and how a long one is broken into lines."""

from __future__ import annotations

_NARROW, _USUAL, _WIDE = 0.3, 0.56, 0.72
_SPARE = 1.08
"""A little more than Arial takes, for the fonts that stand in for it."""
_WIDTH_SHARES = {
    **dict.fromkeys(" !',./:;I[\\]fijlt|`", _NARROW),
    **dict.fromkeys('-()r"*{}', 0.36),
    **dict.fromkeys("cksvxyzJ", 0.5),
    **dict.fromkeys("ABCDEGHKNOPQRSUVXYw&", _WIDE),
    **dict.fromkeys("mM", 0.84),
    **dict.fromkeys("%W@", 0.96),
}
_MORE = "…"


def text_width(text: str, height: float) -> float:
    """How wide a text is in letters of a height: at least what it takes."""
    return sum(_WIDTH_SHARES.get(letter, _USUAL) for letter in text) * height * _SPARE


def in_lines(text: str, width: float, height: float, most_lines: int) -> tuple[str, ...]:
    """A text broken at blanks into lines of a width; what has no room in the last line gives way to an ellipsis."""
    lines: list[str] = []
    left = text.split()
    while left and len(lines) < most_lines:
        taken = 1
        while taken < len(left) and text_width(" ".join(left[: taken + 1]), height) <= width:
            taken += 1
        last = len(lines) == most_lines - 1
        lines.append(shortened(" ".join(left if last else left[:taken]), width, height))
        left = [] if last else left[taken:]
    return tuple(lines)


def fits_in_lines(text: str, width: float, height: float, most_lines: int) -> bool:
    """Whether all of a text can be set in lines of a width."""
    return " ".join(in_lines(text, width, height, most_lines)) == " ".join(text.split())


def shortened(text: str, width: float, height: float) -> str:
    """A text that takes no more than a width; what was cut off is marked by an ellipsis."""
    if text_width(text, height) <= width:
        return text
    kept = text
    while kept and text_width(kept + _MORE, height) > width:
        kept = kept[:-1]
    return kept.rstrip() + _MORE
