"""What a scheduler does with theatre lists beside solving; `commands.theatres` prints it.

These modules import the code of theatres, so a command imports them only when it runs.
"""
