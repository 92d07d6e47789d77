"""A mapping as mapping.toml, with what a reader has to look at as comments beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from nwl_opt.excel.mapping.model import ColumnRule, LeaveOut, Source, TableMapping
from nwl_opt.files.toml_text import toml_text

_WIDTH = 110


def mapping_text(
    mapping: TableMapping, remarks: Mapping[str, Sequence[str]] | None = None, below: Iterable[str] = ()
) -> str:
    """The file of a mapping. `remarks` are comments by column of ours, `below` comments at the end."""
    remarks = remarks or {}
    head: dict[str, object] = {"kind": mapping.kind, "table": mapping.table}
    if mapping.title:
        head["title"] = mapping.title
    parts = [toml_text(head), f"[source]\n{toml_text(_source(mapping.source))}"]
    target = _changed(
        {
            "way": (mapping.way, ""),
            "same_key": (mapping.same_key, "fault"),
            "rows_that_refer": (mapping.rows_that_refer, "keep"),
            "provenance": (mapping.provenance, ""),
        }
    )
    parts.append(f"[target]\n{toml_text(target)}")
    parts += [
        f"{_comments(remarks.get(rule.to, ()))}[[column]]\n{toml_text(_rule(rule))}" for rule in mapping.columns
    ]
    for name, entries in mapping.codes.items():
        if entries:
            parts.append(f"[codes.{name}]\n" + toml_text({_shown(theirs): ours for theirs, ours in entries.items()}))
    parts += [f"[[leave_out]]\n{toml_text(_leave_out(rule))}" for rule in mapping.leave_out]
    end = _comments(below)
    return "\n".join([*parts, end] if end else parts)


def _source(source: Source) -> dict[str, object]:
    return _changed(
        {
            "sheet": (source.sheet, ""),
            "header_row": (source.header_row, 0),
            "separator": (source.separator, ""),
            "encoding": (source.encoding, ""),
            "decimal": (source.decimal, "."),
        }
    )


def _rule(rule: ColumnRule) -> dict[str, object]:
    several = len(rule.headings) > 1 or rule.made_of
    return _changed(
        {
            "to": (rule.to, ""),
            "from": (rule.headings[0] if len(rule.headings) == 1 else list(rule.headings), []),
            "made_of": (list(rule.made_of), []),
            "join": (rule.join, "" if several else "-"),
            "after": (rule.after, ""),
            "before": (rule.before, ""),
            "first_characters": (rule.first_characters, 0),
            "unit": (rule.unit, ""),
            "date": (rule.date, ""),
            "less": (rule.less, ""),
            "default": (rule.default, ""),
            "constant": (rule.constant, None),
            "fill_down": (rule.fill_down, False),
        }
    )


def _leave_out(rule: LeaveOut) -> dict[str, object]:
    test: object = True if rule.test == "empty" else list(rule.values)
    return _changed({"from": (rule.heading, ""), rule.test: (test, ""), "reason": (rule.reason, "")})


def _changed(values: Mapping[str, tuple[object, object]]) -> dict[str, object]:
    """The values that are not as they would be without being written."""
    return {name: value for name, (value, usual) in values.items() if value != usual}


def _comments(lines: Iterable[str]) -> str:
    """Lines as comments, long ones over several; blanks that begin a line stay."""
    wrapped = (part for line in lines for part in textwrap.wrap(line, _WIDTH, subsequent_indent="    ") or [""])
    return "".join(f"# {part}\n" if part else "#\n" for part in wrapped)


def _shown(text: str) -> str:
    return " ".join(text.split())
