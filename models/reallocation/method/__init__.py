"""How a reallocation is solved: aims in stages, then whole pounds; and why there is no plan where there is none."""

from models.reallocation.method.solving import solve

__all__ = ["solve"]
