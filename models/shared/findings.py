"""What an independent check has to say about a written plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing a check has to say.

    `rule` is the id of the rule (`T-07`), `where` the table, row or key a reader has to look at.
    An `error` fails the check; a `warning` or a `note` does not.
    """

    rule: str
    severity: Severity
    message: str
    where: str


@dataclass(frozen=True)
class CheckReport:
    """The verdict of one check: which rules were checked, and what was found."""

    rules_checked: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)
