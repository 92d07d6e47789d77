"""A study of robustness on the terminal."""

from __future__ import annotations

from rich.console import Console

from models.estates.robustness.study import Study
from nwl_opt.estates.robustness import Robustness
from nwl_opt.estates.robustness_tables import standing_word
from nwl_opt.terminal.console import bullets, heading, show_table


def show_robustness(console: Console, done: Robustness) -> None:
    """The sentences, and plans against futures."""
    heading(console, "How robust the plan is")
    bullets(console, done.sentences)
    _show_regret(console, done.study)
    if done.files:
        console.print(f"{done.files[0].parent}: {', '.join(path.name for path in done.files)}", soft_wrap=True)


def _show_regret(console: Console, study: Study) -> None:
    plans = study.table.plans
    rows = []
    for best in study.table.bests:
        cells = [best.future.title]
        for plan in plans:
            one = study.table.of(plan.name, best.future.name)
            word = standing_word(one)
            if word == "fits":
                cells.append(f"{round((one.npv_above_gbp or 0.0) / 1000):,}")
            else:
                cells.append(f"short {one.unmet_above or 0.0:,.0f}" if word == "short" else word)
        rows.append(tuple(cells))
    headings = ("future", *(str(at) for at, _ in enumerate(plans, start=1)))
    show_table(console, headings, rows, (False, *[True] * len(plans)),
               "Regret: £1,000 above the best there; short: contacts too many without a room")  # fmt: skip
    for at, plan in enumerate(plans, start=1):
        least = ", least maximum regret" if plan.name == study.table.least.plan else ""
        console.print(f"{at}: {plan.name}, {len(plan.hand_backs)} suites handed back{least}", soft_wrap=True)
