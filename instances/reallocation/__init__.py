"""Shipped reallocations: `tiny` (by hand), `line_level` (closed forms), `nwl` (reference), scenarios, generator."""
