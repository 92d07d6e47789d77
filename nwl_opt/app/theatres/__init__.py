"""The pages of theatres."""
