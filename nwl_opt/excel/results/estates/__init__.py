"""The sheets of a estates run."""
