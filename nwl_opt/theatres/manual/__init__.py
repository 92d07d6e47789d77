"""Changes that schedulers make by hand to a saved plan, each judged at once by the independent checker.

`opened` makes a saved run ready, `trying` judges one change, `drafts` keeps changes on disk, `saving` makes the
next run of them.
"""
