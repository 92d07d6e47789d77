"""Who follows a run that a verb makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nwl_opt.solving import Listener, Started


@dataclass(frozen=True)
class Following:
    """Shown the run while it happens, asked whether to stop; and when it began."""

    listener: Listener
    asked_to_stop: Callable[[], bool]
    started: Started
