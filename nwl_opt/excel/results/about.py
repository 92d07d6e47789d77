"""What every sheet says of its run below its title, and the warnings no reader may miss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nwl_opt.excel.results.book import About
from nwl_opt.excel.results.source import Source
from nwl_opt.plain import mapping_of, number_of
from nwl_opt.words import name_words, provenance_sentences, status_sentence

_HASH_DIGITS = 12


def about_run(source: Source, made_at: dt.datetime) -> About:
    """The lines below every title: warnings, status, run, provenance."""
    warnings = [(text, "loud") for text in loud_warnings(source)]
    standing = (standing_sentence(source), "standing" if source.check_passed and not warnings else "notice")
    lines = (*warnings, standing, (_run_line(source, made_at), "about"), (_provenance_line(source), "about"))
    synthetic = number_of(mapping_of(source.document.get("provenance")).get("synthetic"))
    invented = " - holds SYNTHETIC numbers" if synthetic else ""
    footer = f"{source.kind}, run {source.run_id}: {status_words(source)}{invented}"
    return About(lines, footer.replace("&", "&&"))


def loud_warnings(source: Source) -> list[str]:
    """What makes a workbook no plan to act on."""
    found: list[str] = []
    words = status_words(source)
    if source.run.record is None:
        found.append(f"NO PLAN. {words}. Nothing in this workbook is a result.")
    elif not source.has_plan:
        found.append(f"NO PLAN. {words}. This workbook says why; it holds no plan.")
    elif not source.check_passed:
        found.append("DO NOT USE: the independent check of this plan FAILED. The sheet Findings says what is broken.")
    if source.changed:
        found.append(f"DO NOT USE: files of this run are not as they were saved ({'; '.join(source.changed)}).")
    without = mapping_of(source.document.get("options")).get("without_rules")
    if isinstance(without, list) and without:
        found.append(f"Solved WITHOUT the rules {', '.join(map(str, without))}: it shows what they cost, no more.")
    return found


def status_words(source: Source) -> str:
    """What came of the solve, as one says it."""
    return status_sentence(source.run.status, source.has_plan, source.stages)


def check_words(source: Source) -> str:
    """What the independent check came to."""
    if not source.has_plan:
        return "Independent check: there is no plan to check"
    errors = sum(finding.get("severity") == "error" for finding in source.findings)
    if source.check_passed:
        return f"Independent check: passed ({source.rules_checked} rules)"
    return f"Independent check: FAILED ({errors} broken of {source.rules_checked} rules checked)"


def changes_words(source: Source) -> str:
    """The scenario and the settings changed by hand, in words."""
    parts = list(_changes(source))
    return ". ".join(parts) if parts else "The instance as it is: no scenario, no changed settings"


def standing_sentence(source: Source) -> str:
    return f"{status_words(source)}. {check_words(source)}. {changes_words(source)}."


def day_and_time(moment: dt.datetime) -> str:
    """22 November 2026 15:26 UTC."""
    zone = moment.tzname() or ""
    return f"{moment.day} {moment:%B %Y %H:%M} {zone}".strip()


def started_words(source: Source) -> str:
    """When the run was started."""
    text = str(source.document.get("started_at", ""))
    try:
        return day_and_time(dt.datetime.fromisoformat(text))
    except ValueError:
        return text or "time not recorded"


def _changes(source: Source) -> Iterator[str]:
    scenario = mapping_of(source.document.get("scenario"))
    if scenario:
        yield f"Scenario: {scenario.get('title') or scenario.get('file')}"
    by_hand = mapping_of(source.document.get("set"))
    if by_hand:
        listed = ", ".join(f"{name_words(name)} = {value}" for name, value in by_hand.items())
        yield f"Settings changed by hand: {listed}"


def _run_line(source: Source, made_at: dt.datetime) -> str:
    document = source.document
    who, why = str(document.get("who") or "not said"), str(document.get("why") or "not said")
    instance = str(mapping_of(document.get("instance")).get("sha256", ""))[:_HASH_DIGITS]
    return (
        f"Of: {source.title}. Run {source.folder.resolve().name} (id {source.run_id}), "
        f"solved {started_words(source)}; who: {who}; why: {why}. "
        f"Instance {instance}. Workbook made {day_and_time(made_at)} with nwl-opt {document.get('tool_version', '')}."
    )


def _provenance_line(source: Source) -> str:
    shares = mapping_of(source.document.get("provenance"))
    if not shares:
        counts = source.validation.parsed.provenance_counts
        total = sum(counts.values())
        shares = {name: count / total for name, count in counts.items() if total}
    return " ".join(provenance_sentences({name: number_of(share) or 0.0 for name, share in shares.items()}))
