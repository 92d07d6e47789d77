"""What to ask the landlord: one question for each line the ICB pays, the most pounds first."""

from __future__ import annotations

from dataclasses import dataclass

from models.shared.cells import Cell
from nwl_opt.estates.charging.compare import Comparison, Difference, share_of
from nwl_opt.estates.charging.lines import ICB, PENCE, Key
from nwl_opt.words import number_words, percent

SHOWN = 5
_NOTABLE_PENCE = 100 * PENCE
"""A difference below this is not worth a letter."""
_NOTABLE_RISE_SHARE = 0.05
_LANDLORDS = {
    "nhsps_freehold": "NHS Property Services",
    "nhsps_leasehold": "NHS Property Services",
    "lift_chp": "Community Health Partnerships",
}
_ITEM_WORDS = {"rent": "rent", "rates": "rates", "facilities": "facilities", "service_charge": "service charge"}


@dataclass(frozen=True)
class Query:
    """A question, and the pounds it is about."""

    key: Key
    pence: int
    question: str


def queries(comparison: Comparison, most: int | None = SHOWN) -> list[Query]:
    """The questions about lines the ICB pays, the largest first; all of them where `most` is None."""
    asked = [_query(comparison, one) for one in comparison.differences if one.key[2] == ICB]
    found = sorted((query for query in asked if query is not None), key=lambda query: (-query.pence, query.key))
    return found if most is None else found[:most]


def query_rows(asked: list[Query]) -> list[dict[str, Cell]]:
    """The rows of `charge_queries`."""
    return [
        {
            "rank": rank,
            "site_id": query.key[0],
            "suite_id": query.key[1],
            "payer": query.key[2],
            "at_stake_gbp": query.pence / PENCE,
            "question": query.question,
        }
        for rank, query in enumerate(asked, start=1)
    ]


def _query(comparison: Comparison, one: Difference) -> Query | None:
    who, place = _landlord(comparison, one.key[0]), _place(comparison, one.key)
    if one.charged is None:
        if one.registered is None or one.registered_pence < _NOTABLE_PENCE:
            return None
        return Query(one.key, one.registered_pence, f"Ask {who} whether {place} will still be charged: the register "
                     f"expects {_pounds(one.registered_pence)}, and the schedule has no such line.")  # fmt: skip
    if one.registered is None:
        known = "which the register does not have" if _unknown(comparison, one.key) else "none of which is its to pay"
        charged = _pounds(one.charged_pence)
        return Query(one.key, abs(one.charged_pence), f"Ask {who} why the ICB is charged {charged} for {place}, "
                     f"{known}.{_last_year(one)}")  # fmt: skip
    if abs(one.pence) >= _NOTABLE_PENCE:
        return Query(one.key, abs(one.pence), f"Ask {who} why the ICB is charged {_pounds(one.charged_pence)} for "
                     f"{place}: {_more(one.pence, one.registered_pence)} than the register says "
                     f"({_items(one)}).{_area(one)}{_last_year(one)}")  # fmt: skip
    rise = share_of(one.change_pence or 0, 0 if one.last_year is None else one.last_year.pence)
    if rise is not None and abs(rise) >= _NOTABLE_RISE_SHARE and abs(one.change_pence or 0) >= _NOTABLE_PENCE:
        return Query(one.key, abs(one.change_pence or 0), f"Ask {who} why the charge for {place} is "
                     f"{_pounds(one.charged_pence)}, as the register has it.{_last_year(one)}")  # fmt: skip
    return None


def _landlord(comparison: Comparison, site_id: str) -> str:
    tenure = next((site.tenure for site in comparison.instance.sites if site.site_id == site_id), "")
    return _LANDLORDS.get(tenure, "the landlord")


def _unknown(comparison: Comparison, key: Key) -> bool:
    return all((suite.site_id, suite.suite_id) != key[:2] for suite in comparison.instance.suites)


def _place(comparison: Comparison, key: Key) -> str:
    names = {site.site_id: site.name for site in comparison.instance.sites}
    suites = {(suite.site_id, suite.suite_id): suite.name for suite in comparison.instance.suites}
    suite = f"{suites[key[:2]]} ({key[1]})" if key[:2] in suites else key[1]
    return f"{names.get(key[0], key[0])}, {suite}"


def _pounds(pence: int) -> str:
    return number_words(pence / PENCE, "gbp")


def _more(pence: int, of: int) -> str:
    share = share_of(abs(pence), of)
    words = "more" if pence > 0 else "less"
    return f"{_pounds(abs(pence))}{'' if share is None else f' ({percent(share)})'} {words}"


def _items(one: Difference) -> str:
    parts = [
        f"{_ITEM_WORDS[item]} {_pounds(charged)}, not {_pounds(registered)}"
        for item, (charged, registered) in one.item_pence.items()
        if abs(charged - registered) >= PENCE
    ]
    return "; ".join(parts)


def _area(one: Difference) -> str:
    if one.charged is None or one.registered is None or one.charged.area_m2 == one.registered.area_m2:
        return ""
    words = f" It charges {one.charged.area_m2:,.6g} m2; the register has {one.registered.area_m2:,.6g} m2"
    if one.unfounded_m2:
        unfounded = f"{one.unfounded_m2:,.6g} m2 ({_pounds(one.unfounded_pence)})"
        words += f", so {unfounded} are neither void nor occupied by the ICB"
    return words + "."


def _last_year(one: Difference) -> str:
    if one.last_year is None or one.change_pence is None:
        return ""
    if not one.change_pence:
        return " Last year it was the same."
    return f" That is {_more(one.change_pence, one.last_year.pence)} than last year."
