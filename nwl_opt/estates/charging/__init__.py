"""An Annual Charging Schedule held against the register and against last year's schedule.

`tables` has the columns, `lines` what is charged and what the register says should be, `compare` the differences,
`queries` what to ask the landlord, `reconcile` the way from files to files.
"""
