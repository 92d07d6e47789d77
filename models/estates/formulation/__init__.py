"""The mathematics of the estates problem, in Pyomo.

How each rule acts:

- `hand_back_rules` says which options of a suite are allowed; an option that a rule in force forbids is not in the
  model at all.
- `network` gathers the services of a kind of room into one flow, says which journeys are allowed, and how many used
  hours a room can take in a week: the rule of each session, condensed exactly (see `models.estates.slots`).
- `cash_rules` makes the cost of an option, outside the model and in whole pounds.
- `model` holds the variables; `rows` the rules that are rows, their ids in the names of the rows; `aims` the aims.
- `catalogue` is the table of contents: every rule with its function.
"""
