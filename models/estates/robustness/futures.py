"""Futures: what may turn out otherwise than assumed, and an instance as it would then be."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

from pydantic import ValidationError

from models.estates.cash import CashBook
from models.estates.entities import Service
from models.estates.formulation.cash_rules import option_cost_gbp
from models.estates.formulation.choices import SuiteChoice
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.settings import EstatesSettings
from models.shared.calendar import add_months
from models.shared.faults import Fault, InputFaults

AS_PLANNED = "as_planned"
SHIPPED = "futures.toml"
_TEXTS = ("name", "assumption", "title", "source", "provenance")
_NUMBERS = {"minutes_per_contact": (1, 600), "late_months": (1, 240), "refused_place": (1, 1000)}
_PROVENANCES = ("plan", "public", "assumption", "synthetic", "local")


@dataclass(frozen=True)
class Future:
    """One thing that turns out otherwise. What is empty or None stays as the instance has it."""

    name: str
    assumption: str
    title: str
    source: str
    provenance: str
    settings: Mapping[str, object] = field(default_factory=dict)
    minutes_per_contact: int | None = None
    late_months: int | None = None
    refused_place: int | None = None


@dataclass(frozen=True)
class Completion:
    """How many hand-backs came of notices given."""

    notices: int
    accepted: int
    handed_back: int
    source: str
    provenance: str

    @property
    def share(self) -> float:
        return self.handed_back / self.notices


@dataclass(frozen=True)
class Futures:
    """All that is looked at: the instance as it stands comes first."""

    futures: tuple[Future, ...]
    completion: Completion


def shipped_futures() -> Futures:
    """The futures that come with the toolkit."""
    return parse_futures(files("models.estates.robustness").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def parse_futures(text: str, origin: str) -> Futures:
    """Futures from a TOML file.

    Raises
    ------
    InputFaults
        If the file is not TOML, or something in it cannot be used: every fault at once.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputFaults([Fault(origin, None, None, str(error), "must be a TOML file", "Correct it.")]) from None
    faults: list[Fault] = []
    listed = content.get("future", [])
    if not isinstance(listed, list):
        faults.append(_fault(origin, "future", listed, "must be a list of tables [[future]]"))
        listed = []
    found = [_future(item, f"{origin}, future {at}", faults) for at, item in enumerate(listed, start=1)]
    names = [future.name for future in found]
    faults += [
        _fault(origin, "name", name, "must stand once") for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if AS_PLANNED in names:
        faults.append(_fault(origin, "name", AS_PLANNED, "must be another name: this one is the instance itself"))
    completion = _completion(content.get("completion"), origin, faults)
    if faults:
        raise InputFaults(faults)
    own = Future(AS_PLANNED, "", "all is as the instance has it", "the instance", "assumption")
    return Futures((own, *found), completion)


def in_future(instance: EstatesInstance, future: Future) -> EstatesInstance:
    """An instance as it would be in a future (days and refusals of hand-backs aside)."""
    changes = dict(future.settings)
    services = instance.services
    if future.minutes_per_contact is not None:
        changes.setdefault("gp_minutes_per_contact", future.minutes_per_contact)
        services = with_minutes(services, future.minutes_per_contact)
    return replace(instance, settings=with_settings(instance.settings, changes), services=services)


def with_settings(settings: EstatesSettings, changes: Mapping[str, object]) -> EstatesSettings:
    """The settings with some of them replaced."""
    return EstatesSettings.model_validate({**settings.model_dump(), **changes}) if changes else settings


def with_minutes(services: tuple[Service, ...], minutes: int) -> tuple[Service, ...]:
    """The services, those face to face by contact rate at so many minutes a contact."""
    return tuple(replace(one, minutes_per_contact=minutes) if _by_contact_rate(one) else one for one in services)


def _by_contact_rate(service: Service) -> bool:
    return service.demand_source == "contact_rate" and not service.is_virtual


def delayed(instance: EstatesInstance, choice: SuiteChoice, months: int) -> SuiteChoice:
    """The same choices of a suite where every hand-back happens so many months later than its notice asks.

    One that would come after the end of the plan keeps its place among the options, and costs what keeping costs.
    """
    book, suite = CashBook(instance), choice.facts.suite
    options = tuple(later(option, months) for option in choice.options)
    costs = tuple(option_cost_gbp(instance, book, suite, _within_plan(instance, option)) for option in options)
    return replace(choice, options=options, costs_gbp=costs)


def later(option: Option, months: int) -> Option:
    """An option whose hand-back, and that of its building, comes so many months later; other uses keep their day."""
    core_date = None if option.core_date is None else add_months(option.core_date, months)
    if option.date is None or not option.is_hand_back:
        return replace(option, core_date=core_date)
    return replace(option, date=add_months(option.date, months), core_date=core_date)


def _within_plan(instance: EstatesInstance, option: Option) -> Option:
    """The option as the plan's cash sees it: what comes after its end does not come."""
    end = instance.periods[-1].end_day

    def seen(day: dt.date | None) -> dt.date | None:
        return None if day is None or day >= end else day

    date = seen(option.date) if option.is_hand_back else option.date
    return replace(option, date=date, core_date=seen(option.core_date))


def _future(item: object, where: str, faults: list[Fault]) -> Future:
    if not isinstance(item, Mapping):
        faults.append(_fault(where, "future", item, "must be a table"))
        return Future("", "", "", "", "assumption")
    known = {*_TEXTS, *_NUMBERS, "settings"}
    faults += [_fault(where, str(key), item[key], "is not known here") for key in sorted(set(item) - known)]
    texts: dict[str, str] = {}
    for key in _TEXTS:
        value = item.get(key)
        texts[key] = value if isinstance(value, str) else ""
        if not texts[key]:
            faults.append(_fault(where, key, "missing" if value is None else value, "must be a text"))
    if texts["provenance"] and texts["provenance"] not in _PROVENANCES:
        faults.append(_fault(where, "provenance", texts["provenance"], f"must be one of {', '.join(_PROVENANCES)}"))
    numbers = {key: _number(item, key, where, faults) for key in _NUMBERS}
    return Future(
        texts["name"],
        texts["assumption"],
        texts["title"],
        texts["source"],
        texts["provenance"],
        _settings(item.get("settings", {}), where, faults),
        numbers["minutes_per_contact"],
        numbers["late_months"],
        numbers["refused_place"],
    )


def _number(item: Mapping[str, object], key: str, where: str, faults: list[Fault]) -> int | None:
    value, (low, high) = item.get(key), _NUMBERS[key]
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high):
        return value if isinstance(value, int) else None
    faults.append(_fault(where, key, value, f"must be a whole number from {low} to {high}"))
    return None


def _settings(value: object, where: str, faults: list[Fault]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        faults.append(_fault(where, "settings", value, "must be a table of settings"))
        return {}
    try:
        EstatesSettings.model_validate(dict(value))
    except ValidationError as error:
        for one in error.errors():
            name = ".".join(str(part) for part in one["loc"])
            faults.append(_fault(where, f"settings.{name}", one["input"], one["msg"]))
    return dict(value)


def _completion(value: object, origin: str, faults: list[Fault]) -> Completion:
    where = f"{origin}, completion"
    item = value if isinstance(value, Mapping) else {}
    counts = [item.get(key) for key in ("notices", "accepted", "handed_back")]
    whole = [count for count in counts if isinstance(count, int) and not isinstance(count, bool)]
    if len(whole) < 3 or not 0 <= whole[2] <= whole[1] <= whole[0] or whole[0] == 0:
        faults.append(
            _fault(
                where,
                "notices, accepted, handed_back",
                counts,
                "must be whole numbers, none above the one before it, and at least one notice",
            )
        )
        return Completion(1, 1, 1, "", "assumption")
    return Completion(
        whole[0], whole[1], whole[2], str(item.get("source", "")), str(item.get("provenance", "assumption"))
    )


def _fault(where: str, key: str, found: object, expected: str) -> Fault:
    return Fault(where, None, key, str(found), expected, "Correct it.")
