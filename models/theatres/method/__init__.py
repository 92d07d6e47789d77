"""How a month is solved: a start, stages of neighbourhood search, bounds by column generation, days in order."""
