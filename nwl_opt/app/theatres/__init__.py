"""The pages of theatres.

`summary` the whole plan, `week` the board, the day and tests, `people` patients and worklists, `trading` fuller or
safer; `changing*` change plans. `opened` is what they depend on; what is shown comes from `nwl_opt/theatres/showing`.
"""
