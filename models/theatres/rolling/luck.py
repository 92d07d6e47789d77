"""What happens by chance, alike under every way of planning: a draw hangs on the seed, its purpose and its owner."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Luck:
    """Common random numbers of one replication."""

    seed: int

    def share(self, what: str, *whose: object) -> float:
        """A uniform number from 0 to 1, neither included."""
        drawn = random.Random(":".join(map(str, (self.seed, what, *whose)))).random()
        return min(max(drawn, 1e-12), 1 - 1e-12)

    def happens(self, chance_share: float, what: str, *whose: object) -> bool:
        return self.share(what, *whose) < chance_share

    def normal(self, what: str, *whose: object) -> float:
        """A standard normal number."""
        return NormalDist().inv_cdf(self.share(what, *whose))

    def exponential(self, mean: float, what: str, *whose: object) -> float:
        return -mean * math.log(self.share(what, *whose))
