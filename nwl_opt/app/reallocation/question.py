"""What the warm process is asked about a reallocation, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nwl_opt.reallocation.what_if import WhatIf, answer_what_if


@dataclass(frozen=True)
class Question:
    """An instance, and the settings it is to be solved with."""

    inputs: Path
    settings: tuple[tuple[str, object], ...]


def answer(question: Question) -> WhatIf:
    """The plan that would be."""
    return answer_what_if(question.inputs, dict(question.settings))
