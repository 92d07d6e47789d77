"""What people call the sources of capital."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from models.estates.instance import EstatesInstance
from models.estates.words import SOURCE_WORDS

NO_SOURCE = "icb"
"""Who pays for works in the tables where an instance lists no sources."""


def source_names(instance: EstatesInstance) -> Mapping[str, str]:
    """What each source of capital is called: its kind and borough; its id too where two would be called the same."""
    if not instance.capital_sources:
        return {NO_SOURCE: SOURCE_WORDS["icb"]}
    found: dict[str, str] = {}
    for source in instance.capital_sources:
        kind = SOURCE_WORDS.get(source.kind, source.kind)
        found[source.source_id] = f"{kind}, {source.borough}" if source.borough else kind
    often = Counter(found.values())
    return {one: f"{name} ({one})" if often[name] > 1 else name for one, name in found.items()}
