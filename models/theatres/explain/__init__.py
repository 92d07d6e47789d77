"""What stops a plan and what would change it, in sentences whose numbers are on record."""

from models.theatres.explain.sentences import explain

__all__ = ["explain"]
