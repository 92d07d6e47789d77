"""What the cash buys: volume by line, the productivity that would hold it flat, staff to recruit."""

from __future__ import annotations

from models.reallocation.explain.figures import Figures
from models.reallocation.instance import Line
from models.reallocation.words import Number, tell
from models.shared.problem import Explanation


def care_sentences(figures: Figures) -> list[Explanation]:
    """Each line's cash, real terms and volume; then mental health staff against what can be recruited."""
    lines = [line for line in figures.instance.leaf_lines if figures.of_line("allocation_gbp", line.line, 0)]
    return [*(_line(figures, line) for line in lines), *_staff(figures)]


def volume_share(figures: Figures, line: str) -> float:
    """What a line buys in the last year, at normal productivity, against the base year, less 1."""
    last = figures.instance.horizon
    return figures.of_line("volume_gbp", line, last) / figures.of_line("volume_gbp", line, 0) - 1


def productivity_for_flat_volume(growth_share: float, uplift_share: float) -> float:
    """The yearly productivity at which cash that grows by a share buys the same volume: (1 + uplift) / growth - 1."""
    return (1 + uplift_share) / (1 + growth_share) - 1


def _line(figures: Figures, line: Line) -> Explanation:
    instance, last = figures.instance, figures.instance.horizon
    uplift = instance.settings.cost_uplift_share
    opened, ends = (figures.of_line("allocation_gbp", line.line, t) for t in (0, last))
    growth = (ends / opened) ** (1 / last) - 1
    real = figures.of_line("real_gbp", line.line, last) / opened - 1
    volume = volume_share(figures, line.line)
    needed = productivity_for_flat_volume(growth, uplift)
    numbers: dict[str, Number] = {
        "growth_share": growth,
        "real_share": abs(real),
        "volume_share": abs(volume),
        "uplift_share": uplift,
        "needed_share": needed,
        "normal_share": instance.settings.productivity_share,
        "final_year": instance.year_names[-1],
        "base_year": instance.base_year,
    }
    template = (
        "{line}: cash {growth_share:percent} a year; with costs rising {uplift_share:rate} it is worth "
        f"{{real_share:percent}} {_word(real)} in {{final_year}} than in {{base_year}}, and buys "
        f"{{volume_share:percent}} {_word(volume)} care at normal productivity of {{normal_share:rate}}. "
    )
    template += (
        "Flat volume takes {needed_share:percent} productivity a year."
        if needed > 0
        else "Flat volume takes no productivity."
    )
    where = "allocations.csv: real_gbp, volume_gbp"
    return tell(f"real-terms-{line.line}", template, numbers, where=where, names={"line": line.name})


def _word(change: float) -> str:
    return "less" if change < 0 else "more"


def _staff(figures: Figures) -> list[Explanation]:
    """Mental health growth in whole-time equivalents: all years together, and the year that asks for most."""
    instance, settings = figures.instance, figures.instance.settings
    lines = [line.line for line in instance.leaf_lines if line.role == "mental_health"]
    cost, uplift = settings.mh_cost_per_wte_gbp, 1 + settings.cost_uplift_share
    cash = [sum(figures.of_line("allocation_gbp", line, t) for line in lines) for t in range(instance.horizon + 1)]
    added = [
        (cash[t] - uplift * cash[t - 1]) / (cost * uplift**t) for t in range(1, instance.horizon + 1) if cash[t - 1]
    ]
    if not added or max(added) < 1:
        return []
    most = added.index(max(added))
    year = instance.years[most]
    numbers: dict[str, Number] = {
        "wte": round(sum(added)),
        "most_wte": round(max(added)),
        "year": year.year,
        "cost_gbp": cost,
        "final_year": instance.year_names[-1],
    }
    template = (
        "Mental health has to recruit about {wte:count} whole-time equivalents by {final_year}, {most_wte:count} of "
        "them in {year}"
    )
    if year.mh_recruitment_cap_wte is not None:
        numbers["cap_wte"] = year.mh_recruitment_cap_wte
        template += "; the cap that year is {cap_wte:count}"
    return [tell("staff", f"{template}.", numbers, rule="R-19", where="allocations.csv", headline=True)]
