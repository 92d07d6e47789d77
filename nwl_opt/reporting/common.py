"""The sections that are alike for every kind: provenance, checks, and the mathematics at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from models.shared.findings import Finding
from models.shared.rules import Rule
from nwl_opt.named import names_of
from nwl_opt.plain import mapping_of, number_of, objects_of
from nwl_opt.reporting.assumptions import HEADINGS, as_cells, assumptions
from nwl_opt.reporting.content import Block, Grid, Paragraph, Points, Section, Sentence, numbers_behind
from nwl_opt.reporting.reading import ReadRun
from nwl_opt.reporting.small_numbers import is_small, patients_words, without_patients
from nwl_opt.reporting.standing import CheckVerdict
from nwl_opt.words import gap_words, name_words, number_words, provenance_sentences

_PATIENTS = "patients"
_OF_GROUPS = "booked_share_"  # shown, as far as they may be, under Who is affected
_FINDINGS_SHOWN = 40
_FIGURES_SHOWN = 12


def figure_words(value: float | None, unit: str, discreet: bool) -> str:
    """A figure with its unit; a count of patients that might point at somebody is withheld."""
    if discreet and unit == _PATIENTS and value is not None:
        return f"{patients_words(value)} {_PATIENTS}"
    return number_words(value, unit)


def beside_baselines(read: ReadRun, most: int = _FIGURES_SHOWN) -> tuple[Block, ...]:
    """The plan's first key figures beside those of what one would do without it."""
    baselines = read.baseline_figures
    if not read.figures:
        return ()
    names = names_of(read.kind)
    rows = [
        (
            names.figure(name),
            figure_words(value, unit, read.discreet),
            *(figure_words(own[name], unit, read.discreet) if name in own else "" for own in baselines.values()),
        )
        for name, (value, unit) in list(read.figures.items())[:most]
        if not (read.discreet and _tells_a_small_group(read, name))
    ]
    title = "This plan beside what one would do without it" if baselines else "Key figures"
    return (numbers_behind(title, ("", "this plan", *(names.baseline(name) for name in baselines)), rows),)


def _tells_a_small_group(read: ReadRun, name: str) -> bool:
    """Whether a share is one of patients that may be few: the count it goes with is, or it is of one group."""
    count, _ = read.figures.get(name.removesuffix("_share"), (0.0, ""))
    return name.startswith(_OF_GROUPS) or (name.endswith("_share") and is_small(count))


def provenance(read: ReadRun, assumed: Sequence[Sentence]) -> Section:
    """What the figures are, and what is assumed."""
    description = str(read.validation.raw.header.get("description", "")).strip()
    blocks: list[Block] = [Paragraph(text) for text in provenance_sentences(read.provenance)]
    if assumed:
        blocks.append(Points(tuple(assumed), "What is assumed"))
    if description:
        told = [without_patients(line, read.patient_ids) for line in _paragraphs(description)]
        sentences = tuple(Sentence(line) for line in told if line)
        blocks.append(Points(sentences, "What the input is, in the words of its author"))
    blocks.append(Paragraph("Every setting and every table with its source is in the appendix."))
    return Section("Assumptions and provenance", tuple(blocks))


def _paragraphs(text: str) -> list[str]:
    """A description as it was written, a paragraph for each that begins on a line of its own."""
    found: list[str] = []
    for line in (one.strip() for one in text.splitlines()):
        begins = not found or not line or found[-1].endswith((".", ":"))
        if begins:
            found.append(line)
        else:
            found[-1] = f"{found[-1]} {line}"
    return [one for one in found if one]


def settings_and_tables(read: ReadRun) -> Section:
    """The appendix of assumptions."""
    rows = tuple(as_cells(item) for item in assumptions(read.validation))
    headings = tuple(name_words(heading) for heading in HEADINGS)
    return Section(
        "Every setting and every table",
        (Grid("Settings and tables with their sources", headings, rows, (False,) * 5),),
        folded=True,
    )


def checks(read: ReadRun) -> Section:
    """How good the plan is, who says so, and what the run was."""
    blocks: list[Block] = [Paragraph(_check_words(read.check))]
    if read.check is not None and read.check.findings:
        blocks.append(_findings(read.check.findings, _rules_by_id(read), read.discreet))
    if read.stages:
        blocks.append(_aims(read))
    blocks += _baseline_checks(read)
    blocks.append(_identity(read))
    return Section("Checks", tuple(blocks))


def _check_words(check: CheckVerdict | None) -> str:
    if check is None:
        return "There is no plan that could be checked."
    checked = (
        f"{len(check.rules)} rules were checked on the written tables by a checker that shares no code with the model"
    )
    if not check.passed:
        broken = sorted({one.rule for one in check.broken})
        return f"FAILED: {checked}; broken: {', '.join(broken)}."
    soft = len(check.missed)
    kept = f"no hard rule is broken; {soft} soft rule{'s' * (soft > 1)} missed" if soft else "none is broken"
    return f"Passed: {checked}; {kept}."


def findings_of(read: ReadRun) -> tuple[Block, ...]:
    """What the check found, for a report that has nothing else to show."""
    found = read.check.findings if read.check is not None else ()
    return (_findings(found, _rules_by_id(read), read.discreet),) if found else ()


def _findings(findings: Sequence[Finding], rules: Mapping[str, Rule], discreet: bool) -> Grid:
    """Errors first; by rule alone where a message may name a patient."""
    order = {"error": 0, "warning": 1, "note": 2}
    in_order = sorted(findings, key=lambda one: order.get(one.severity, len(order)))
    if discreet:
        counts: dict[tuple[str, str], int] = {}
        for one in in_order:
            counts[one.rule, one.severity] = counts.get((one.rule, one.severity), 0) + 1
        rows = [
            (rule, severity, rules[rule].sentence if rule in rules else "", patients_words(count))
            for (rule, severity), count in counts.items()
        ]
        return numbers_behind("What the check found", ("rule", "weight", "the rule says", "times"), rows, texts=3)
    rows = [(one.rule, one.severity, one.message, one.where) for one in in_order[:_FINDINGS_SHOWN]]
    note = f"and {len(findings) - len(rows)} more in run.json" if len(findings) > len(rows) else ""
    return Grid("What the check found", ("rule", "weight", "message", "where"), tuple(rows), (False,) * 4, note)


def _aims(read: ReadRun) -> Grid:
    names = names_of(read.kind)
    rows = [
        (
            names.aim(stage.name),
            "as much as possible" if stage.sense == "maximise" else "as little as possible",
            figure_words(stage.value, stage.unit, read.discreet),
            figure_words(stage.bound, stage.unit, read.discreet),
            gap_words(stage.gap_share) if stage.value is not None else "not reached",
        )
        for stage in read.stages
    ]
    headings = ("aim, in this order", "", "this plan", "no plan beats", "so")
    return Grid("How good the plan is", headings, tuple(rows), (False, False, True, True, False))


def _baseline_checks(read: ReadRun) -> list[Block]:
    """Which rules the baselines break: they are no plans one could choose instead."""
    said = []
    for name, check in mapping_of(read.record.get("baseline_checks")).items():
        errors = [
            str(one.get("rule"))
            for one in objects_of(mapping_of(check).get("findings"))
            if one.get("severity") == "error"
        ]
        broken = ", ".join(f"{rule} ({errors.count(rule)} times)" for rule in sorted(set(errors)))
        said.append(
            Sentence(f"{names_of(read.kind).baseline(name)}: {f'breaks {broken}' if broken else 'keeps every rule'}.")
        )
    return [Points(tuple(said), "What one would do without this plan, checked alike")] if said else []


def _identity(read: ReadRun) -> Grid:
    """Everything needed to repeat the run and to know it again."""
    told, record = read.told, read.record
    options, scenario = mapping_of(told.get("options")), mapping_of(told.get("scenario"))
    changes = mapping_of(told.get("set"))
    left_out = options.get("without_rules")
    facts = {
        "run": read.name,
        "title": str(told.get("title", "")),
        "started": _moment(read.solved_at),
        "by": str(told.get("who") or "not said"),
        "why": without_patients(str(told.get("why") or "not said"), read.patient_ids),
        "scenario": str(scenario.get("title") or "none"),
        "settings changed by hand": ", ".join(f"{key} = {value}" for key, value in changes.items()) or "none",
        "rules left out": ", ".join(map(str, left_out)) if isinstance(left_out, list) and left_out else "none",
        "inputs (SHA-256)": str(mapping_of(told.get("instance")).get("sha256", "")),
        "made from run": str(mapping_of(told.get("parent_run")).get("run") or "none"),
        "repeatable": _yes_or_no(record.get("repeatable")),
        "seed": str(options.get("seed", "")),
        "processor time": _seconds(mapping_of(record.get("cpu")).get("worker_total")),
        "solvers": ", ".join(f"{one.get('name')} {one.get('version')}" for one in objects_of(record.get("solvers")))
        or "none",
        "nwl-opt": str(told.get("tool_version", "")),
    }
    return Grid("The run", ("what", "value"), tuple(facts.items()), (False, False))


def _moment(moment: dt.datetime | None) -> str:
    return "not known" if moment is None else f"{moment:%d/%m/%Y %H:%M} {moment.tzname() or ''}".strip()


def _yes_or_no(value: object) -> str:
    return "yes" if value is True else "no" if value is False else "not known"


def _seconds(value: object) -> str:
    number = number_of(value)
    return "not known" if number is None else number_words(number, "seconds")


def _rules_by_id(read: ReadRun) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in read.validation.problem.rules}


def all_figures(read: ReadRun) -> tuple[Section, ...]:
    """The appendix of key figures, where there are more than the first ones."""
    if len(read.figures) <= _FIGURES_SHOWN:
        return ()
    return (Section("All key figures", beside_baselines(read, len(read.figures)), folded=True),)


def mathematics(read: ReadRun) -> Section:
    """The rules with their formulas, and how each aim was solved."""
    rules = tuple(
        (rule.id, rule.sentence, rule.formula, "definition" if rule.definitional else "hard" if rule.hard else "soft")
        for rule in read.validation.problem.rules
    )
    blocks: list[Block] = [
        Paragraph(
            "The aims are solved in their order: each is kept at its value while the next is improved, and each has "
            "a bound of its own that no plan can beat."
        ),
        Grid("The rules", ("rule", "in words", "in symbols", ""), rules, (False,) * 4),
    ]
    if read.stages:
        names = names_of(read.kind)
        solved = tuple((names.aim(stage.name), stage.unit, stage.solver, stage.status) for stage in read.stages)
        blocks.append(Grid("How each aim was solved", ("aim", "unit", "solver", "status"), solved, (False,) * 4))
    return Section("The mathematics", tuple(blocks), folded=True)
