"""How large the letters of a theatre's page may be so that all its lists of a day go onto one A4 page on its side.

A browser cannot shrink a page to fit, so the height is worked out from the texts: generously, as widths of letters
differ. Lengths are in lines of the letters' own height.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from nwl_opt.theatres.printing.sheets import CaseLine, TheatreSheet

_SHARES = tuple(percent / 100 for percent in range(100, 25, -5))
_PAGE_LINES = 35.0
"""Lines of full letters on a page within its margins."""
_TOP_LINES = 6.0
_LIST_LINES = 6.0
"""The heading of a list, the heads of its columns, what is said below it, and where it is signed."""
_NOBODY_LINES = 5.0
_BIG, _SMALL, _BOX, _ROW_LINES = 1.25, 0.88, 1.25, 0.8
_OPERATION_LETTERS, _KIT_LETTERS, _STAY_LETTERS, _NOTE_LETTERS, _ALERT_LETTERS, _WHO_LETTERS = 22, 22, 18, 22, 18, 26
"""Letters of full size that go into a line of each column."""


def letters_share(sheets: Sequence[TheatreSheet]) -> float:
    """The largest letters, as a share of full ones, with which all lists of a theatre and day stay on one page."""
    return next((share for share in _SHARES if _lines(sheets, share) * share <= _PAGE_LINES), _SHARES[-1])


def _lines(sheets: Sequence[TheatreSheet], share: float) -> float:
    """The height of the page in lines of letters of that size."""
    facts = sum(math.ceil(len(fact) * share / 130) for sheet in sheets for fact in sheet.facts)
    cases = sum(_case_lines(case, share) for sheet in sheets for case in sheet.cases)
    return _TOP_LINES + facts + cases + sum(_LIST_LINES if sheet.cases else _NOBODY_LINES for sheet in sheets)


def _case_lines(case: CaseLine, share: float) -> float:
    """The tallest cell of a row, and the space around it."""
    named = _BIG + _SMALL * _wrapped(case.who, _WHO_LETTERS, share)
    what = _BIG * (1 + _wrapped([case.operation], _OPERATION_LETTERS, share)) + _SMALL
    alerts = _BOX * _wrapped((alert.text for alert in case.alerts), _ALERT_LETTERS, share)
    kit, stay = _wrapped(case.kit, _KIT_LETTERS, share), _wrapped(case.stay, _STAY_LETTERS, share)
    return max(named, what, alerts, kit, stay, _wrapped(case.notes, _NOTE_LETTERS, share)) + _ROW_LINES


def _wrapped(texts: Iterable[str], letters: int, share: float) -> float:
    """Lines of texts under one another in a column: small letters let more into each."""
    return float(sum(max(math.ceil(len(text) * share / letters), 1) for text in texts))
