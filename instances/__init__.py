"""Shipped data: per problem `tiny` (solved by hand) and `nwl` (reference), scenarios and seeded generators."""
