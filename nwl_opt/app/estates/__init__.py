"""The pages of estates."""
