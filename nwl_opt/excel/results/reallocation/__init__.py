"""The sheets of a reallocation run."""
