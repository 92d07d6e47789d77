"""The report of a run, for a board: one content, set as one HTML file or as an accessible PDF; or a results workbook.

`reading` reads a run in whatever state it is, `standing` says how far it may be trusted, `of_*` what goes where for
each kind of problem, `making` puts the sections in their order, `html` and `pdf` only set them.
"""
