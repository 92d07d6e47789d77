"""The mathematics of a month of theatre lists: pairs of patient and list, limits over them, days and appointments.

`pairs` says which patient can be on which list, `rows` limits what is on the lists together, `appointments` says
which test can be when, `day` puts the cases of a day in order, `slots` gives appointments their times, `part` is the
model that improves a part of the month. `catalogue` is the table of contents: every rule with its function.
"""
