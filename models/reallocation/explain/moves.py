"""What moves from where to where, against growth in step with the money."""

from __future__ import annotations

from collections import defaultdict

from models.reallocation.explain.figures import Figures, largest, pounds
from models.reallocation.words import Number, gbp_words, listed, tell, worth_telling_gbp
from models.shared.problem import Explanation

_TOLD = 3
_PAIRS = 4


def move_sentences(figures: Figures) -> list[Explanation]:
    """Moves between lines (headline), who pays for whom (headline), and the places' lines that move most."""
    return [_lines(figures), *_pairs(figures), *_places_lines(figures)]


def _lines(figures: Figures) -> Explanation:
    instance = figures.instance
    against = dict.fromkeys((line.line for line in instance.leaf_lines), 0)
    for row in figures.rows("impacts", kind="place_line"):
        against[str(row["who"]).split("/")[1]] += pounds(row, "against_in_step_gbp")
    numbers: dict[str, Number] = {"final_year": instance.year_names[-1]}
    numbers |= {f"against_{line}_gbp": gbp for line, gbp in against.items()}
    names = {line.line: line.name for line in instance.leaf_lines}
    least = worth_telling_gbp(instance)
    giving = sorted((line for line in against if against[line] <= -least), key=lambda line: against[line])
    gaining = sorted((line for line in against if against[line] >= least), key=lambda line: -against[line])
    if not giving and not gaining:
        return tell("moves", "No money moves between lines.", {}, where="impacts.csv", headline=True)
    told = {
        "less": listed([f"{names[line]} {gbp_words(-against[line])}" for line in giving]) or "none",
        "more": listed([f"{names[line]} {gbp_words(against[line])}" for line in gaining]) or "none",
    }
    template = "Against all growing alike, by {final_year} more goes to {more}; less to {less}."
    return tell("moves", template, numbers, where="impacts.csv", headline=True, names=told)


def _pairs(figures: Figures) -> list[Explanation]:
    """Which line's growth or cash goes to which, over all years: the largest pairs."""
    paid: dict[tuple[str, str], int] = defaultdict(int)
    cash = 0
    for row in figures.tables.get("moves", ()):
        if row["kind"] in ("growth_forgone", "cash_withdrawn"):
            paid[str(row["from_line"]), str(row["to_line"])] += pounds(row, "full_year_gbp")
        if row["kind"] == "cash_withdrawn":
            cash += pounds(row, "full_year_gbp")
    least = worth_telling_gbp(figures.instance)
    chosen = sorted(paid, key=lambda pair: (-paid[pair], pair))[:_PAIRS]
    chosen = [pair for pair in chosen if paid[pair] >= least]
    if not chosen:
        return []
    names = {line.line: line.name for line in figures.instance.leaf_lines}
    parts = [
        f"{names[giver]} to {names[getter]} {gbp_words(paid[giver, getter])}"
        if giver != getter
        else f"within {names[giver]} {gbp_words(paid[giver, getter])}"
        for giver, getter in chosen
    ]
    numbers: dict[str, Number] = {f"{giver}_to_{getter}_gbp": paid[giver, getter] for giver, getter in chosen}
    numbers |= {"cash_gbp": cash} if cash else {}
    template = "From where to where, all years: {parts}"
    template += "; {cash_gbp:gbp} of all moves is cash taken away." if cash else "; no cash is taken away."
    told = {"parts": listed(parts)}
    return [tell("pairs", template, numbers, where="moves.csv", headline=True, names=told)]


def _places_lines(figures: Figures) -> list[Explanation]:
    instance = figures.instance
    lines = {line.line: line.name for line in instance.leaf_lines}
    places = {place.place: place.name for place in instance.places}
    rows = figures.rows("impacts", kind="place_line")
    found = []
    for sign, word, name in ((-1, "less", "gives"), (1, "more", "gains")):
        for rank, row in enumerate(largest(rows, "against_in_step_gbp", _TOLD, sign), start=1):
            gbp = pounds(row, "against_in_step_gbp") * sign
            if gbp <= worth_telling_gbp(instance):
                break
            place, line = str(row["who"]).split("/")
            numbers: dict[str, Number] = {"final_year": instance.year_names[-1], "gbp": gbp}
            template = f"{{place}}, {{line}}: {{gbp:gbp}} {word} in {{final_year}} than in step with the money."
            told = {"place": places[place], "line": lines[line]}
            found.append(tell(f"{name}-{rank}", template, numbers, where=f"impacts.csv: {row['who']}", names=told))
    return found
