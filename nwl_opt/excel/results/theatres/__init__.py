"""The sheets of a theatres run."""
