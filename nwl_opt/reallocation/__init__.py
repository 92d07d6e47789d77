"""What a finance lead does daily with a reallocation beyond solving it; `commands.reallocation` prints it.

These modules import the reallocation's own code, so a command imports them only when it runs.
"""
