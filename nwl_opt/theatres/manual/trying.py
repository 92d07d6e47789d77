"""One change by hand, tried on a plan and judged at once: what it breaks, and the plan it would leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from models.shared.findings import Finding
from models.theatres.instance import Instance
from models.theatres.plan import Booking, Plan
from nwl_opt.theatres.manual.laying import laid, layouts, place_at, place_for, without
from nwl_opt.theatres.manual.ruling import SET_ASIDE_BY_NAME, SET_ASIDE_KNOWINGLY, errors_of
from nwl_opt.theatres.manual.seating import seated
from nwl_opt.theatres.manual.standing import Standing
from nwl_opt.theatres.manual.wanted import STATE_OF, Wanted, refuse_impossible

_TIMES_OF_DAY = frozenset({"T-08", "T-09", "T-10", "T-14", "T-21", "T-32", "T-33", "T-37"})
"""Rules that another order of the day might keep."""


@dataclass(frozen=True)
class Tried:
    """A change that was tried. `breaks` are the hard rules it would break that were not broken before.

    `no_tests_for` are the patients for whom some test finds no place before their day.
    """

    wanted: Wanted
    reason: str
    set_aside: bool
    before: Standing
    after: Standing
    breaks: tuple[Finding, ...] = ()
    no_tests_for: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that would be broken."""
        return tuple(sorted({one.rule for one in self.breaks}))

    @property
    def never(self) -> tuple[str, ...]:
        """Of these rules, those no reason sets aside."""
        return tuple(rule for rule in self.rules if rule not in SET_ASIDE_BY_NAME | SET_ASIDE_KNOWINGLY)

    @property
    def allowed(self) -> bool:
        """Whether the change may be made: it breaks nothing, or what it breaks is set aside for a reason."""
        return not self.breaks or (self.set_aside and bool(self.reason) and not self.never)

    @property
    def needs_reason(self) -> bool:
        """Whether all that keeps the change from being made is that nobody has said why."""
        return bool(self.breaks) and not self.reason and SET_ASIDE_BY_NAME.issuperset(self.rules)

    @property
    def may_be_set_aside(self) -> bool:
        """Whether the change can be made for a reason, the plan failing its check until it is mended."""
        return bool(self.breaks) and not self.never


def try_change(standing: Standing, wanted: Wanted, reason: str = "", *, set_aside: bool = False) -> Tried:
    """Try one change; nothing is kept. With `set_aside` rules on room and staff may be broken for the reason.

    Raises
    ------
    InputFaults
        If it is no change of this plan: a patient, list or place that is not there.
    """
    refuse_impossible(standing, wanted)
    reason = " ".join(reason.split())
    if wanted.kind in STATE_OF:
        return Tried(wanted, reason, set_aside, standing, _as_firm_as_wanted(standing, wanted))
    tried = [*_ways(standing, wanted, reason, set_aside)]
    return min(tried, key=lambda one: len(one.rules))


def concerned(wanted: Wanted) -> tuple[str, ...]:
    """The patients whose booking is changed by hand."""
    return (wanted.patient_id,) if wanted.other is None else (wanted.patient_id, wanted.other)


def _as_firm_as_wanted(standing: Standing, wanted: Wanted) -> Standing:
    """The same plan with a booking as firm as asked; what was locked in it is, unlocked, as firm as it was before."""
    patient_id, state = wanted.patient_id, STATE_OF[wanted.kind]
    told, before_lock = dict(standing.told), dict(standing.before_lock)
    before = before_lock.pop(patient_id, state)
    if wanted.kind == "lock":
        before_lock[patient_id] = standing.state_of(patient_id)
    elif wanted.kind == "unlock":
        state = before
    told[patient_id] = (standing.list_of[patient_id], state)
    if state == "proposed":
        del told[patient_id]
    return replace(standing, told=told, before_lock=before_lock)


def _ways(standing: Standing, wanted: Wanted, reason: str, set_aside: bool) -> Iterator[Tried]:
    """The change with the times of the day laid in one way after the other, until one breaks nothing."""
    orders, not_before = _orders(standing, wanted)
    moved = _moved(standing, orders, concerned(wanted))
    next_one = _without_ties(standing, wanted, moved, reason)
    list_of = {**{p: at for p, at in standing.list_of.items() if p not in moved}, **_lists(moved)}
    tests, lacking = seated(next_one, list_of, sorted(moved))
    free = wanted.position is None and wanted.start is None
    for times in layouts(next_one.instance, standing.plan.by_list, orders, not_before, order_is_free=free):
        after = replace(next_one, bookings=_bookings(standing, times), new_tests=tests)
        breaks = _new_breaks(standing, after, moved, reason)
        one = Tried(wanted, reason, set_aside, standing, after, breaks, lacking)
        yield one
        if not _TIMES_OF_DAY & set(one.rules):
            return


def _orders(standing: Standing, wanted: Wanted) -> tuple[dict[str, list[str]], dict[str, dt.datetime]]:
    """The patients of every list the change touches, in their new order; and a moment not to begin before."""
    by_list, base, list_of = standing.plan.by_list, standing.base, standing.list_of
    who = concerned(wanted)
    orders = {list_of[p]: without(by_list[list_of[p]], who) for p in who if p in list_of}
    if wanted.other is not None:
        for comes, leaves in (who, who[::-1]):
            order = orders[list_of[leaves]]
            order.insert(place_for(base, list_of[leaves], order, comes), comes)
        return orders, {}
    if wanted.list_id is None:
        return orders, {}
    at, patient_id = wanted.list_id, wanted.patient_id
    order = orders.setdefault(at, without(by_list[at], who))
    if wanted.start is not None:
        moment = dt.datetime.combine(base.lists[at].date, wanted.start)
        order.insert(place_at(by_list[at], patient_id, moment), patient_id)
        return orders, {patient_id: moment}
    place = wanted.position - 1 if wanted.position is not None else place_for(base, at, order, patient_id)
    order.insert(place, patient_id)
    return orders, {}


def _moved(standing: Standing, orders: Mapping[str, list[str]], who: tuple[str, ...]) -> dict[str, str | None]:
    """Of those concerned whose list changes: the list they come to, None for nobody's."""
    now = {p: at for at, order in orders.items() for p in order}
    return {p: now.get(p) for p in who if now.get(p) != standing.list_of.get(p)}


def _lists(moved: Mapping[str, str | None]) -> dict[str, str]:
    return {p: at for p, at in moved.items() if at is not None}


def _without_ties(standing: Standing, wanted: Wanted, moved: Mapping[str, str | None], reason: str) -> Standing:
    """What patients who change lists were told there no longer holds; why they change is written down."""
    told = {p: row for p, row in standing.told.items() if p not in moved}
    reasons = {**standing.reasons, **dict.fromkeys(moved, f"By hand: {reason}." if reason else "By hand.")}
    declined = dict(standing.declined)
    if wanted.kind == "decline":
        declined[wanted.patient_id] = standing.list_of[wanted.patient_id]
        reasons[wanted.patient_id] = f"The patient declines the date{f' ({reason})' if reason else ''}."
    notice = {**standing.notice_days, **(_shorter_notice(standing, moved) if reason else {})}
    gone = {p: b for p, b in standing.bookings.items() if p not in moved}
    stand_in = {p: _somewhere(standing.base, p, at) for p, at in _lists(moved).items()}
    return replace(
        standing,
        bookings={**gone, **stand_in},
        told=told,
        before_lock={p: state for p, state in standing.before_lock.items() if p not in moved},
        reasons=reasons,
        declined=declined,
        notice_days=notice,
    )


def _shorter_notice(standing: Standing, moved: Mapping[str, str | None]) -> dict[str, int]:
    """Who comes to a list sooner than their notice allows, and the days of notice there are."""
    instance, found = standing.instance, dict[str, int]()
    for patient_id, list_id in _lists(moved).items():
        days = (instance.lists[list_id].date - instance.planning_date).days
        if days < instance.patients[patient_id].notice_days:
            found[patient_id] = days
    return found


def _somewhere(instance: Instance, patient_id: str, list_id: str) -> Booking:
    """A booking that stands for a patient on a list until the times of the list are laid."""
    return laid(instance, list_id, [patient_id], {})[0]


def _bookings(standing: Standing, times: Mapping[str, tuple[Booking, ...]]) -> dict[str, Booking]:
    """All bookings after some lists were timed anew."""
    kept = {p: b for p, b in standing.bookings.items() if b.list_id not in times}
    touched = {b.patient_id: b for found in times.values() for b in found}
    return dict(sorted({**kept, **touched}.items()))


def _new_breaks(
    standing: Standing, after: Standing, moved: Mapping[str, str | None], reason: str
) -> tuple[Finding, ...]:
    """The findings the plan had not before.

    Who was told a date keeps it unless somebody says why not: the rule is asked of what was booked before the change.
    """
    known = {(one.rule, one.message) for one in standing.broken}
    found = (
        after.broken if reason or after.declined != standing.declined else errors_of(_as_told(standing, after, moved))
    )
    return tuple(one for one in found if (one.rule, one.message) not in known)


def _as_told(standing: Standing, after: Standing, moved: Mapping[str, str | None]) -> Plan:
    """The plan after the change, the bookings of before still promised."""
    before = standing.instance.existing_bookings
    named = {p: why for p, why in after.instance.named_changes.items() if p not in moved or p in _set_free(standing)}
    existing = {**after.instance.existing_bookings, **{p: before[p] for p in moved if p in before}}
    instance = replace(after.instance, existing_bookings=dict(sorted(existing.items())), named_changes=named)
    return replace(after.plan, instance=instance)


def _set_free(standing: Standing) -> Mapping[str, str]:
    """Patients whose booking of before a reason has set free already."""
    return standing.instance.named_changes
