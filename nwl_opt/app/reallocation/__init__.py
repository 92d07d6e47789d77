"""The pages of reallocation."""
