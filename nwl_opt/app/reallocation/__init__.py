"""The pages of reallocation.

`overview`, `plan` (allocations, bridge, moves, tornado, impacts), `stops` (levers, the best that can be reached,
repairs), `trading` (the frontier), `trying` (other settings, answered at once), `sides` (runs beside each other); the
tables behind them, also as files, in `tables`. What they show comes from `nwl_opt.reallocation.shown`.
"""
