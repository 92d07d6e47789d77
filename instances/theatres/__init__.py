"""Shipped theatres data: `tiny` (by hand), `nwl` (reference), scenarios and the seeded generator behind them."""
