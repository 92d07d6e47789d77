"""What theatres adds to the app."""

from __future__ import annotations

from fastapi import APIRouter

from nwl_opt.app.kinds import KindPages, ResultPage, SettingField
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

router = APIRouter(prefix="/runs/{run}/theatres")
for module in (summary, week, people, trading, changing, changing_difference, changing_events, changing_weeks):
    router.include_router(module.router)

_SETTINGS = (
    SettingField(
        "rehearsed_overrun_limit_share",
        "Highest chance that a list ends late, rehearsed",
        "With late starts, slow days and uneven turnaround. A higher limit fills lists more: see the page Fuller or "
        "safer of a run.",
        kind="percent",
        unit="%",
        minimum=0.1,
        maximum=100,
        step=0.1,
    ),
    SettingField(
        "overrun_probability_limit_share",
        "Highest chance that a list ends late, as planned",
        "With random durations alone.",
        kind="percent",
        unit="%",
        minimum=0.1,
        maximum=50,
        step=0.1,
    ),
    SettingField(
        "overrun_grace_minutes",
        "Grace",
        "A list is late when it ends more than this after its planned end.",
        kind="whole",
        unit="minutes",
        minimum=0,
        maximum=240,
        step=1,
    ),
    SettingField(
        "lock_days",
        "Bookings stay within",
        "Bookings on lists within this many days of planning day stay as they are, whatever their state.",
        kind="whole",
        unit="days",
        minimum=0,
        maximum=120,
        step=1,
    ),
    SettingField(
        "notice_days",
        "Least notice",
        "From planning day to a new operation date, unless a patient has asked for other notice.",
        kind="whole",
        unit="days",
        minimum=0,
        maximum=120,
        step=1,
    ),
    SettingField(
        "aim",
        "What comes first",
        "After due dates, P2 patients and long waits: the fullest lists, or what patients have been told.",
        kind="choice",
        choices=(("best_lists", "the best lists"), ("least_change", "the least change to what patients were told")),
    ),
    SettingField(
        "keep_long_waits",
        "Keep long waits",
        "Book no fewer long waits than the best of the usual ways, even if that costs P2 patients.",
        kind="yes_no",
    ),
    SettingField(
        "least_trust_share",
        "Least share of each home trust",
        "Of the ready patients of each home trust, the share booked before all else. 0 asks for none.",
        kind="percent",
        unit="%",
        minimum=0,
        maximum=100,
        step=1,
    ),
)

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
    settings=_SETTINGS,
    results=_RESULTS,
    router=router,
    efforts=(
        ("1", "Usual: about a minute for 600 patients"),
        ("0.1", "Quick look: a tenth of the search, about 20 seconds for 600 patients"),
        ("4", "Thorough: four times the search"),
    ),
    style_sheets=("theatres.css",),
)
