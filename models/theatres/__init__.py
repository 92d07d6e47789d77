"""Which patient on which list, with which tests before it."""
