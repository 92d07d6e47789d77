"""The checker shares nothing with the model: the definitions are read twice, or the check proves nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import models.estates.checker

pytestmark = pytest.mark.unit

FOLDER = Path(models.estates.checker.__file__).parent
ALLOWED = (
    "models.estates.checker",
    "models.estates.entities",
    "models.estates.instance",
    "models.estates.rules",
    "models.shared.calendar",
    "models.shared.findings",
    "models.shared.parsing",
)
STANDARD_LIBRARY = {"__future__", "collections", "dataclasses", "datetime", "fractions", "math", "re"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_checker_file_imports_only_the_instance_the_rules_and_plain_python(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module is not None
            names = [node.module]
        for name in names:
            assert name.split(".")[0] in STANDARD_LIBRARY or name.startswith(ALLOWED), f"{path.name}: {name}"
