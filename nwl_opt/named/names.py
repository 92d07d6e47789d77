"""The words of a kind of problem for what its runs record under short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nwl_opt.named import estates, reallocation, theatres
from nwl_opt.words import name_words

_OF_SEVERAL = re.compile(r"(.+)_([^_]+)")


@dataclass(frozen=True)
class Names:
    """What one kind of problem calls its aims, figures and baselines.

    `units` are those of the aims, for where only their values are known, as while a solve is at work.
    `several` are the aims that come once for each of several levels or trusts: their words end in which one.
    """

    aims: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    baselines: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def aim(self, name: str) -> str:
        """An aim as its users say it."""
        found = _OF_SEVERAL.fullmatch(name)
        if found and found[1] in self.several:
            return f"{self.several[found[1]]} {found[2]}"
        return self.aims.get(name, _plain(name))

    def unit(self, name: str) -> str:
        """The unit of an aim; empty where it is not known."""
        found = _OF_SEVERAL.fullmatch(name)
        own = "" if found is None or found[1] not in self.several else self.units.get(found[1], "")
        return self.units.get(name, own)

    def figure(self, name: str) -> str:
        """A key figure as its users say it."""
        return self.figures.get(name, _plain(name))

    def baseline(self, name: str) -> str:
        """What one would do without a plan, as its users say it."""
        return self.baselines.get(name, _plain(name))


_NAMES: Mapping[str, Names] = {
    "reallocation": Names(
        reallocation.AIMS,
        reallocation.AIMS_OF_SEVERAL,
        reallocation.FIGURES,
        reallocation.BASELINES,
        reallocation.UNITS,
    ),
    "theatres": Names(theatres.AIMS, theatres.AIMS_OF_SEVERAL, theatres.FIGURES, theatres.BASELINES, theatres.UNITS),
    "estates": Names(estates.AIMS, {}, estates.FIGURES, estates.BASELINES, estates.UNITS),
}


def names_of(kind: str) -> Names:
    """The words of a kind; without any of their own names lose their underscores."""
    return _NAMES.get(kind, Names())


def in_a_sentence(words: str) -> str:
    """Words as they stand in the middle of a sentence: `P2 patients` and `GP premises` keep their capitals."""
    return words if words[1:2].isupper() or words[1:2].isdigit() else f"{words[:1].lower()}{words[1:]}"


def _plain(name: str) -> str:
    words = name_words(name)
    return f"{words[:1].upper()}{words[1:]}"
