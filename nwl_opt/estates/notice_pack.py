"""The notice of vacation as files: a table, a page to read, and a page to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.estates.what_if.answer import Answer
from models.estates.what_if.notice import Evidence, Statement, evidence, statements
from models.estates.what_if.telling import full_name, named
from models.estates.words import day_words
from nwl_opt.files.pages import html_page
from nwl_opt.files.tables import csv_bytes

_PACKAGE = "nwl_opt.estates"


def notice_files(answer: Answer, label: str) -> Mapping[str, bytes]:
    """Name -> content of the files of the notice; `label` says how sure the answer is."""
    said, rests = statements(answer), evidence(answer)
    names = {suite: full_name(answer, suite) for suite in answer.order.dates}
    title = f"Notice of vacation, draft: {named(answer)}, {day_words(answer.order.day)}"
    return {
        "notice.csv": csv_bytes(("suite_id", "field", "value"), [(s.suite_id, s.field, s.value) for s in said]),
        "evidence.csv": csv_bytes(
            ("suite_id", "evidence", "status", "at_hand", "still_needed"),
            [(e.suite_id, e.item, "present" if e.is_present else "missing", e.found, e.still_needed) for e in rests],
        ),
        "notice.md": _markdown(title, label, names, said, rests).encode(),
        "notice.html": _html(title, label, names, said, rests),
    }


def _markdown(
    title: str, label: str, names: Mapping[str, str], said: Sequence[Statement], rests: Sequence[Evidence]
) -> str:
    lines = [f"# {title}", "", label]
    for suite, name in names.items():
        lines += ["", f"## {name}", ""]
        lines += [f"- {one.field}: {one.value}" for one in said if one.suite_id == suite]
        lines += ["", "| evidence | at hand | still needed |", "|---|---|---|"]
        lines += [f"| {one.item} | {one.found or 'nothing'} | {one.still_needed} |" for one in rests
                  if one.suite_id == suite]  # fmt: skip
    return "\n".join(lines) + "\n"


def _html(
    title: str, label: str, names: Mapping[str, str], said: Sequence[Statement], rests: Sequence[Evidence]
) -> bytes:
    suites = [
        {
            "name": name,
            "statements": [one for one in said if one.suite_id == suite],
            "evidence": [one for one in rests if one.suite_id == suite],
        }
        for suite, name in names.items()
    ]
    return html_page(_PACKAGE, "notice.html", {"title": title, "label": label, "suites": suites})
