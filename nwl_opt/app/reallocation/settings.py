"""The settings a finance lead cares about, on the form before a solve and where other values are tried."""

from __future__ import annotations

from nwl_opt.app.kinds import SettingField

_A_YEAR = "% a year"

TRIED = (
    SettingField("growth_share", "Growth of the allocation",
                 "By how much the allocation grows each year before convergence.",
                 "percent", _A_YEAR, -5, 10, 0.1),
    SettingField("mh_growth_cap_share", "Cap on mental health growth",
                 "No borough's mental health grows faster than this: what can be recruited. 100 is no cap.",
                 "percent", _A_YEAR, 0, 100, 0.5),
    SettingField("pace_floor_growth_share", "Floor under every line",
                 "No borough's line grows by less. 0 means no cash cut; -2 allows a cut of 2 % a year.",
                 "percent", _A_YEAR, -20, 10, 0.5),
    SettingField("turnover_band_share", "Band of a provider",
                 "By how much of its income what a provider is paid may rise or fall in a year.",
                 "percent", "% of its income", 0, 100, 0.5),
    SettingField("reserve_share", "Reserve",
                 "Held back every year before need is shared out.",
                 "percent", "% of the money in scope", 0, 10, 0.1),
    SettingField("transition_fund_share", "Transition fund",
                 "Set aside every year for running old beside new; a fund too small can leave no plan.",
                 "percent", "% of the money in scope", 0, 10, 0.1),
)  # fmt: skip
"""Those that are tried on the page that answers at once."""

SETTINGS = (
    *TRIED,
    SettingField("aim", "What comes first",
                 "The order of aims: each is solved to its proven best before the next.",
                 "choice", choices=(
                     ("close_the_gap", "The smallest gap, then fair, then gentle"),
                     ("least_disruption", "The gentlest change at the closure that is required"),
                     ("fastest_closure", "The earliest year in which the gap can be closed"),
                 )),
    SettingField("required_closure_share", "Closure that is required",
                 "How much of the opening gap must be closed in the last year; 0 asks for none.",
                 "percent", "% of the opening gap", 0, 100, 5),
    SettingField("cost_uplift_share", "Rise of prices and pay",
                 "What keeping today's volume costs more each year, before productivity.",
                 "percent", _A_YEAR, -5, 15, 0.1),
    SettingField("productivity_share", "Normal productivity",
                 "What is saved on that rise each year; it keeps volume, not cash.",
                 "percent", _A_YEAR, -5, 10, 0.1),
    SettingField("delivered_efficiency_share", "Break-even efficiency delivered",
                 "What is delivered of the cash-releasing efficiency asked for; what is missing comes off first.",
                 "percent", _A_YEAR, 0, 10, 0.1),
    SettingField("community_chc_need_share", "Need for community and continuing healthcare",
                 "Their share of all need; not published, between 12 and 25 % is plausible.",
                 "percent", "% of need", 0, 90, 0.5),
)  # fmt: skip
"""All of the form; every other setting stays as the instance has it."""
