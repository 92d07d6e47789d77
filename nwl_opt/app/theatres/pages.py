"""What theatres adds to the app."""

from __future__ import annotations

from fastapi import APIRouter

from nwl_opt.app.kinds import KindPages, ResultPage
from nwl_opt.app.theatres import (
    changing,
    changing_difference,
    changing_events,
    changing_weeks,
    people,
    summary,
    trading,
    week,
)
from nwl_opt.app.theatres.settings import SETTINGS

router = APIRouter(prefix="/runs/{run}/theatres")
for module in (summary, week, people, trading, changing, changing_difference, changing_events, changing_weeks):
    router.include_router(module.router)

_RESULTS = (
    ResultPage("overview", "Overview", needs_plan=False),
    ResultPage("board", "Week board"),
    ResultPage("patients", "Patients"),
    ResultPage("change", "Change the plan"),
    ResultPage("difference", "What changed"),
    ResultPage("tests", "Tests before surgery"),
    ResultPage("worklists", "Worklists"),
    ResultPage("standby", "Standby"),
    ResultPage("reach", "The best, and what would lift it"),
    ResultPage("frontier", "Fuller or safer"),
    ResultPage("rehearsal", "Late finishes"),
    ResultPage("beds", "Beds"),
    ResultPage("fairness", "Fairness"),
)

PAGES = KindPages(
    kind="theatres",
    title="Theatre lists",
    question="Who is operated on when, and who not yet?",
    answer="Theatre lists with tests before surgery, why each other patient is not booked, and what would help.",
    settings=SETTINGS,
    results=_RESULTS,
    router=router,
    efforts=(
        ("1", "Usual: about a minute for 600 patients"),
        ("0.1", "Quick look: a tenth of the search, about 20 seconds for 600 patients"),
        ("4", "Thorough: four times the search"),
    ),
    style_sheets=("theatres.css",),
)
