"""What is shown of a reallocation, without any page: tables of numbers with their words, and pictures.

`sheet` is a table that can be set as text and written as CSV; `book` the plan's tables with the names of its lines,
places and providers; each other file is one page: `gap` over the years, `figures` beside the baseline, `allocations`,
`bridge`, `moves`, `stops` (levers, and the scenario that tries one), `swings`, `impacts`, `sides` (runs beside each
other), `trade` (a frontier), `repairs` (where no plan exists).
"""
