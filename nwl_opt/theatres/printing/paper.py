"""One printed document: which templates set it, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nwl_opt.theatres.printing.sheets import Imprint, SiteSheet, StandbySheet, TheatrePage


@dataclass(frozen=True)
class Paper:
    """A document by the name of its file, without the ending.

    `template` names the HTML and the Typst template; a `named` paper says who patients are; `draft` says that it is
    one, where it is. `nobody` stands there instead of sheets when there is none.
    """

    name: str
    template: str
    title: str
    sheets: Sequence[TheatrePage] | Sequence[SiteSheet] | Sequence[StandbySheet]
    imprint: Imprint
    named: bool
    upright: bool = False
    under: str = ""
    draft: str = ""
    nobody: str = ""

    def content(self) -> dict[str, object]:
        """What the templates set, as plain dictionaries, lists and texts."""
        return {
            "title": self.title,
            "under": self.under,
            "upright": self.upright,
            "named": self.named,
            "draft": self.draft,
            "nobody": self.nobody,
            "imprint": asdict(self.imprint),
            "sheets": [asdict(sheet) for sheet in self.sheets],
        }
