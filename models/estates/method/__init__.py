"""How an estates instance is solved: one model, six aims in order, each with its bound."""

from __future__ import annotations

from models.estates.method.solve import solve_estates

__all__ = ["solve_estates"]
