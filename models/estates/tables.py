"""Every column the estates problem reads and writes, and its settings."""

from __future__ import annotations

from models.estates.settings import EstatesSettings
from models.estates.tables_in import INPUTS
from models.estates.tables_out import OUTPUTS
from models.shared.register import Register

REGISTER = Register(
    kind="estates",
    title="Which space do we need?",
    inputs=INPUTS,
    settings=EstatesSettings,
    outputs=OUTPUTS,
)
