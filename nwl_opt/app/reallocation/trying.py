"""Other settings, answered at once by a warm process; what is worth keeping becomes a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from models.shared.faults import Fault, InputFaults
from nwl_opt.app.context import context_of
from nwl_opt.app.forms import PostedForm
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.reallocation.opened import Opened, book, measures_of, start_solve
from nwl_opt.app.reallocation.question import Question, answer
from nwl_opt.app.reallocation.settings import TRIED
from nwl_opt.app.routes.solving import FilledField, assignment, read_value, shown_value
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import job_url
from nwl_opt.app.warm import NotAnswered, WarmWorker
from nwl_opt.charts import Picture
from nwl_opt.reallocation.shown.figures import compared_figures, figures_sheet
from nwl_opt.reallocation.shown.gap import gap_chart, gaps_of
from nwl_opt.reallocation.shown.sheet import Sheet
from nwl_opt.reallocation.shown.sides import money_sheet
from nwl_opt.reallocation.what_if import WhatIf
from nwl_opt.run_folder import INPUTS_FOLDER

router = APIRouter()
WORKER = "reallocation"
"""The name of the process kept warm among the helpers of a server."""
_THIS_RUN, _TRIED = "This run", "These settings"


@dataclass(frozen=True)
class Asked:
    """What was typed: the fields as they are shown again, and the settings that differ from the run's."""

    fields: tuple[FilledField, ...]
    changed: Mapping[str, object]

    @property
    def has_errors(self) -> bool:
        return any(one.error for one in self.fields)


@dataclass(frozen=True)
class Answered:
    """What the page says of settings that were tried: a plan beside the run's, or why there is none."""

    words: str
    chart: Picture | None = None
    figures: Sheet | None = None
    lines: Sheet | None = None
    faults: tuple[Fault, ...] = ()
    failed: bool = False


@router.get("/try")
def tried(request: Request, opened: Opened) -> Response:
    """A form with the run's settings; with others in the address, what they would come to."""
    if not opened.is_finished:
        return RedirectResponse(f"/runs/{opened.name}", 303)
    asked = _asked(opened, request.query_params)
    answered = None
    if asked.changed and not asked.has_errors:
        answered = _answered(request, opened, asked)
    else:
        worker_of(request).start()
    status = (
        422 if asked.has_errors or (answered and answered.faults) else 503 if answered and answered.failed else 200
    )
    response = run_page(
        request,
        "reallocation/try.html",
        opened,
        "try",
        asked=asked,
        answered=answered,
        own_values=_own_values(opened),
    )
    response.status_code = status
    return response


@router.post("/try/keep")
def keep(request: Request, opened: Opened, form: PostedForm) -> Response:
    """Queue a run with these settings, with all its studies."""
    asked = _asked(opened, {field.name: form.text(field.name) for field in TRIED if field.name in form.fields})
    if asked.has_errors:
        wrong = [one for one in asked.fields if one.error]
        raise InputFaults(
            [Fault(one.field.label, None, None, one.text or "(empty)", one.error, one.field.help) for one in wrong]
        )
    settings = [assignment(name, value) for name, value in sorted(asked.changed.items())]
    words = ", ".join(
        f"{one.field.label.lower()} {one.text} {one.field.unit}"
        for one in asked.fields
        if one.field.name in asked.changed
    )
    return see(job_url(start_solve(request, opened, words or "the same settings", settings=settings)))


def worker_of(request: Request) -> WarmWorker[Question, WhatIf]:
    """The one warm process of this server."""
    return context_of(request).helpers.get(WORKER, lambda: WarmWorker(answer))


def _asked(opened: OpenRun, query: Mapping[str, str]) -> Asked:
    """What an address or a form asks for; a field that it leaves out is as in the run."""
    settings = opened.validation.parsed.settings
    fields: list[FilledField] = []
    changed: dict[str, object] = {}
    for field in TRIED:
        own = shown_value(field, getattr(settings, field.name, None))
        text = query.get(field.name, own).strip()
        error = ""
        if text != own:
            try:
                changed[field.name] = read_value(field, text)
            except ValueError as wrong:
                error = str(wrong)
        fields.append(FilledField(field, text, own, error))
    return Asked(tuple(fields), changed)


def _answered(request: Request, opened: OpenRun, asked: Asked) -> Answered:
    """Ask the warm process, and set its answer beside the run."""
    question = Question((opened.folder / INPUTS_FOLDER).absolute(), tuple(sorted(asked.changed.items())))
    try:
        found = worker_of(request).ask(question)
    except InputFaults as error:
        return Answered("These settings cannot be used.", faults=tuple(error.faults))
    except NotAnswered as error:
        return Answered(str(error), failed=True)
    if not found.has_plan:
        return Answered(
            f"{found.sentence}. Keep this as a run to be told which rules contradict each other, and what mends it."
        )
    return _beside(opened, found)


def _beside(opened: OpenRun, found: WhatIf) -> Answered:
    gap = found.measures["final_year_gap"]
    plans, names, shown = [found.measures], [_TRIED], {_TRIED: found.gaps}
    money = [{line.name: line.gbp[-1] for line in found.lines}]
    words = f"{found.sentence}: {gap.value / 1e6:,.1f} million pounds of gap are left in {found.years[-1]}"
    if opened.has_plan:
        plan, own = book(opened), measures_of(opened)
        plans, names = [own, *plans], [_THIS_RUN, *names]
        shown = {_THIS_RUN: gaps_of(plan.tables, plan.years), **shown}
        money = [_line_money(opened), *money]
        if "final_year_gap" in own:
            words += f", against {own['final_year_gap'].value / 1e6:,.1f} million in this run"
    return Answered(
        words=f"{words}. Solved in {found.seconds:.1f} seconds.",
        chart=gap_chart("Gap to need by year, with these settings", shown),
        figures=figures_sheet(compared_figures(plans), names, "Key figures with these settings"),
        lines=money_sheet(f"Budget by line in {found.years[-1]}", names, money),
    )


def _line_money(opened: OpenRun) -> dict[str, int]:
    """What each line gets in the last year of a run."""
    plan = book(opened)
    sums = plan.sums("allocation_gbp", lambda row: (row.text("line"), row.text("year")))
    return {plan.name(line): sums.get((line, plan.last_year), 0) for line in plan.lines}


def _own_values(opened: OpenRun) -> list[str]:
    """Where tables of the instance give values of their own, which these settings do not change."""
    parsed = opened.validation.parsed
    held = (
        ("years", "growth_share", "growth of the allocation"),
        ("providers", "max_rise_share", "the band of a provider"),
        ("years", "transition_fund_gbp", "the transition fund"),
        ("pace", "floor_growth_share", "the floor under every line"),
        ("pace", "cap_growth_share", "the cap on growth"),
    )
    return [
        f"{words[0].upper()}{words[1:]}: {table}.csv of this instance gives its own for some rows, which stays."
        for table, column, words in held
        if any(row.cells.get(column) is not None for row in parsed.table(table))
    ]
