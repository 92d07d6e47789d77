"""A hand-back tested against a saved plan."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.estates.what_if import Order
from models.estates.what_if.orders import FullOrder, full_order, orders_for_site
from models.shared.faults import Fault, InputFaults
from nwl_opt.estates.saved_estate import SavedEstate, read_saved_estate


@dataclass(frozen=True)
class Tested:
    """A hand-back that was asked for."""

    saved: SavedEstate
    order: FullOrder


def test_handback(run: Path, suites: Sequence[str], site: str | None, day: dt.date) -> Tested:
    """The first answer.

    Raises
    ------
    InputFaults
        If the run cannot be used, or a name is not known.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    saved = read_saved_estate(run)
    orders = orders_of(saved, suites, site, day)
    return Tested(saved, full_order(saved.plan, orders))


def orders_of(saved: SavedEstate, suites: Sequence[str], site: str | None, day: dt.date) -> tuple[Order, ...]:
    """What was asked for, in the names of the instance.

    Raises
    ------
    InputFaults
        If a suite or the site is not known, or none was named.
    """
    instance = saved.instance
    known_suites = [suite.suite_id for suite in instance.suites]
    known_sites = [one.site_id for one in instance.sites]
    faults = [_unknown("--suite", name, known_suites) for name in suites if name not in known_suites]
    if site is not None and site not in known_sites:
        faults.append(_unknown("--site", site, known_sites))
    if not suites and site is None:
        faults.append(Fault("--suite", None, None, "nothing", "must name a suite, or --site a building",
                            f"Suites are in {saved.run.run.folder / 'site_plan.csv'}."))  # fmt: skip
    if faults:
        raise InputFaults(faults)
    named = [Order(name, day) for name in dict.fromkeys(suites)]
    whole = [] if site is None else orders_for_site(instance, site, day)
    return tuple(sorted({*named, *whole}))


def _unknown(option: str, name: str, known: Iterable[str]) -> Fault:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or [one for one in names if name in one][:3]
    hint = f"Did you mean {' or '.join(near)}?" if near else "site_plan.csv of the run lists them."
    what = "a suite" if option == "--suite" else "a site"
    return Fault(option, None, None, name, f"must be {what} of this run", hint)
