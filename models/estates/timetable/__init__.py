"""The weekly timetable of each kind of room at each site (E-40): which service is in which room in which session.

`week` has the data classes, `weeks` the weeks of a plan, `plain` the rule that needs no solver, `best` and
`searching` the search on the rows of `formulation/timetable_rows.py`, `most` what a kind of room could hold at most,
`compact` the form in decisions. Nothing is imported here, so that a plan can hold a timetable without knowing a
solver.
"""
