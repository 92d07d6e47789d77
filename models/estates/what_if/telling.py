"""An answer in plain words: pounds, dates, patients, and the rule that binds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from models.estates.demand import NOWHERE
from models.estates.explain.shortages import shortage_words
from models.estates.measures import MOST_DEPRIVED_QUINTILE
from models.estates.rules import BY_ID, id_and_name
from models.estates.what_if.answer import Answer
from models.estates.what_if.comparison import tells_nothing_of_people
from models.estates.what_if.details import Details
from models.estates.what_if.effects import WEEK, Move
from models.estates.what_if.refusals import Refusal
from models.estates.what_if.shortages import TOO_FEW_ROOMS
from models.estates.words import day_words, list_words, tell
from models.shared.problem import Explanation


def first_words(details: Details) -> Iterator[Explanation]:
    """What is said at once."""
    answer = details.answer
    yield _verdict(answer)
    for refusal in answer.refusals:
        yield _refusal(answer, refusal)
    yield from _missing(details)
    if answer.after is None:
        yield _cost_of_keeping(answer)
    else:
        yield from _company(answer)
        yield from _sooner(answer)
        if _changes_plan(answer):
            yield _against_plan(answer)
        yield _money(details)
        yield _payback(details)
        yield from _patients(details)


def named(answer: Answer) -> str:
    """What was asked for, by the names people know: `Meadows, first floor and second floor`."""
    instance = answer.saved.instance
    names = {order.suite_id: full_name(answer, order.suite_id) for order in answer.asked.asked}
    for site in instance.sites:
        if site.core_suite in names:
            names = {s: name for s, name in names.items() if instance.suite(s).site_id != site.site_id}
            names[site.core_suite] = f"{site.name}, the whole building"
    return " and ".join(names[suite] for suite in sorted(names))


def full_name(answer: Answer, suite_id: str) -> str:
    """`Meadows, first floor`."""
    suite = answer.saved.instance.suite(suite_id)
    return f"{answer.saved.instance.site(suite.site_id).name}, {suite.name}"


def whole_or_part(answer: Answer, suite_id: str) -> str:
    """`Meadows, first floor`; by its core suite `Meadows, the whole building`."""
    site = answer.saved.instance.site(answer.saved.instance.suite(suite_id).site_id)
    return f"{site.name}, the whole building" if site.core_suite == suite_id else full_name(answer, suite_id)


def _verdict(answer: Answer) -> Explanation:
    asked = day_words(answer.asked.day)
    day = "" if answer.day is None else day_words(answer.day)
    template = {
        "yes": "Yes: {what} can be handed back on {asked}{against}.",
        "later": "Not on {asked}{unless}: {what} can be handed back from {day}{against}.",
        "no": "No: {what} cannot be handed back on {asked}, nor on any later day of the plan{unless}.",
    }[answer.verdict]
    unless = ", with all else as the plan has it" if answer.shortages or answer.rules else ""
    return tell(
        f"estates.test.{answer.verdict}",
        template,
        {"suites": len(answer.order.dates)},
        rule=answer.refusals[0].rule if answer.refusals else next(iter(answer.rules), ""),
        headline=True,
        names={"what": named(answer), "asked": asked, "day": day, "unless": unless, "against": _comparison(answer)},
    )


def _comparison(answer: Answer) -> str:
    """What all figures compare: with the plan, or where that does it already, with the plan without it."""
    if answer.after is None or not answer.already:
        return ", and what follows is for that day" if answer.verdict == "later" else ""
    days = list_words([day_words(day) for day in sorted(set(answer.already.values()))])
    does = f"; the plan hands it back on {days}" if _changes_plan(answer) else ", as the plan does already"
    return f"{does}. All figures compare with the same plan without this hand-back{_kept_in_it(answer)}"


def _kept_in_it(answer: Answer) -> str:
    """What becomes of the suites in the plan without the hand-back, where that is not plain."""
    then, now = answer.without.hand_backs, answer.saved.hand_backs
    told = [
        f"{full_name(answer, suite)} goes with its building on {day_words(then[suite])} all the same"
        for suite in answer.already
        if suite in then
    ]
    told += [
        f"{full_name(answer, suite)}, which cannot go before the floor above, "
        + (f"goes on {day_words(then[suite])}" if suite in then else "is kept too")
        for suite in sorted(now)
        if suite not in answer.already and then.get(suite) != now[suite]
    ]
    return f", in which {'; '.join(told)}" if told else ""


def _refusal(answer: Answer, refusal: Refusal) -> Explanation:
    told = refusal.from_day is None or refusal.change.startswith("from ")
    later = "" if told else " By this rule it could go from {day}."
    return tell(
        "estates.test.refusal",
        "{rule}: {suite}: {why}. What would change it: {change}." + later,
        {"m2": answer.saved.instance.suite(refusal.suite_id).area_m2},
        rule=refusal.rule,
        where=f"suites.csv, {refusal.suite_id}",
        headline=True,
        names={
            "rule": id_and_name(refusal.rule),
            "suite": full_name(answer, refusal.suite_id),
            "why": refusal.why,
            "change": refusal.change,
            "day": "" if refusal.from_day is None else day_words(refusal.from_day),
        },
    )


def _missing(details: Details) -> Iterator[Explanation]:
    """The people who would have no room on the day asked for, and the rules that say so."""
    answer = details.answer
    for shortage in answer.shortages:
        sentence, numbers, names = shortage_words(details.what_if.network, shortage)
        yield tell("estates.test.shortage", "Not enough rooms on that day: " + sentence, numbers,
                   rule="E-06" if shortage.sites or not shortage.areas else "E-23", headline=True,
                   names=names)  # fmt: skip
    if TOO_FEW_ROOMS in answer.rules:
        yield tell(
            "estates.test.rules",
            "There are too few rooms, wherever they stand and however the week is filled: no rule of access or of "
            "sessions that is given up would make it possible.",
            {"rules": 0},
            rule=TOO_FEW_ROOMS,
            headline=True,
        )
    elif answer.rules:
        one = len(answer.rules) == 1
        listed = "; ".join(f"{id_and_name(rule)} ({BY_ID[rule].sentence})" for rule in answer.rules)
        yield tell(
            "estates.test.rules",
            f"{'The rule that stands' if one else 'The rules that together stand'} against it: {{listed}} Without "
            f"{'it' if one else 'any one of them'} it could be done, all else as in the plan.",
            {"rules": len(answer.rules)},
            rule=answer.rules[0],
            headline=True,
            names={"listed": listed},
        )


def _cost_of_keeping(answer: Answer) -> Explanation:
    """What the space that cannot go costs, and what of that the ICB pays, at the state of the day asked for.

    It is all that would go by the order, so of a whole building every suite, but for what the plan has handed back by
    then.
    """
    book, instance = answer.saved.cash_book, answer.saved.instance
    gone = {suite for suite, day in answer.saved.hand_backs.items() if day <= answer.asked.day}
    gone -= {order.suite_id for order in answer.asked.asked}
    suites = [instance.suite(suite) for suite in answer.asked.dates if suite not in gone]
    return tell(
        "estates.test.cost_of_keeping",
        "Kept, it costs {charge:gbp} a year ({m2:count} m2), of which the ICB pays {icb:gbp} from {day}.",
        {
            "charge": sum(suite.annual_charge_gbp for suite in suites),
            "m2": sum(suite.area_m2 for suite in suites),
            "icb": sum(book.icb_annual_charge_gbp(suite, answer.asked.day) for suite in suites),
        },
        rule="E-27",
        names={"day": day_words(answer.asked.day)},
    )


def _company(answer: Answer) -> Iterator[Explanation]:
    """What goes with it unasked, and what has to stay because of it."""
    why = {"E-20": "with its core suite the whole building goes", "E-19": "parts go from the top floor down"}
    for suite, rule in answer.order.added.items():
        yield tell("estates.test.with_it", "With it goes {suite} on {day}, for {why}.", {"suites": 1}, rule=rule,
                   headline=True, names={"suite": full_name(answer, suite),
                                         "day": day_words(answer.order.dates[suite]), "why": why[rule]})  # fmt: skip
    if answer.stays:
        listed = list_words([full_name(answer, suite) for suite in answer.stays])
        yield tell("estates.test.stays", "So that everybody has a room, {listed} would have to be kept, which the "
                   "plan hands back.", {"suites": len(answer.stays)}, rule="E-06", headline=True,
                   names={"listed": listed})  # fmt: skip


def _sooner(answer: Answer) -> Iterator[Explanation]:
    """What goes before the day that is told, so that savings begin sooner than it."""
    order = answer.order
    for suite, day in order.dates.items():
        if day < order.day and suite not in order.added:
            yield tell("estates.test.sooner", "{suite} goes before that, on {day}.", {"suites": 1}, rule="E-20",
                       headline=True, names={"suite": full_name(answer, suite), "day": day_words(day)})  # fmt: skip


def _against_plan(answer: Answer) -> Explanation:
    more = answer.npv_against_plan_gbp or 0.0
    return tell(
        "estates.test.against_plan",
        f"The plan with it costs the ICB {{gap:gbp}} {side_words(more)} at present value than the saved plan.",
        {"gap": abs(more)},
        rule="E-29",
        headline=True,
    )


def _changes_plan(answer: Answer) -> bool:
    return answer.after is not None and answer.after.hand_backs != answer.saved.hand_backs


def _money(details: Details) -> Explanation:
    answer, cash = details.answer, details.cash
    last = cash[-1]
    full = next((year for year in cash if answer.day is not None and year.year > _year_of(answer)), last)
    saved = {
        "yearly": full.icb_saved_gbp,
        "last_yearly": last.icb_saved_gbp,
        "total": sum(year.icb_saved_gbp for year in cash),
        "npv": answer.npv_gbp or 0.0,
        "system": sum(year.system_saved_gbp for year in cash),
    }
    side = {name: "less" if gbp >= 0 else "more" for name, gbp in saved.items()}
    once = "One-off payment {once:gbp}." if details.once.gbp >= 0 else "One-off payments are {once:gbp} less."
    return tell(
        "estates.test.money",
        f"{once} The ICB pays {{yearly:gbp}} {side['yearly']} in {{full}} and {{last_yearly:gbp}} "
        f"{side['last_yearly']} in {{last}}; {{total:gbp}} {side['total']} over the plan, {{npv:gbp}} {side['npv']} "
        f"at present value. The system as a whole pays {{system:gbp}} {side['system']} over the plan.",
        {
            "once": abs(details.once.gbp),
            "full": full.year,
            "last": last.year,
            **{name: abs(gbp) for name, gbp in saved.items()},
        },
        rule="E-27",
        where="savings.csv",
        headline=True,
    )


def _year_of(answer: Answer) -> str:
    """The financial year of the day on which it can be done."""
    assert answer.day is not None, "only answers with a plan have figures"
    first = answer.day.year - (answer.day.month < 4)
    return f"{first}/{(first + 1) % 100:02d}"


def _payback(details: Details) -> Explanation:
    found = details.payback
    assert found is not None, "only answers with a plan have figures"
    if found.month is None or found.months is None:
        return tell("estates.test.no_payback", "It is never paid back within the plan: at the worst {out:gbp} is out "
                    "of pocket.", {"out": found.most_out_gbp}, rule="E-26", headline=True)  # fmt: skip
    order = details.answer.order
    together = ", all its suites together" if len(order.dates) > 1 else ""
    rest = f", and stays ahead when the rest goes on {day_words(order.day)}" if order.day > found.month else ""
    return tell(
        "estates.test.payback",
        "It has paid for itself by the end of {month}, in month {months} counted from {first}, the first in which "
        f"the ICB pays otherwise{together}{rest}; {{out:gbp}} is out of pocket at the most.",
        {"months": found.months, "out": found.most_out_gbp},
        rule="E-26",
        headline=True,
        names={"month": f"{found.month:%B %Y}", "first": f"{found.first:%B %Y}"},
    )


def _patients(details: Details) -> Iterator[Explanation]:
    """Who goes elsewhere in the busiest of the periods in which most do."""
    base = "without it" if details.answer.already else "in the plan"
    moved = [move for move in details.moves if NOWHERE not in (move.area_id, move.from_site, move.to_site)]
    if not moved:
        same = tells_nothing_of_people(details.answer.saved, details.answer.without)
        why = ": the building goes in the same period all the same. Who goes elsewhere then, a test of the whole " \
              "building tells" if same else ""  # fmt: skip
        yield tell("estates.test.nobody_moves", f"Nobody has to go elsewhere than {base}{why}.", {"contacts": 0},
                   rule="E-23", headline=True)  # fmt: skip
        return
    instance = details.answer.saved.instance
    worst, here = _most_moved(moved)
    minutes = details.what_if.network.minutes
    fifth = {area.area_id for area in instance.areas if area.imd_quintile == MOST_DEPRIVED_QUINTILE}
    contacts = math.fsum(move.contacts for move in here)
    further = math.fsum(
        move.contacts * (minutes[move.area_id, move.to_site] - minutes[move.area_id, move.from_site]) for move in here
    )
    names = {area.area_id: area.name for area in instance.areas}
    sites = {site.site_id: site.name for site in instance.sites}
    to_sites: dict[str, float] = {}
    for move in here:
        to_sites[move.to_site] = to_sites.get(move.to_site, 0.0) + move.contacts
    yield tell(
        "estates.test.patients",
        f"In the period from {{year}} {{contacts:count}} contacts a year take place elsewhere than {base}, mostly at "
        "{to}, from {areas} areas ({area_names}); on average {minutes:one} minutes "
        + ("further" if further >= 0 else "nearer")
        + ", {deprived:percent} of them from the most deprived fifth.",
        {
            "year": instance.periods[worst].first_year,
            "contacts": contacts,
            "areas": len({move.area_id for move in here}),
            "minutes": abs(further) / contacts,
            "deprived": math.fsum(m.contacts for m in here if m.area_id in fifth) / contacts,
        },
        rule="E-23",
        where="moves.csv",
        headline=True,
        names={
            "to": list_words([sites[site] for site in sorted(to_sites, key=lambda site: (-to_sites[site], site))]),
            "area_names": list_words([names[area] for area in sorted({move.area_id for move in here})]),
        },
    )


def fuller_words(details: Details) -> Iterator[Explanation]:
    """Which rooms get fuller over the week, in the first of the periods in which most people move."""
    moved = [move for move in details.moves if NOWHERE not in (move.area_id, move.from_site, move.to_site)]
    if not moved:
        return
    instance = details.answer.saved.instance
    year = instance.periods[_most_moved(moved)[0]].first_year
    gains: list[tuple[float, str]] = []
    for one in details.fullness:
        before, then = one.used_without_share, one.used_with_share
        if one.year == year and one.slot == WEEK and before is not None and then is not None and then > before:
            room = f"{instance.site(one.site_id).name} {one.room_type} {before:.0%} to {then:.0%}"
            gains.append((before - then, room))
    if gains:
        yield tell(
            "estates.test.fuller",
            "From {year} the use of {rooms} kinds of rooms rises over the week: {listed}.",
            {"year": year, "rooms": len(gains)},
            rule="E-06",
            where="utilisation.csv",
            headline=True,
            names={"listed": list_words([room for _, room in sorted(gains)], most=8)},
        )


def _most_moved(moved: Sequence[Move]) -> tuple[int, list[Move]]:
    """The first of the periods in which most people move, and their moves."""
    by_period: dict[int, list[Move]] = {}
    for move in moved:
        by_period.setdefault(move.period, []).append(move)
    worst = max(by_period, key=lambda period: (math.fsum(m.contacts for m in by_period[period]), -period))
    return worst, by_period[worst]


def side_words(gbp: float) -> str:
    """Which way an amount over another one goes."""
    return "more" if gbp >= 0 else "less"
