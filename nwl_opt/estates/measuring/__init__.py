"""Exports of booking systems, clinical systems and room sensors as hours a week by session.

`tables` has their columns, `reading` the rows of an export as intervals in rooms, `week` the sums by session,
`measure` the way from files to the table `measured_hours`. Booked, used and observed hours are never mixed.
"""
