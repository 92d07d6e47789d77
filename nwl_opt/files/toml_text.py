"""Writing TOML: enough of it for headers of instances."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping

_BARE_KEY = re.compile(r"^[A-Za-z0-9_-]+$")


def toml_text(values: Mapping[str, object]) -> str:
    """A TOML document: plain values first, then one section per mapping.

    Raises
    ------
    TypeError
        If a value has no form in TOML.
    """
    plain = [f"{_key(k)} = {_value(v)}" for k, v in values.items() if not isinstance(v, Mapping)]
    sections = [
        "\n".join([f"[{_key(name)}]", *(f"{_key(k)} = {_value(v)}" for k, v in section.items())])
        for name, section in values.items()
        if isinstance(section, Mapping)
    ]
    return "\n\n".join(["\n".join(plain), *sections] if plain else sections) + "\n"


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
