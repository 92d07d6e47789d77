"""Which space do we need, and which may we hand back."""
