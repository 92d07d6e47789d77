"""What moves from where to where against growth in step with the money, who loses, and what the cash buys."""

from __future__ import annotations

from models.reallocation.baselines import pro_rata_growth
from models.reallocation.plan import Plan
from models.reallocation.words import Number, gbp_words, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation

_TOLD = 3


def move_sentences(plan: Plan) -> list[Explanation]:
    """Moves by line (headline) and by place and line; who loses; flat cash in real terms; staff."""
    return [*_lines(plan), *_places_lines(plan), *_losers(plan), *_real_terms(plan), *_staff(plan)]


def _lines(plan: Plan) -> list[Explanation]:
    instance, last, even = plan.instance, plan.instance.horizon, pro_rata_growth(plan.instance)
    against = {
        line.line: plan.of_line(line.line, last) - even.of_line(line.line, last) for line in instance.leaf_lines
    }
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    numbers |= {f"against_{line}_gbp": gbp for line, gbp in against.items()}
    names = {line.line: line.name for line in instance.leaf_lines}
    giving = sorted((line for line in against if against[line] < 0), key=lambda line: against[line])
    gaining = sorted((line for line in against if against[line] > 0), key=lambda line: -against[line])
    if not giving and not gaining:
        return [tell("moves", "No money moves between lines.", {}, where="bridge.csv", headline=True)]
    less = listed([f"{names[line]} {gbp_words(-against[line])}" for line in giving]) if giving else "none"
    more = listed([f"{names[line]} {gbp_words(against[line])}" for line in gaining]) if gaining else "none"
    template = "Against growth in step with the money, in {final_year} less goes to {less} and more to {more}."
    told = {"less": less, "more": more}
    return [tell("moves", template, numbers, where="bridge.csv", headline=True, names=told)]


def _places_lines(plan: Plan) -> list[Explanation]:
    instance, last, even = plan.instance, plan.instance.horizon, pro_rata_growth(plan.instance)
    lines = {line.line: line.name for line in instance.leaf_lines}
    places = {place.place: place.name for place in instance.places}
    against = {key: plan.of(key, last) - even.of(key, last) for key in instance.place_lines}
    found = []
    for sign, word, name in ((-1, "less", "gives"), (1, "more", "gains")):
        chosen = sorted(against, key=lambda key: -sign * against[key])[:_TOLD]
        for rank, key in enumerate(
            (key for key in chosen if sign * against[key] > worth_telling_gbp(instance)), start=1
        ):
            numbers: dict[str, Number] = {"final_year": instance.year_names[-1], "gbp": abs(against[key])}
            template = f"{{place}}, {{line}}: {{gbp:gbp}} {word} in {{final_year}} than in step with the money."
            told = {"place": places[key.place], "line": lines[key.line]}
            found.append(tell(f"{name}-{rank}", template, numbers, where=f"{key.place}, {key.line}", names=told))
    return found


def _losers(plan: Plan) -> list[Explanation]:
    """The place and the provider that fall furthest behind growth in step with the money, and every cash cut."""
    instance, last, even = plan.instance, plan.instance.horizon, pro_rata_growth(plan.instance)
    losses: dict[str, tuple[str, int, int]] = {}
    for place in instance.places:
        cells = [cell for cell in instance.cells if cell.place == place.place]
        losses[f"place {place.place}"] = (
            place.name,
            plan.gbp(cells, last) - even.gbp(cells, last),
            plan.gbp(cells, 0),
        )
    for provider in instance.providers:
        cells = [cell for cell in instance.cells if cell.provider == provider.provider]
        behind = plan.gbp(cells, last) - even.gbp(cells, last)
        losses[f"provider {provider.provider}"] = (provider.name, behind, plan.gbp(cells, 0))
    found = []
    for kind in ("place", "provider"):
        worst = sorted((loss[1], loss[0], name) for name, loss in losses.items() if name.startswith(f"{kind} "))
        if worst and worst[0][0] < 0:
            behind, name, key = worst[0]
            template = (
                f"The {kind} furthest behind growth in step with the money is {{name}}: {{behind_gbp:gbp}} less in "
                "{final_year} ({share:percent} of what it had in {base_year})."
            )
            numbers: dict[str, Number] = {
                "behind_gbp": -behind,
                "share": -behind / losses[key][2] if losses[key][2] else 0.0,
                "final_year": instance.year_names[-1],
                "base_year": instance.base_year,
            }
            found.append(
                tell(f"loser-{kind}", template, numbers, where="allocations.csv", headline=True, names={"name": name})
            )
    return [*found, _cuts(plan)]


def _cuts(plan: Plan) -> Explanation:
    instance, years = plan.instance, range(1, plan.instance.horizon + 1)
    cut = [key for key in instance.place_lines if any(plan.of(key, t) < plan.of(key, t - 1) for t in years)]
    if not cut:
        return tell(
            "cash-cuts", "No place's line loses cash in any year.", {}, where="allocations.csv", headline=True
        )
    lost = sum(max(0, plan.of(key, t - 1) - plan.of(key, t)) for key in cut for t in years)
    numbers: dict[str, Number] = {"cuts": len(cut), "of": len(instance.place_lines), "lost_gbp": lost}
    template = (
        "{cuts} of {of} places' lines lose cash in some year, {lost_gbp:gbp} together: each needs an equality and "
        "quality assessment."
    )
    return tell("cash-cuts", template, numbers, where="allocations.csv", headline=True)


def _real_terms(plan: Plan) -> list[Explanation]:
    """What the cash of each line buys when prices and pay rise by the cost uplift."""
    instance, last = plan.instance, plan.instance.horizon
    uplift = instance.settings.cost_uplift_share
    found = []
    for line in instance.leaf_lines:
        growth = (plan.of_line(line.line, last) / plan.of_line(line.line, 0)) ** (1 / last) - 1
        buys = plan.of_line(line.line, last) / plan.of_line(line.line, 0) / (1 + uplift) ** last - 1
        numbers: dict[str, Number] = {
            "growth_share": growth,
            "uplift_share": uplift,
            "buys_share": abs(buys),
            "final_year": instance.year_names[-1],
            "base_year": instance.base_year,
        }
        word = "less" if buys < 0 else "more"
        shift = (
            "; a shift of care out of hospital asks for the opposite" if line.role == "community" and buys < 0 else ""
        )
        template = (
            "{line} grows by {growth_share:percent} a year in cash; with costs rising {uplift_share:rate} a year "
            f"it buys {{buys_share:percent}} {word} in {{final_year}} than in {{base_year}}{shift}."
        )
        told = {"line": line.name}
        found.append(tell(f"real-terms-{line.line}", template, numbers, where="bridge.csv", names=told))
    return found


def _staff(plan: Plan) -> list[Explanation]:
    instance, last = plan.instance, plan.instance.horizon
    lines = [line.line for line in instance.leaf_lines if line.role == "mental_health"]
    more = sum(plan.of_line(line, last) - plan.of_line(line, 0) for line in lines)
    cost = instance.settings.mh_cost_per_wte_gbp
    if more < cost:
        return []
    numbers: dict[str, Number] = {
        "more_gbp": more,
        "cost_gbp": cost,
        "wte": round(more / cost),
        "final_year": instance.year_names[-1],
    }
    template = (
        "Mental health gets {more_gbp:gbp} more by {final_year}: if all of it bought staff at {cost_gbp:gbp} each, "
        "about {wte:count} whole-time equivalents to recruit."
    )
    return [tell("staff", template, numbers, where="bridge.csv")]
