"""Drivers for HiGHS and CP-SAT, and loops over them. Nothing here knows what is being solved."""
