"""The notice of vacation as files: a table, a page to read, and a page to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jinja2

from models.estates.what_if.answer import Answer
from models.estates.what_if.notice import Evidence, Statement, evidence, statements
from models.estates.what_if.telling import full_name, named
from models.estates.words import day_words
from nwl_opt.files.tables import csv_bytes

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #888;padding:.3rem .6rem;
text-align:left;vertical-align:top}th{background:#eef}.needed{font-weight:bold}</style></head>
<body><h1>{{ title }}</h1><p>{{ label }}</p>
{% for suite in suites %}<h2>{{ suite.name }}</h2>
<table><caption>What the notice says</caption>
{% for one in suite.statements %}<tr><th scope="row">{{ one.field }}</th><td>{{ one.value }}</td></tr>
{% endfor %}</table>
<table><caption>What it rests on</caption><tr><th>evidence</th><th>at hand</th><th>still needed</th></tr>
{% for one in suite.evidence %}<tr><td>{{ one.item }}</td><td>{{ one.found or "nothing" }}</td>
<td class="needed">{{ one.still_needed }}</td></tr>
{% endfor %}</table>
{% endfor %}</body></html>
"""


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
        "notice.html": _html(title, label, names, said, rests).encode(),
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
) -> str:
    suites = [
        {
            "name": name,
            "statements": [one for one in said if one.suite_id == suite],
            "evidence": [one for one in rests if one.suite_id == suite],
        }
        for suite, name in names.items()
    ]
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(_PAGE)
    return page.render(title=title, label=label, suites=suites)
