"""The mathematics of the estates problem, in Pyomo; that of the weekly timetable for CP-SAT.

How each rule acts:

- `hand_back_rules` and `use_rules` say which options of a suite are allowed (handed back, on Open Space, converted,
  and when), and what rooms an option leaves; an option that a rule in force forbids is not in the model at all.
- `choices` gathers the options of each suite and the days on which premises may close, with what each costs;
  `cash_rules` makes that cost, outside the model and in whole pounds.
- `network` gathers the services of a kind of room into one flow, says which journeys are allowed, who may take a
  closed GP list, and how many used hours a room can take in a week: the rule of each session, condensed exactly (see
  `models.estates.slots`).
- `model` holds the variables; `rows` (demand and rooms), `site_rows`, `list_rows` and `capital_rows` the rules that
  are rows, their ids in the names of the rows; `aims` the aims.
- `catalogue` is the table of contents: every rule with its function.
- `obstacles` says which rules an answer of "no" asks one after the other, so that it can name one.
"""
