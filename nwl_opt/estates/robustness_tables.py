"""The tables of a study of robustness."""

from __future__ import annotations

from collections.abc import Mapping

from models.estates.instance import EstatesInstance
from models.estates.robustness.ceiling import Ceiling
from models.estates.robustness.regret import BestThere, Regret
from models.estates.robustness.study import Study
from models.estates.robustness.switching import End
from nwl_opt.estates.result_folder import ResultTable, plain, whole, yes_no


def study_tables(study: Study, instance: EstatesInstance) -> Mapping[str, ResultTable]:
    """Every table of a study, by the name of its file."""
    return {
        "futures": _futures(study),
        "plans": _plans(study),
        "regret": _regret(study),
        "switching_values": _switching(study),
        "hand_back_switching": _hand_backs(study, instance),
        "ceiling": _ceiling(study.ceiling),
        "rooms_beyond_need": _rooms(study.ceiling),
    }


def _futures(study: Study) -> ResultTable:
    rows = tuple(_future_row(best) for best in study.table.bests)
    return ResultTable(
        ("future", "assumption", "title", "setting", "source", "provenance", "best_plan", "unmet_contacts", "npv_gbp",
         "npv_bound_gbp", "proved"),
        rows,
    )  # fmt: skip


def _future_row(best: BestThere) -> tuple[str, ...]:
    future, answer = best.future, best.answer
    changes = [f"{name} = {value}" for name, value in sorted(future.settings.items())]
    if future.minutes_per_contact is not None:
        changes.append(f"minutes_per_contact = {future.minutes_per_contact}")
    if future.late_months is not None:
        changes.append(f"late_months = {future.late_months}")
    if future.refused_place is not None:
        changes.append(f"refused: {best.refused_site or 'nothing is handed back'}")
    return (
        future.name, future.assumption, future.title, "; ".join(changes), future.source, future.provenance,
        best.plan or "", whole(answer.unmet_contacts), whole(answer.npv_gbp), whole(answer.npv_bound_gbp),
        yes_no(answer.is_proved),
    )  # fmt: skip


def _plans(study: Study) -> ResultTable:
    rows = []
    for plan in study.table.plans:
        one = study.table.standing(plan.name)
        uses = [option.use for option in plan.options.values() if option.date is not None]
        rows.append(
            (
                plan.name, " ".join(plan.best_in), str(len(plan.hand_backs)), str(uses.count("open_space")),
                str(uses.count("conversion")), " ".join(one.impossible_in), " ".join(one.short_in),
                whole(one.worst_unmet_above), whole(one.worst_npv_above_gbp), one.worst_npv_future,
                yes_no(one.plan == study.table.least.plan),
            )
        )  # fmt: skip
    return ResultTable(
        ("plan", "best_in", "hand_backs", "open_space", "conversions", "impossible_in", "short_in",
         "worst_unmet_above_best_contacts", "worst_npv_above_best_gbp", "worst_npv_future", "least_maximum_regret"),
        tuple(rows),
    )  # fmt: skip


def _regret(study: Study) -> ResultTable:
    rows = tuple(
        (
            one.plan, one.future, standing_word(one), whole(one.unmet_contacts), whole(one.npv_gbp),
            whole(one.unmet_above), whole(one.npv_above_gbp),
        )
        for one in study.table.regrets
    )  # fmt: skip
    return ResultTable(
        ("plan", "future", "standing", "unmet_contacts", "npv_gbp", "unmet_above_best_contacts",
         "npv_above_best_gbp"),
        rows,
    )  # fmt: skip


def standing_word(one: Regret) -> str:
    """Whether a plan fits a future: fits, short of rooms, or impossible."""
    if not one.is_possible:
        return "impossible"
    return "fits" if one.fits else "short"


def _switching(study: Study) -> ResultTable:
    rows = []
    for value in study.switching:
        one = value.assumption
        for way, end in (("down", value.down), ("up", value.up)):
            rows.append((one.name, one.title, one.unit, plain(value.planned), way, plain(end.holds_at),
                         plain(end.fails_at), end.gives, _today(end), plain(one.tolerance)))  # fmt: skip
    return ResultTable(
        ("assumption", "title", "unit", "planned", "way", "holds_at", "fails_at", "gives_way", "today_fails_too",
         "tolerance"),
        tuple(rows),
    )  # fmt: skip


def _today(end: End) -> str:
    return "" if end.fails_at is None else yes_no(end.today_too)


def _hand_backs(study: Study, instance: EstatesInstance) -> ResultTable:
    sites = {site.site_id: site.name for site in instance.sites}
    rows = tuple(
        (
            one.suite_id, sites[one.site_id], str(one.option.date), one.option.extent or "",
            whole(one.saving_npv_gbp), whole(one.expected_npv_gbp), plain(one.least_avoidable_share, 3),
            whole(one.most_months_late), plain(one.payment_times, 1),
        )
        for one in study.hand_backs
    )  # fmt: skip
    return ResultTable(
        ("suite_id", "site", "date", "extent", "saving_npv_gbp", "expected_npv_gbp", "pays_from_avoidable_share",
         "pays_up_to_months_late", "pays_up_to_payment_times"),
        rows,
    )  # fmt: skip


def _ceiling(one: Ceiling) -> ResultTable:
    rows = (
        ("rooms_beyond_need", str(one.rooms_beyond), "rooms", "rooms today less those needed if all sites were one"),
        ("charge_per_room", str(one.charge_per_room_gbp), "gbp a year", "all charges over all rooms"),
        ("most_by_rooms", str(one.rooms_gbp_per_year), "gbp a year", "rooms beyond need x charge per room"),
        ("most_by_eligibility", str(one.eligible_gbp_per_year), "gbp a year",
         "what the ICB pays today for the avoidable part of suites that may be handed back"),
        ("most_by_eligibility_npv", whole(one.eligible_npv_gbp), "gbp",
         "best hand-back of every suite that may go, nobody in need of it"),
        ("today_npv", whole(one.today_npv_gbp), "gbp", "net present cost if nothing changes"),
        ("most_by_relaxation_npv", whole(one.relaxed_gbp), "gbp", "today's cost less the relaxation's"),
        ("most_npv", whole(one.bound_gbp), "gbp", "today's cost less the proven bound: no plan saves more"),
        ("plan_npv", whole(one.plan_gbp), "gbp", "what the plan saves"),
        ("plan_share_of_most", plain(one.reached_share, 5), "share", "what the plan saves of the most"),
    )  # fmt: skip
    return ResultTable(("measure", "value", "unit", "meaning"), rows)


def _rooms(one: Ceiling) -> ResultTable:
    rows = tuple((k.room_type, str(k.rooms), str(k.needed), str(k.beyond)) for k in one.kinds)
    return ResultTable(("room_type", "rooms", "needed", "beyond"), rows)
