"""The ranking of hand-backs of a saved plan, and the plans next best to it: as tables and as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.ranking.alternatives import AlternativePlan, Change, alternatives
from models.estates.ranking.candidates import Candidate
from models.estates.ranking.ranking import Ranked, Ranking, rank
from models.estates.rules import id_and_name
from models.estates.words import day_words, gbp_words, list_words
from models.shared.problem import SolveOptions
from nwl_opt.estates.result_folder import ResultTable, plain, refuse_folder, whole, write_results, yes_no
from nwl_opt.estates.saved_estate import KIND, read_saved_estate

Tell = Callable[[str], None]
_TOLD = 5


@dataclass(frozen=True)
class RankingMade:
    """A ranking in numbers and in words."""

    instance: EstatesInstance
    ranking: Ranking
    sentences: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class AlternativesMade:
    """The next best plans in numbers and in words."""

    instance: EstatesInstance
    plans: tuple[AlternativePlan, ...]
    sentences: tuple[str, ...]
    files: tuple[Path, ...]


def make_ranking(
    run: Path, exact: int, pairs: bool, confirm: int, out: Path | None, seed: int, tell: Tell
) -> RankingMade:
    """Rank the hand-backs of the instance of a run.

    Raises
    ------
    InputFaults
        If the run or the folder cannot be used.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_folder(out, run)
    saved = read_saved_estate(run)
    made = rank(saved.plan, SolveOptions(seed=seed), exact=exact, pairs=pairs, confirm=confirm, tell=tell)
    sentences = tuple(_ranking_sentences(made, saved.instance))
    files: tuple[Path, ...] = ()
    if out is not None:
        answer = {"kind": KIND, "verb": "rank", "run": run.name, "instance": saved.instance.title, "seed": seed,
                  "sentences": list(sentences)}  # fmt: skip
        files = write_results(out, answer, ranking_tables(made, saved.instance))
    return RankingMade(saved.instance, made, sentences, files)


def make_alternatives(
    run: Path, within_percent: float, count: int, all_changes: bool, out: Path | None, seed: int, tell: Tell
) -> AlternativesMade:
    """The plans next best to that of a run.

    Raises
    ------
    InputFaults
        If the run or the folder cannot be used.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    refuse_folder(out, run)
    saved = read_saved_estate(run)
    options = SolveOptions(seed=seed)
    plans = alternatives(
        saved.plan, options, within_share=within_percent / 100, count=count, all_changes=all_changes, tell=tell
    )
    sentences = tuple(_alternatives_sentences(plans, saved.instance, within_percent, count))
    files: tuple[Path, ...] = ()
    if out is not None:
        answer = {"kind": KIND, "verb": "alternatives", "run": run.name, "instance": saved.instance.title,
                  "seed": seed, "within_percent": within_percent, "sentences": list(sentences)}  # fmt: skip
        files = write_results(out, answer, alternatives_tables(plans))
    return AlternativesMade(saved.instance, plans, sentences, files)


def candidate_words(candidate: Candidate, instance: EstatesInstance) -> str:
    """A hand-back as people call it."""
    site = instance.site(candidate.site_id).name
    if candidate.suite_id is None:
        return f"{site}, the whole building"
    above = len(candidate.suites) - 1
    more = "" if not above else f" with {above} suite{'s' if above > 1 else ''} above"
    return f"{site}, {instance.suite(candidate.suite_id).name}{more}"


def ranking_tables(made: Ranking, instance: EstatesInstance) -> Mapping[str, ResultTable]:
    """Every table of a ranking, by the name of its file."""
    rows = tuple(_ranked_row(at, one, instance) for at, one in enumerate(made.ranked, start=1))
    sites = {site.site_id: site.name for site in instance.sites}
    return {
        "hand_back_ranking": ResultTable(
            ("rank", "name", "site", "extent", "suites", "in_plan", "date", "saving_npv_bound_gbp",
             "saving_npv_gbp", "proved", "one_off_gbp", "payback_months", "contacts_moved_per_year",
             "added_minutes_each", "worth_to_plan_gbp", "cost_to_plan_gbp", "binding_rule"),
            rows,
        ),
        "refused": ResultTable(
            ("suite_id", "site", "most_binding_rule", "all_rules"),
            tuple(
                (one.suite_id, sites[one.site_id], one.most_binding, "; ".join(id_and_name(r) for r in one.rules))
                for one in made.refused
            ),
        ),
        "pairs": ResultTable(
            ("first", "second", "saving_npv_gbp", "proved"),
            tuple((one.first, one.second, whole(one.exact_gbp), yes_no(one.is_proved)) for one in made.pairs),
        ),
        "confirmed": ResultTable(
            ("name", "ranked_saving_npv_gbp", "confirmed_saving_npv_gbp", "ranked_to_plan_gbp",
             "confirmed_to_plan_gbp"),
            tuple(
                (one.name, whole(one.ranked_gbp), whole(one.confirmed_gbp), whole(one.ranked_to_plan_gbp),
                 whole(one.confirmed_to_plan_gbp))
                for one in made.confirmations
            ),
        ),
    }  # fmt: skip


def alternatives_tables(plans: tuple[AlternativePlan, ...]) -> Mapping[str, ResultTable]:
    """Every table of the next best plans, by the name of its file."""
    rows = tuple(
        (str(one.place), whole(one.npv_gbp), whole(one.npv_gbp - plans[0].npv_gbp), whole(one.npv_bound_gbp),
         yes_no(one.is_proved), yes_no(one.hands_back_as_the_plan), str(len(one.changes)), _changes(one.more),
         _changes(one.less), plain(one.travel_minutes, 3), whole(one.contacts_moved_per_year))
        for one in plans
    )  # fmt: skip
    changes = tuple(
        (str(one.place), option.suite_id, option.use, str(option.date), option.extent or "")
        for one in plans
        for option in sorted(one.dates, key=lambda option: option.suite_id)
    )
    return {
        "alternatives": ResultTable(
            ("place", "npv_gbp", "above_best_gbp", "npv_bound_gbp", "proved", "hands_back_as_the_plan", "changes",
             "not_in_the_plan", "only_in_the_plan", "travel_minutes", "contacts_moved_per_year"),
            rows,
        ),
        "alternative_changes": ResultTable(("place", "suite_id", "use", "date", "extent"), changes),
    }  # fmt: skip


def _changes(changes: tuple[Change, ...]) -> str:
    return "; ".join(f"{name} {what}" for name, what in changes)


def _ranked_row(at: int, one: Ranked, instance: EstatesInstance) -> tuple[str, ...]:
    candidate = one.candidate
    worth, cost = (one.to_plan_gbp, None) if one.in_plan else (None, one.to_plan_gbp)
    return (
        str(at), candidate.name, instance.site(candidate.site_id).name, "whole" if candidate.is_building else "part",
        " ".join(candidate.suites), yes_no(one.in_plan), "" if one.date is None else one.date.isoformat(),
        whole(candidate.bound_gbp), whole(one.exact_gbp), yes_no(one.is_proved) if one.is_exact else "",
        whole(one.one_off_gbp), plain(one.payback_months, 1), whole(one.contacts_moved_per_year),
        plain(one.added_minutes, 1), whole(worth), whole(cost), one.binding,
    )  # fmt: skip


def _ranking_sentences(made: Ranking, instance: EstatesInstance) -> Iterator[str]:
    exact = [one for one in made.ranked if one.is_exact]
    for at, one in enumerate(exact[:_TOLD], start=1):
        assert one.date is not None and one.one_off_gbp is not None, "what is exact has a day and a payment"
        payback = "" if one.payback_months is None else f", paid back in {one.payback_months:.1f} months"
        yield (
            f"{at}. {candidate_words(one.candidate, instance)}, on {day_words(one.date)}: saves "
            f"{gbp_words(one.exact_gbp or 0.0)} at net present value on its own "
            f"({'proved' if one.is_proved else 'not proved'}), {gbp_words(one.one_off_gbp)} one-off{payback}; "
            f"{_moved(one)}; {_in_plan(one)}."
        )
    unfit = [one for one in made.ranked if one.binding]
    if unfit:
        names = [f"{candidate_words(one.candidate, instance)} ({one.binding})" for one in unfit]
        yield f"Cannot be fitted in: {list_words(names, most=6)}."
    left = len(made.ranked) - len(exact) - len(unfit)
    if left:
        yield f"{left} further hand-backs stand by their bound only; --exact works out more of them."
    yield from _refused_sentences(made, instance)
    for pair in made.pairs[:3]:
        if pair.exact_gbp is not None:
            yield f"Together, {pair.first} and {pair.second} save {gbp_words(pair.exact_gbp)}."
    for check in made.confirmations:
        yield (
            f"{check.name}, worked out again: saves {_again(check.confirmed_gbp, check.ranked_gbp)} on its "
            f"own, to the plan {_again(check.confirmed_to_plan_gbp, check.ranked_to_plan_gbp)}."
        )


def _again(confirmed: float | None, ranked: float | None) -> str:
    """A second working beside the first."""
    before = "no plan" if ranked is None else gbp_words(ranked)
    return f"{'no plan' if confirmed is None else gbp_words(confirmed)} (ranked with {before})"


def _moved(one: Ranked) -> str:
    if not one.contacts_moved_per_year:
        return "no contacts move"
    return f"{one.contacts_moved_per_year:,.0f} contacts a year move, by {one.added_minutes or 0.0:.1f} minutes each"


def _in_plan(one: Ranked) -> str:
    if one.to_plan_gbp is None:
        return "in the plan" if one.in_plan else "no plan that is as good for patients holds it"
    if one.in_plan:
        return f"in the plan, which would cost {gbp_words(one.to_plan_gbp)} more without it"
    return f"not in the plan, which would cost {gbp_words(one.to_plan_gbp)} more with it"


def _refused_sentences(made: Ranking, instance: EstatesInstance) -> Iterator[str]:
    by_rule: dict[str, list[str]] = {}
    for one in made.refused:
        for rule in one.rules:
            by_rule.setdefault(id_and_name(rule), []).append(one.suite_id)
    for rule, suites in sorted(by_rule.items()):
        yield f"Refused by {rule}: {len(suites)} suite{'s' if len(suites) > 1 else ''} ({list_words(suites)})."
    if len(made.refused) < sum(len(suites) for suites in by_rule.values()):
        yield f"Together {len(made.refused)} of {len(instance.suites)} suites: some are refused by several rules."
    if not made.refused:
        yield f"None of the {len(instance.suites)} suites is refused."


def _alternatives_sentences(
    plans: tuple[AlternativePlan, ...], instance: EstatesInstance, within_percent: float, count: int
) -> Iterator[str]:
    if not plans:
        yield "There is no plan."
        return
    best = plans[0]
    yield (
        f"{len(plans)} plan{'s' if len(plans) > 1 else ''} within {within_percent:g} % of the best, which costs "
        f"{gbp_words(best.npv_gbp)} at net present value; all leave as few contacts without a room."
    )
    for one in plans:
        difference = _difference(one, instance)
        moved = "" if one.contacts_moved_per_year is None else f", {one.contacts_moved_per_year:,.0f} contacts moved"
        minutes = "" if one.travel_minutes is None else f", {one.travel_minutes:.2f} minutes"
        yield (
            f"{one.place}. £{one.npv_gbp - best.npv_gbp:,.0f} above the best "
            f"({'proved' if one.is_proved else 'not proved'}{minutes}{moved} a year): {difference}."
        )
    if len(plans) < count:
        yield f"No other plan within {within_percent:g} % was found: {count} were asked for, the best among them."


def _difference(one: AlternativePlan, instance: EstatesInstance) -> str:
    """What differs from the plan of the run."""
    parts = ["hands back what the saved plan does"] if one.hands_back_as_the_plan else []
    parts += [f"also {list_words([_name(change, instance) for change in one.more])}"] if one.more else []
    parts += [f"without {list_words([_name(change, instance) for change in one.less])}"] if one.less else []
    return "; ".join(parts)


def _name(change: Change, instance: EstatesInstance) -> str:
    name, what = change
    suites = {suite.suite_id: suite for suite in instance.suites}
    if name in suites:
        suite = suites[name]
        return f"{instance.site(suite.site_id).name}, {suite.name} ({what.replace('_', ' ')})"
    return f"{name} ({what})"
