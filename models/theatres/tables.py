"""The register of the theatres problem: settings, input tables, output tables."""

from __future__ import annotations

from models.shared.register import Register
from models.theatres.input_tables import INPUTS
from models.theatres.output_tables import OUTPUTS
from models.theatres.settings import TheatreSettings

__all__ = ["REGISTER", "TheatreSettings"]

REGISTER = Register("theatres", "Theatre lists and the tests before them", INPUTS, TheatreSettings, OUTPUTS)
