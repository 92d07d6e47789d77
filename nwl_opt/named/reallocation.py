"""What finance leads call the aims, figures and baseline of a plan of budgets."""

from __future__ import annotations

from collections.abc import Mapping

from models.reallocation.rules import GAP_SHARE, STAGES_OF_AIM

AIMS: Mapping[str, str] = {
    "years_to_closure": "Years until the gap is closed",
    "unallocated": "Money nobody gets, all years",
    "final_year_gap": "Gap to need in the last year",
    "final_year_gap_share": "Gap to need in the last year, each line as a share of its need",
    "worst_cell_gap": "Largest gap of a borough's line, of its need",
    "peak_growth": "Fastest growth of a borough's line in a year",
    "straight_path": "Distance from a straight path to the last year",
}
AIMS_OF_SEVERAL: Mapping[str, str] = {
    "worst_cell_gap": "Largest gap of those left, level",
    "soft": "What rules that may give way lack, in order",
}
FIGURES: Mapping[str, str] = {
    "final_year_gap": "Gap to need in the last year",
    "gap_closed": "Share of what was missing that is closed",
    "over_need_base_year": "Above need in the base year",
    "over_need_final_year": "Above need in the last year",
    "under_need_final_year": "Below need in the last year",
    "mean_cell_gap": "Mean gap of a borough's line, of its need",
    "worst_cell_gap": "Largest gap of a borough's line, of its need",
    "places_lines_within_1_percent_of_need": "Boroughs' lines within 1 % of need",
    "peak_growth": "Fastest growth of a borough's line in a year",
    "mental_health_growth_a_year": "Growth of mental health a year",
    "moved_against_pro_rata_final_year": "Moved by the last year, against all growing alike",
    "cuts_in_cash": "Boroughs' lines that get less cash than the year before",
    "relief_final_year": "Acute need relieved by community care in the last year",
    "largest_provider_change": "Largest change of a provider in a year, of its income",
    "unallocated_all_years": "Money nobody gets, all years",
    "transition_cost_all_years": "Cost of transition over all years",
}
UNITS: Mapping[str, str] = {
    stage.name: stage.unit for stage in (GAP_SHARE, *(one for stages in STAGES_OF_AIM.values() for one in stages))
}
BASELINES: Mapping[str, str] = {"pro_rata_growth": "All growing alike"}
