"""Writing TOML: enough of it for headers of instances and for scenarios."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping

_BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")


def toml_text(values: Mapping[str, object]) -> str:
    """A TOML document: plain values first, then one section per mapping, then one per entry of a list of mappings.

    Raises
    ------
    TypeError
        If a value has no form in TOML.
    """
    lists = {name: _mappings(value) for name, value in values.items()}
    plain = {k: v for k, v in values.items() if not isinstance(v, Mapping) and not lists[k]}
    sections = [_section(f"[{_key(name)}]", value) for name, value in values.items() if isinstance(value, Mapping)]
    sections += [_section(f"[[{_key(name)}]]", entry) for name, entries in lists.items() for entry in entries]
    lines = _pairs(plain)
    return "\n\n".join(["\n".join(lines), *sections] if lines else sections) + "\n"


def _pairs(values: Mapping[str, object]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in values.items()]


def _section(heading: str, values: Mapping[str, object]) -> str:
    return "\n".join([heading, *_pairs(values)])


def _mappings(value: object) -> list[Mapping[str, object]]:
    """The entries of a list of mappings; none for any other value."""
    entries = list(value) if isinstance(value, (list, tuple)) else []
    found = [entry for entry in entries if isinstance(entry, Mapping)]
    return found if len(found) == len(entries) else []


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (dt.date, dt.datetime, dt.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"TOML has no form for {value!r}")


def _text(text: str) -> str:
    """JSON's quotes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
