"""The settings an estates lead cares about."""

from __future__ import annotations

from nwl_opt.app.kinds import SettingField

SETTINGS: tuple[SettingField, ...] = (
    SettingField("decision_date", "Decision date", "The day on which notice could first be given. Nothing changes "
                 "before it.", "day"),
    SettingField("used_share_ceiling", "Target utilisation", "The largest part of a session's hours that may be used "
                 "clinical hours. A higher target needs fewer rooms.", "percent", minimum=1, maximum=100),
    SettingField("virtual_share_last", "Virtual contacts at the end", "The part of primary care contacts that is "
                 "virtual in the last year of the path.", "percent", minimum=0, maximum=100),
    SettingField("virtual_share_first", "Virtual contacts now", "The part of primary care contacts that is virtual "
                 "in the first year of the path.", "percent", minimum=0, maximum=100),
    SettingField("population_added", "People added", "From the first to the last year of the path, spread over areas "
                 "by their people.", "whole", unit="people", minimum=-1_000_000, maximum=10_000_000),
    SettingField("contact_rate", "Contacts of one person", "Primary care contacts of one person in a year.",
                 unit="contacts a year", minimum=0, maximum=100),
    SettingField("movable_share", "Demand that can be moved", "The part of demand that can be booked into any "
                 "session of the week.", "percent", minimum=0, maximum=100),
    SettingField("travel_mode", "How people travel", "Where the instance does not give the minutes.", "choice",
                 choices=(("public_transport", "Public transport"), ("walk", "On foot"), ("car", "By car"))),
    SettingField("travel_limit_minutes", "Longest journey", "Nobody is sent further than this, one way.", "whole",
                 unit="minutes", minimum=0, maximum=600),
    SettingField("added_minutes_limit", "Added minutes", "From no area does anyone travel more than this beyond the "
                 "nearest site that has the room today.", "whole", unit="minutes", minimum=0, maximum=600),
    SettingField("core20_added_minutes_limit", "Added minutes, Core20 areas", "The same for people of Core20 areas.",
                 "whole", unit="minutes", minimum=0, maximum=600),
    SettingField("minimum_open_sites_per_borough", "Open sites each borough keeps", "Or all it has today, if fewer.",
                 "whole", unit="sites", minimum=0, maximum=1000),
    SettingField("minimum_hand_back_m2", "Smallest hand-back", "Space handed back is at least this large.", "whole",
                 unit="m2", minimum=0, maximum=100_000),
    SettingField("acceptance_months", "Months to acceptance", "From a notice to its acceptance, before the notice "
                 "period begins.", "whole", unit="months", minimum=0, maximum=60),
    SettingField("avoidable_share_part", "Charge that ends with a part", "The part of the ICB's charge that ends "
                 "when part of a building is handed back.", "percent", minimum=1, maximum=100),
    SettingField("moves_gbp_per_m2", "Cost of moving out", "To the ICB, for its own services in a suite it hands "
                 "back or offers.", "whole", unit="£ per m2", minimum=0, maximum=10_000),
    SettingField("open_space_take_up_share", "Open Space sessions taken", "The part of the sessions offered that "
                 "are taken.", "percent", minimum=0, maximum=100),
    SettingField("discount_rate_share", "Discount rate", "The real rate at which later pounds count for less.",
                 "percent", minimum=0, maximum=50),
    SettingField("dispersal_limit_minutes", "Furthest from closed GP premises", "Patients of a closed list are sent "
                 "no further than this from the old premises, one way.", "whole", unit="minutes", minimum=0,
                 maximum=600),
)  # fmt: skip
