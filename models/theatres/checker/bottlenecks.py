"""T-25: what can be checked of the study of bottlenecks without repeating it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from models.shared.findings import Finding
from models.theatres.checker.evidence import Evidence
from models.theatres.checker.tallies import differences, wrong

ALL = frozenset({"all"})


def bottleneck_rows(evidence: Evidence) -> Iterator[Finding]:
    """Known resources once each, the most gain first, beside the cases booked and one bound not below them."""
    rows, where = evidence.rows("bottlenecks"), evidence.where("bottlenecks")
    items, seen = _items(evidence), set[tuple[str, str]]()
    for row in rows:
        resource, item, at = row.text("resource"), row.text("item"), evidence.where("bottlenecks", row)
        what = f"{resource} {item}"
        if item not in items.get(resource, frozenset()):
            yield wrong(f"{what}: there is no such {resource}.", at)
        if (resource, item) in seen:
            yield wrong(f"{what} stands in the table twice.", at)
        seen.add((resource, item))
        yield from differences(row, {"cases": len(evidence.cases)}, what, at)
        if row.number_of("cases_at_most") < len(evidence.cases):
            message = (
                f"{what}: no more than {row.number_of('cases_at_most')} cases; {len(evidence.cases)} are booked."
            )
            yield wrong(message, at)
    if len({row.number_of("cases_at_most") for row in rows}) > 1:
        yield wrong("cases_at_most is a bound for the instance; it is not the same in all rows.", where)
    order = [(-row.number_of("marginal_cases"), row.text("resource"), row.text("item")) for row in rows]
    if order != sorted(order):
        yield wrong("the rows do not stand by falling marginal cases, then resource and item.", where)


def _items(evidence: Evidence) -> Mapping[str, Set[str]]:
    """Kind of resource -> what there is of it."""
    known = evidence.instance
    return {
        "list": known.lists.keys(),
        "surgeon_lists": known.surgeons.keys(),
        "bed": known.wards.keys(),
        "kit": known.kit.keys(),
        "image_intensifier": ALL,
        "recovery": ALL,
        "staff": known.roles.keys(),
        "transport": ALL,
        "test": known.tests.keys(),
    }
