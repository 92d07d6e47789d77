"""Where is it worth having a site? The core of the strategic model, and the linking rows that make its bounds tight.

For the stages of the estates model: a linking row (E-04: an area uses a site only as far as a suite with such rooms
is kept) follows from the rows of E-06 once every choice is made, so that it need not be loaded for a right answer. It
is needed for a tight bound. `links.linking_rows` makes such rows from the columns of any model and holds them outside
the solver; `links.LinkLoader(session, rows).tighten(limits)` loads those that the relaxation violates, only those.
"""
