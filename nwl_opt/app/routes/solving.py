"""The form before a solve, and the solve itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.app.context import context_of
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.inputs import Input, find_input, newest_change, validated
from nwl_opt.app.kinds import KindPages, SettingField, pages_of
from nwl_opt.app.pages import day_words, page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.starting import OUT, job_url, start_job
from nwl_opt.opening import Validation, validate_instance
from nwl_opt.problems import find_scenario, shipped_scenarios
from nwl_opt.scenario import Scenario, read_scenario
from nwl_opt.words import name_words

router = APIRouter()
_LONGEST_WHY = 500
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class FilledField:
    """A setting on the form: what stands in it, what the instance says, and what is wrong with it."""

    field: SettingField
    text: str
    of_instance: str
    error: str = ""


@dataclass(frozen=True)
class Asked:
    """What a user chose on the form, as the command takes it."""

    scenario: str
    effort: str
    why: str
    changed: Mapping[str, object]


@router.get("/inputs/{input_id}/settings")
def settings_form(request: Request, input_id: str, scenario: str = "") -> HTMLResponse:
    """The settings users of this problem care about, as the instance has them."""
    found = find_input(request, input_id)
    validation = validated(request, found)
    if validation.faults:
        raise InputFaults(validation.faults)
    return _form_page(request, found, validation, {}, (), scenario)


@router.post("/inputs/{input_id}/solve")
def solve(request: Request, input_id: str, form: PostedForm) -> Response:
    """Check what was asked, then queue the solve."""
    found = find_input(request, input_id)
    validation = validated(request, found)
    pages = pages_of(validation.kind)
    assert pages is not None, f"an instance of kind {validation.kind} was read"
    asked, errors = _asked(form, pages, validation)
    faults: tuple[Fault, ...] = ()
    if not errors:
        try:
            faults = _faults_of(request, found, asked, validation.kind)
        except InputFaults as error:
            faults = error.faults
    if errors or faults:
        return _form_page(request, found, validation, errors, faults, asked.scenario, form, 422)
    job = start_job(
        request,
        verb="solve",
        title=f"{pages.title}: {validation.parsed.title}",
        argv=_arguments(found, asked, user_of(request).name),
        next_url="/runs/{out}",
        run_kind=validation.kind,
    )
    return see(job_url(job))


def shown_value(field: SettingField, value: object) -> str:
    """A setting's value as the form shows it."""
    if field.kind == "yes_no":
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = value * 100 if field.kind == "percent" else value
        return f"{number:.12g}"
    return str(value)


def said_setting(kind: str, name: str, value: object) -> tuple[str, str, str]:
    """A setting as its form says it: label, value and unit; one that is not on the form by its name."""
    pages = pages_of(kind)
    field = next((one for one in pages.settings if one.name == name), None) if pages else None
    if field is None:
        return name_words(name), str(value), ""
    text = shown_value(field, value)
    return field.label, dict(field.choices).get(text, text), field.unit


def read_value(field: SettingField, text: str) -> object:
    """What was typed into a field, as the setting takes it.

    Raises
    ------
    ValueError
        If it is not what the field holds, in words for whoever typed it.
    """
    if field.kind == "yes_no":
        return text == "yes"
    if field.kind == "choice":
        if text not in {value for value, _ in field.choices}:
            raise ValueError("Choose one of the list.")
        return text
    if field.kind == "day":
        return read_day(text)
    number = _number(text.strip().removesuffix("%").strip())
    if not (field.minimum is None or number >= field.minimum) or not (
        field.maximum is None or number <= field.maximum
    ):
        low = "" if field.minimum is None else f" at least {field.minimum:g}"
        high = "" if field.maximum is None else f" at most {field.maximum:g}"
        raise ValueError(f"Enter{low}{' and' if low and high else ''}{high}.")
    if field.kind == "whole":
        if not number.is_integer():
            raise ValueError("Enter a whole number.")
        return int(number)
    return float(f"{number / 100:.12g}") if field.kind == "percent" else number


def _number(text: str) -> float:
    """A number as it was typed; a comma stands between thousands only: 2,5 is not read as 25."""
    if "," in text and not _THOUSANDS.fullmatch(text):
        raise ValueError("Enter a number with a point, such as 2.5, not with a comma.")
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise ValueError("Enter a number.") from None


def read_day(text: str) -> dt.date:
    """A day as browsers send it, or as people here type it.

    Raises
    ------
    ValueError
        If it is neither, in words for whoever typed it.
    """
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError("Enter a day, such as 2026-04-01.")


def assignment(name: str, value: object) -> str:
    """A setting as `--set` takes it."""
    if isinstance(value, bool):
        return f"settings.{name}={'true' if value else 'false'}"
    if isinstance(value, dt.date):
        return f"settings.{name}={value.isoformat()}"
    return f'settings.{name}="{value}"' if isinstance(value, str) else f"settings.{name}={value!r}"


def _asked(form: Form, pages: KindPages, validation: Validation) -> tuple[Asked, dict[str, str]]:
    """Settings that differ from what the instance says, and what could not be read."""
    changed: dict[str, object] = {}
    errors: dict[str, str] = {}
    for field in pages.settings:
        text, before = form.text(field.name), _instance_value(field, validation)
        if text == shown_value(field, before) or field.name not in form.fields:
            continue
        try:
            changed[field.name] = read_value(field, text)
        except ValueError as error:
            errors[field.name] = str(error)
    effort = form.text("effort")
    known = {value for value, _ in pages.efforts}
    return Asked(
        form.text("scenario"), effort if effort in known else "", form.text("why")[:_LONGEST_WHY], changed
    ), errors


def _faults_of(request: Request, found: Input, asked: Asked, kind: str) -> tuple[Fault, ...]:
    """What is wrong with the instance once the scenario and the settings are applied."""
    scenario = _scenario(asked.scenario, kind)
    if scenario is None and not asked.changed:
        return validated(request, found).faults
    key = (found.path, newest_change(found.path), asked.scenario, tuple(sorted(asked.changed.items())))
    return context_of(request).small.get(key, lambda: validate_instance(found.path, scenario, asked.changed).faults)


def _scenario(name: str, kind: str) -> Scenario | None:
    return read_scenario(find_scenario(name, kind)) if name else None


def _arguments(found: Input, asked: Asked, who: str) -> list[str]:
    argv = ["solve", found.argument, "--out", OUT, f"--who={who}"]
    if asked.why:
        argv.append(f"--why={asked.why}")
    if asked.scenario:
        argv.append(f"--scenario={asked.scenario}")
    if asked.effort:
        argv.append(f"--effort={asked.effort}")
    for name, value in sorted(asked.changed.items()):
        argv.append(f"--set={assignment(name, value)}")
    return argv


def _instance_value(field: SettingField, validation: Validation) -> object:
    settings = validation.parsed.settings
    return getattr(settings, field.name, None)


def _form_page(
    request: Request,
    found: Input,
    validation: Validation,
    errors: Mapping[str, str],
    faults: tuple[Fault, ...],
    scenario: str,
    form: Form | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    pages = pages_of(validation.kind)
    assert pages is not None, f"an instance of kind {validation.kind} was read"
    fields = []
    for field in pages.settings:
        own = shown_value(field, _instance_value(field, validation))
        text = form.text(field.name, own) if form is not None else own
        in_words = day_words(read_day(own)) if field.kind == "day" and own else dict(field.choices).get(own, own)
        fields.append(FilledField(field, text, in_words, errors.get(field.name, "")))
    return page(
        request,
        "settings.html",
        status_code,
        found=found,
        pages=pages,
        validation=validation,
        fields=fields,
        faults=faults,
        scenarios=_scenarios(validation.kind, found),
        scenario=scenario,
        effort=_usual_effort(pages) if form is None else form.text("effort"),
        why="" if form is None else form.text("why"),
    )


def _usual_effort(pages: KindPages) -> str:
    """What a command takes that is not told otherwise."""
    shipped = f"{SolveOptions().effort_share:g}"
    return shipped if shipped in {value for value, _ in pages.efforts} else ""


def _scenarios(kind: str, found: Input) -> list[tuple[str, str]]:
    """Names and titles of the shipped scenarios that fit this instance."""
    fitting = []
    for path in shipped_scenarios(kind):
        scenario = read_scenario(path)
        if not scenario.instance or found.id == f"shipped.{kind}.{scenario.instance.rpartition('/')[2]}":
            fitting.append((path.stem, scenario.title or path.stem))
    return fitting
