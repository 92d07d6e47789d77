"""Who loses: places and providers behind growth in step with the money, cash cuts, and provider bands."""

from __future__ import annotations

from models.reallocation.explain.figures import Figures, largest, pounds
from models.reallocation.words import Number, gbp_words, listed, percent_words, tell, worth_telling_gbp
from models.shared.problem import Explanation

_TOLD = 2
_NEAR_SHARE = 0.5


def loser_sentences(figures: Figures) -> list[Explanation]:
    """Places and providers furthest behind, those that win, cash cuts, and the provider nearest its band."""
    found = []
    for kind in ("place", "provider"):
        found += [*_behind(figures, kind, -1, "loser"), *_behind(figures, kind, 1, "winner")]
    return [*found, _cuts(figures), *_bands(figures)]


def _behind(figures: Figures, kind: str, sign: int, name: str) -> list[Explanation]:
    instance, least = figures.instance, worth_telling_gbp(figures.instance)
    rows = [
        row
        for row in largest(figures.rows("impacts", kind=kind), "against_in_step_gbp", _TOLD, sign)
        if pounds(row, "against_in_step_gbp") * sign >= least
    ]
    if not rows or len(instance.places if kind == "place" else instance.providers) < 2:
        return []
    names = {place.place: place.name for place in instance.places}
    names |= {provider.provider: provider.name for provider in instance.providers} | {"-": "not split by provider"}
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    parts: list[str] = []
    for row in rows:
        gbp, share = pounds(row, "against_in_step_gbp"), row["against_in_step_share"]
        assert isinstance(share, (int, float))
        numbers |= {f"{row['who']}_gbp": gbp, f"{row['who']}_share": share}
        of_budget = "" if parts else " of budget"
        parts.append(f"{names[str(row['who'])]} {gbp_words(abs(gbp))} ({percent_words(abs(share))}{of_budget})")
    who = {"place": "Places", "provider": "Providers"}[kind]
    word = "behind" if sign < 0 else "ahead of"
    template = f"{who} furthest {word} growth in step, {{final_year}}: {{parts}}."
    told = {"parts": listed(parts)}
    return [tell(f"{name}-{kind}", template, numbers, where="impacts.csv", headline=sign < 0, names=told)]


def _cuts(figures: Figures) -> Explanation:
    """Cash lost by places' lines, each of which needs an equality and quality assessment."""
    numbers: dict[str, Number] = {}
    parts = []
    for kind, words in (("place_line", "places' lines"), ("provider", "providers")):
        rows = figures.rows("impacts", kind=kind)
        cuts = sum(bool(row["equality_flag"]) for row in rows)
        if cuts:
            numbers |= {f"{kind}s": cuts, f"of_{kind}s": len(rows)}
            parts.append(f"{cuts} of {len(rows)} {words}")
    if not parts:
        template = "No place's line and no provider loses cash in any year: no equality assessment is due."
        return tell("cash-cuts", template, {}, where="impacts.csv: equality_flag", headline=True)
    template = "Cash falls in some year for {parts}: each needs an equality and quality assessment."
    return tell("cash-cuts", template, numbers, where="impacts.csv: equality_flag", headline=True,
                names={"parts": listed(parts)})  # fmt: skip


def _bands(figures: Figures) -> list[Explanation]:
    """The provider whose payments fall, or rise, by the largest part of what its band allows in a year."""
    instance, plan = figures.instance, figures.plan
    used: list[tuple[float, str, str, int, float]] = []  # share of the band, provider, year, change, band
    for provider in instance.providers:
        cells = [cell for cell in instance.cells if cell.provider == provider.provider]
        fall, rise = (float(gbp) for gbp in instance.turnover_band(provider))
        for t in range(1, instance.horizon + 1) if cells else ():
            change = plan.gbp(cells, t) - plan.gbp(cells, t - 1)
            band = rise if change > 0 else fall
            if abs(change) >= _NEAR_SHARE * band > 0:
                used.append((abs(change) / band, provider.name, instance.year_names[t], change, band))
    if not used:
        return []
    found = []
    for name, chosen in (
        ("fall", [one for one in used if one[3] < 0]),
        ("rise", [one for one in used if one[3] > 0]),
    ):
        if chosen:
            share, who, year, change, band = max(chosen, key=lambda one: (round(one[0], 6), abs(one[3]), one[1]))
            numbers: dict[str, Number] = {
                "year": year,
                "change_gbp": abs(change),
                "band_gbp": round(band),
                "used_share": share,
            }
            template = (
                f"The {name} nearest a provider's band: {{name}} in {{year}}, {{change_gbp:gbp}} of {{band_gbp:gbp}} "
                "allowed ({used_share:percent})."
            )
            found.append(tell(f"band-{name}", template, numbers, rule="R-07", where="providers.csv",
                              names={"name": who}))  # fmt: skip
    return found
