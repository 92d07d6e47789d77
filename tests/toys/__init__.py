"""Small problems that exist for tests only."""
