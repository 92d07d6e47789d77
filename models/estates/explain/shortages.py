"""The rooms that would be missing if a suite went, in words."""

from __future__ import annotations

from collections.abc import Sequence

from models.estates.formulation.network import Network, build_network
from models.estates.hand_back import Option
from models.estates.instance import EstatesInstance
from models.estates.needs import Shortage, shortage_without, unmet_by_kind
from models.estates.plan import Plan
from models.estates.words import Number, list_words


class Needs:
    """Asks, for one plan, whether its demand would still fit without some suites."""

    def __init__(self, instance: EstatesInstance, plan: Plan) -> None:
        self.network = build_network(instance)
        self._plan = plan
        self._unmet = unmet_by_kind(plan)

    def first_shortage(self, suites: Sequence[str], option: Option) -> Shortage | None:
        """The shortage in the latest period that would lose the suites with a hand-back on the option's day."""
        assert option.date is not None, "a suite that stays leaves no shortage"
        periods = self._plan.instance.periods
        lost = [t for t, period in enumerate(periods) if option.date < period.end_day]
        for period in reversed(lost):
            found = shortage_without(self.network, self._plan, suites, period, self._unmet)
            if found is not None:
                return found
        return None


def shortage_words(network: Network, shortage: Shortage) -> tuple[str, dict[str, Number], dict[str, str]]:
    """A clause about a shortage, with its numbers and names."""
    instance = network.instance
    kinds = {kind.room_type: kind.name.lower() for kind in instance.room_types}
    areas = {area.area_id: area.name for area in instance.areas}
    sites = {site.site_id: site.name for site in instance.sites}
    one_area, one_site = len(shortage.areas) == 1, len(shortage.sites) == 1
    who = "virtual contacts want"
    if shortage.areas:
        who = "{areas} area ({area_names}) wants" if one_area else "{areas} areas ({area_names}) want"
    where = "no other site within reach has such a room."
    if shortage.sites:
        site = "1 site" if one_site else "{sites} sites"
        where = f"the {site} then within reach ({{site_names}}) can hold only {{held:one}}."
    clause = f"from {{year}} {who} {{wanted:one}} hours of {{kind}} a week and {where}"
    numbers: dict[str, Number] = {
        "year": instance.periods[shortage.period].first_year,
        "areas": len(shortage.areas),
        "sites": len(shortage.sites),
        "wanted": shortage.wanted_hours,
        "held": shortage.held_hours,
    }
    names = {
        "kind": kinds[shortage.room_type],
        "area_names": list_words([areas[area] for area in shortage.areas]),
        "site_names": list_words([sites[site] for site in shortage.sites]),
    }
    return clause, numbers, names
