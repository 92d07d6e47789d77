"""A finished run for people: what came of it, the tables they read, what binds, the check, the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from models.shared.findings import CheckReport, Finding
from models.shared.problem import Explanation, Measure, View
from nwl_opt.finishing import BaselinePlan
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.run_folder import RECORD_FILE
from nwl_opt.solving import RunResult
from nwl_opt.terminal.console import bullets, heading, show_table
from nwl_opt.words import gap_words, name_words, number_words, provenance_sentences, status_sentence
from solvers.types import StageResult

_FINDINGS_SHOWN = 12
_ROWS_SHOWN = 25
_FIGURES_SHOWN = 16
_NO_MATTER = 1e-6
_AHEAD = "Ahead of this plan (later aims give way to earlier ones)"
STOPS_HEADING = "What stops us, and what would change it"
CUT_SHORT = "The explanations were cut short; tables of studies are empty."


def show_result(console: Console, result: RunResult) -> None:
    """Everything a person wants to see after a solve, most important first."""
    solved, finished = result.solved, result.finished
    if has_screen(solved.explanations):
        show_screen(console, result)
        return
    heading(console, str(result.record["title"]))
    sentence = status_sentence(solved.status, solved.decisions is not None, solved.stages)
    console.print(Text(f"{sentence}.", style="green" if result.exit_code == 0 else "bold yellow"))
    if finished.report is not None and not finished.report.passed:
        console.print(Text("The independent check FAILED: do not use this plan (see Check below).", style="bold red"))
    if solved.reason and solved.status != "optimal":
        console.print(f"{solved.reason[:1].upper()}{solved.reason[1:].rstrip('.')}.")
    show_stages(console, solved.stages)
    _show_where_it_stopped(console, mapping_of(result.record.get("last_progress")))
    for view in finished.views:
        show_view(console, view)
    show_baselines(console, finished.measures, finished.baselines, solved.stages)
    if solved.status == "cancelled" and finished.report is not None:
        console.print("What one would do without this plan was left out, because the run was stopped.")
    _show_headlines(console, solved.explanations, result)
    if finished.report is not None:
        heading(console, "Check")
        show_report(console, finished.report)
    heading(console, "Provenance")
    shares = result.record["provenance"]
    assert isinstance(shares, Mapping)
    bullets(console, provenance_sentences(shares))
    _show_files(console, result)


def has_screen(explanations: Sequence[Explanation]) -> bool:
    """Whether a run's headlines stand in sections, and so are a screen of their own."""
    return any(one.headline and one.section for one in explanations)


def show_screen(console: Console, result: RunResult) -> None:
    """A run whose headlines stand in sections: the tables to read first, the sections, and nothing else."""
    solved, report = result.solved, result.finished.report
    heading(console, str(result.record["title"]))
    sentence = status_sentence(solved.status, solved.decisions is not None, solved.stages)
    passed = "" if report is None or not report.passed else f" {_passed_words(report)}"
    console.print(Text(f"{sentence}.{passed}", style="green" if result.exit_code == 0 else "bold yellow"))
    if report is not None and not report.passed:
        console.print(Text("The independent check FAILED: do not use this plan.", style="bold red"))
        show_report(console, report)
    elif solved.reason and solved.status != "optimal":
        console.print(f"{solved.reason[:1].upper()}{solved.reason[1:].rstrip('.')}.")
    _show_first(console, result)
    show_sections(console, [one for one in solved.explanations if one.headline])
    if not solved.explained and solved.outcome_written:
        console.print(CUT_SHORT)
    console.print()
    more = len(solved.explanations) - sum(one.headline for one in solved.explanations)
    console.print(f"{more} more sentences and the tables: nwl-opt explain {result.folder}", soft_wrap=True)


def _show_first(console: Console, result: RunResult) -> None:
    """The tables of a problem that come before its sentences, and each aim beside what one would do without us."""
    finished = result.finished
    first = [view for view in finished.views if view.first]
    for view in first:
        show_view(console, view)
    if first:
        _show_aims_beside(console, result.solved.stages, finished.measures, finished.baselines)


def _show_aims_beside(
    console: Console,
    stages: Sequence[StageResult],
    measures: Mapping[str, Measure],
    baselines: Mapping[str, BaselinePlan],
) -> None:
    """Each aim in its order: the plan, what no plan beats, and what each baseline comes to."""
    rows = [
        (
            name_words(stage.name),
            number_words(stage.value, stage.unit),
            number_words(stage.bound, stage.unit),
            *(_value(baseline.measures.get(stage.name)) for baseline in baselines.values()),
        )
        for stage in stages
        if stage.name in measures
    ]
    if rows:
        headings = ("aim", "this plan", "no plan beats", *(name_words(name) for name in baselines))
        show_table(console, headings, rows, (False, *[True] * (2 + len(baselines))), "Aims, in this order")
    ahead = [words for stage in stages for words in _ahead(stage, measures, baselines)]
    if ahead:
        console.print(f"{_AHEAD}: {'; '.join(ahead)}.")


def _value(measure: Measure | None) -> str:
    return number_words(measure.value, measure.unit) if measure is not None else ""


def show_sections(console: Console, explanations: Sequence[Explanation], *, with_where: bool = False) -> None:
    """Sentences under their sections, in the order in which sections are first met."""
    for section in dict.fromkeys(one.section for one in explanations):
        heading(console, section or STOPS_HEADING)
        own = [one for one in explanations if one.section == section]
        bullets(
            console, [f"{sentence_line(one)}{f' See {one.where}.' * with_where if one.where else ''}" for one in own]
        )


def show_stages(console: Console, stages: Sequence[StageResult]) -> None:
    """Each aim, in the order it was pursued."""
    if not stages:
        return
    rows = [
        (
            str(number),
            name_words(stage.name),
            "as much as possible" if stage.sense == "maximise" else "as little as possible",
            number_words(stage.value, stage.unit),
            number_words(stage.bound, stage.unit),
            gap_words(stage.gap_share) if stage.value is not None else "not reached",
        )
        for number, stage in enumerate(stages, start=1)
    ]
    headings = ("", "aim", "", "value", "no plan beats", "so")
    show_table(console, headings, rows, (True, False, False, True, True, False), "Aims, in this order")


def show_view(console: Console, view: View) -> None:
    """One table of the problem's own."""
    show_table(console, view.headings, view.rows[:_ROWS_SHOWN], view.numeric, view.title)
    if len(view.rows) > _ROWS_SHOWN:
        console.print(f"and {len(view.rows) - _ROWS_SHOWN} more rows, in the files below")
    if view.note:
        console.print(Text(view.note, style="italic"))


def show_baselines(
    console: Console,
    measures: Mapping[str, Measure],
    baselines: Mapping[str, BaselinePlan],
    stages: Sequence[StageResult] = (),
) -> None:
    """The plan beside what users would do without it, and the aims on which one of these is ahead."""
    if not measures:
        return
    rows = [
        (
            name_words(name),
            number_words(measure.value, measure.unit),
            *(
                number_words(baseline.measures[name].value, measure.unit) if name in baseline.measures else ""
                for baseline in baselines.values()
            ),
        )
        for name, measure in list(measures.items())[:_FIGURES_SHOWN]
    ]
    headings = ("", "this plan", *(name_words(name) for name in baselines))
    title = "This plan beside what one would do without it" if baselines else "Key figures"
    show_table(console, headings, rows, (False, *[True] * (1 + len(baselines))), title)
    if len(measures) > len(rows):
        console.print(f"and {len(measures) - len(rows)} more key figures in {RECORD_FILE}")
    for name, baseline in baselines.items():
        broken = broken_rules(baseline.report)
        verdict = f"breaks {broken}" if broken else "keeps every rule"
        console.print(f"{name_words(name)}: {verdict}")
    ahead = [words for stage in stages for words in _ahead(stage, measures, baselines)]
    if ahead:
        console.print(f"{_AHEAD}: {'; '.join(ahead)}.")


def _ahead(
    stage: StageResult, measures: Mapping[str, Measure], baselines: Mapping[str, BaselinePlan]
) -> Iterator[str]:
    """The baselines that do better on one aim, where key figures have it under its name."""
    if stage.name not in measures:
        return
    own, sign = measures[stage.name], 1 if stage.sense == "maximise" else -1
    for name, baseline in baselines.items():
        by = sign * (baseline.measures[stage.name].value - own.value) if stage.name in baseline.measures else 0.0
        if by > _NO_MATTER:
            better = number_words(by, own.unit)
            yield f"{name_words(name)} by {better} on {name_words(stage.name)}"


def show_report(console: Console, report: CheckReport) -> None:
    """The verdict of the independent check."""
    notes = [finding for finding in report.findings if finding.severity != "error"]
    errors = [finding for finding in report.findings if finding.severity == "error"]
    rules = len(report.rules_checked)
    if report.passed:
        console.print(Text(_passed_words(report), style="green"))
    else:
        text = (
            f"Failed: {len(errors)} error{'s' if len(errors) > 1 else ''} ({broken_rules(report)}) in {rules} rules."
        )
        console.print(Text(text, style="bold red"))
    shown = [*errors, *notes][:_FINDINGS_SHOWN]
    bullets(console, [finding_line(finding) for finding in shown])
    if len(report.findings) > len(shown):
        console.print(f"and {len(report.findings) - len(shown)} more in {RECORD_FILE}")


def _passed_words(report: CheckReport) -> str:
    soft = {one.rule for one in report.findings if one.severity == "note" and one.message.startswith("soft: ")}
    word = f"no hard rule broken; {len(soft)} soft rule{'s' * (len(soft) > 1)} missed" if soft else "none broken"
    return f"Passed: {len(report.rules_checked)} rules checked on the written tables, {word}."


def broken_rules(report: CheckReport) -> str:
    """The ids of broken rules with how often: `R-03 (2), R-07`."""
    counts = Counter(finding.rule for finding in report.findings if finding.severity == "error")
    return ", ".join(f"{rule} ({count})" if count > 1 else rule for rule, count in sorted(counts.items()))


def finding_line(finding: Finding) -> str:
    """A finding on one line."""
    label = "" if finding.severity == "error" else f"{finding.severity}: "
    return f"{finding.rule} {label}{finding.message} ({finding.where})"


def sentence_line(explanation: Explanation) -> str:
    """An explanation on one line, with the rule it speaks of."""
    return f"{explanation.sentence} [{explanation.rule}]" if explanation.rule else explanation.sentence


def _show_where_it_stopped(console: Console, last: Mapping[str, object]) -> None:
    """For a solve that did not live to report its stages: how far it had come."""
    if last:
        words = gap_words(number_of(last.get("gap_share")))
        console.print(f"It was working on: {name_words(str(last.get('stage')))}; {words}.")


def _show_headlines(console: Console, explanations: Sequence[Explanation], result: RunResult) -> None:
    headlines = [sentence_line(one) for one in explanations if one.headline]
    if headlines:
        heading(console, STOPS_HEADING)
        bullets(console, headlines)
    if not result.solved.explained and result.solved.outcome_written:
        console.print(CUT_SHORT)
    more = len(explanations) - len(headlines)
    if more:
        console.print(
            f"{more} more sentence{'s' if more > 1 else ''}: nwl-opt explain {result.folder}", soft_wrap=True
        )


def _show_files(console: Console, result: RunResult) -> None:
    heading(console, "Files")
    outputs = [str(entry["file"]) for entry in result.finished.outputs]
    tables = [name for name in outputs if name.endswith(".csv") and "/" not in name]
    console.print(f"{result.folder}", soft_wrap=True)
    bullets(console, [", ".join(tables) if tables else "no tables", f"{RECORD_FILE}, inputs/"])
