"""Estates instances: `tiny` to solve by hand, `nwl` as the reference, scenarios, and a seeded generator."""
