"""An instance in an order of its own, so that the order of a user's rows changes nothing."""

from __future__ import annotations

from dataclasses import replace

from models.reallocation.instance import Instance


def in_fixed_order(instance: Instance) -> Instance:
    """The same instance with places, lines, providers and cells by their names: a solver's answer hangs on order."""
    cells = tuple(sorted(instance.cells))
    return replace(
        instance,
        places=tuple(sorted(instance.places, key=lambda place: place.place)),
        lines=tuple(sorted(instance.lines, key=lambda line: line.line)),
        providers=tuple(sorted(instance.providers, key=lambda provider: provider.provider)),
        cells=cells,
        ledger_gbp={cell: instance.ledger_gbp[cell] for cell in cells},
        opening_gbp={cell: instance.opening_gbp[cell] for cell in cells},
    )
