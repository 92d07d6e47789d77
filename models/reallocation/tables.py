"""Every column a reallocation reads and writes, and its settings."""

from __future__ import annotations

from models.reallocation.settings import ReallocationSettings
from models.reallocation.tables_in import INPUTS
from models.reallocation.tables_out import OUTPUTS
from models.shared.register import Register

REGISTER = Register(
    kind="reallocation",
    title="Reallocation of budgets towards need",
    inputs=INPUTS,
    settings=ReallocationSettings,
    outputs=OUTPUTS,
)
