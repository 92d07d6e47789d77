"""A seeded generator, as the real problems ship one."""

from __future__ import annotations

import random

from models.shared.cells import Cell


def generate(seed: int, *, items: int = 5) -> tuple[dict[str, object], dict[str, list[dict[str, Cell]]]]:
    """A knapsack of a given size."""
    draw = random.Random(seed)
    rows: list[dict[str, Cell]] = [
        {
            "item_id": f"I{number:02d}",
            "shelf_id": "S1",
            "weight_kg": draw.randint(1, 6),
            "gain_gbp": 20 + draw.randint(0, 9),
            "provenance": "synthetic",
        }
        for number in range(1, items + 1)
    ]
    header: dict[str, object] = {"title": "Generated knapsack", "settings": {"limit_kg": 8}}
    return header, {"items": rows, "shelves": [{"shelf_id": "S1"}]}
