"""Longer studies of a run as jobs: ranked hand-backs, the plans next best, robustness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from nwl_opt.app.estates import results
from nwl_opt.app.estates.opened import Planned, estate_of
from nwl_opt.app.estates.results import earlier, files_of, job_of, state_words
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.jobs.record import ERRORS_FILE
from nwl_opt.app.pages import run_page, see
from nwl_opt.app.runs import OpenRun
from nwl_opt.app.starting import OUT, job_url, start_job
from nwl_opt.estates.browsing.studies import SHOWN, names_of

router = APIRouter()
router.include_router(results.router)


@dataclass(frozen=True)
class NumberField:
    """A number a study is asked with, and the option that takes it."""

    name: str
    label: str
    help: str
    option: str
    default: str
    least: float
    most: float
    is_whole: bool = True


@dataclass(frozen=True)
class BoxField:
    """Something a study can do as well, and its option."""

    name: str
    label: str
    option: str


@dataclass(frozen=True)
class StudyForm:
    """A study one can ask for."""

    verb: str
    title: str
    help: str
    button: str
    numbers: tuple[NumberField, ...] = ()
    boxes: tuple[BoxField, ...] = ()


STUDIES: tuple[StudyForm, ...] = (
    StudyForm(
        "rank", "Rank the hand-backs",
        "Every suite and building that may go, each on its own: what it saves, the payment, the months to pay it "
        "back, who moves, and what it is worth to this plan. About half a minute.",
        "Rank them",
        (NumberField("exact", "How many are worked out exactly", "The others stand by the most they can save.",
                     "--exact", "20", 1, 500),),
        (BoxField("pairs", "Pairs among those as well (some minutes)", "--pairs"),),
    ),
    StudyForm(
        "alternatives", "The plans next best",
        "Plans that hand back other suites and cost little more; each is proved next best. About a minute.",
        "Find them",
        (
            NumberField("within", "Within how many per cent of the best cost", "", "--within", "1", 0, 100, False),
            NumberField("count", "How many plans at most", "", "--count", "10", 1, 100),
        ),
    ),
    StudyForm(
        "robustness", "How robust the plan is",
        "What the plan is worth if assumptions turn out otherwise: the regret table, how far each assumption may "
        "move, when each hand-back no longer pays, the most that can be saved. Some minutes.",
        "Study it",
        (),
        (BoxField("quick", "Switching values to an eighth of the accuracy (quicker)", "--quick"),),
    ),
)  # fmt: skip
VERBS = tuple(study.verb for study in STUDIES)


@router.get("/studies")
def forms(request: Request, opened: Planned) -> HTMLResponse:
    """What can be studied, and what was before."""
    return _forms(request, opened, {}, {})


@router.post("/studies/{verb}")
def ask(request: Request, opened: Planned, verb: str, form: PostedForm) -> Response:
    """Queue a study; what is wrong with the form is said on it."""
    study = next((one for one in STUDIES if one.verb == verb), None)
    if study is None:
        raise HTTPException(404, "There is no such study.")
    options, errors = _options(study, form)
    if errors:
        given = {f"{verb}-{field.name}": form.text(field.name) for field in study.numbers}
        return _forms(request, opened, errors, given, 422)
    job = start_job(
        request,
        verb=verb,
        title=study.title,
        argv=["estates", verb, str(opened.folder), *options, "--out", OUT],
        next_url=f"/runs/{opened.name}/estates/studies/{{job}}",
        about=opened.name,
    )
    return see(job_url(job))


@router.get("/studies/{job_id}")
def shown(request: Request, opened: Planned, job_id: str) -> HTMLResponse:
    """The results of a study."""
    job = job_of(request, opened, job_id, VERBS)
    instance = estate_of(request, opened).instance
    is_open = job.is_open
    return run_page(
        request,
        "estates/study.html",
        opened,
        "studies",
        job=job,
        heading=next(study.title for study in STUDIES if study.verb == job.verb),
        study=None if is_open else SHOWN[job.verb](job.out, names_of(instance)),
        is_open=is_open,
        state=state_words(job),
        said=job.said(ERRORS_FILE).strip().splitlines()[-20:],
        files=[] if is_open else files_of(job),
    )


def _options(study: StudyForm, form: Form) -> tuple[list[str], dict[str, str]]:
    """The options of a study as the form has them, and what is wrong by field."""
    options, errors = [], {}
    for field in study.numbers:
        text = form.text(field.name, field.default)
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not field.least <= number <= field.most or (field.is_whole and not number.is_integer()):
            kind = "a whole number" if field.is_whole else "a number"
            errors[f"{study.verb}-{field.name}"] = f"Enter {kind} from {field.least:g} to {field.most:g}."
        else:
            options.append(f"{field.option}={number:g}")
    options += [box.option for box in study.boxes if form.is_set(box.name)]
    return options, errors


def _forms(
    request: Request, opened: OpenRun, errors: Mapping[str, str], given: Mapping[str, str], status_code: int = 200
) -> HTMLResponse:
    page = run_page(request, "estates/studies.html", opened, "studies", studies=STUDIES, errors=errors, given=given,
                    earlier=earlier(request, opened, VERBS, "studies"))  # fmt: skip
    page.status_code = status_code
    return page
