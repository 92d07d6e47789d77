"""Which solver versions we trust, and why others are refused."""

from __future__ import annotations

import importlib.metadata


class UntrustedSolver(RuntimeError):
    """A solver version that is known to answer wrongly is installed."""


def solver_version(distribution: str) -> str:
    """The installed version of `highspy`, `ortools` or `clarabel`."""
    return importlib.metadata.version(distribution)


def refuse_untrusted_highs(version: str | None = None) -> str:
    """The HiGHS version, if it can be trusted.

    HiGHS 1.14 returns wrong answers marked optimal (HiGHS issues 2957, 2975, 2995); 1.13 is suspect (2980); 1.15
    cannot be loaded beside OR-Tools on Linux (or-tools issue 5246).

    Raises
    ------
    UntrustedSolver
        If the installed version is one of these.
    """
    version = version or solver_version("highspy")
    major, minor = (int(part) for part in version.split(".")[:2])
    if (major, minor) in {(1, 13), (1, 14)}:
        raise UntrustedSolver(
            f"highspy {version} gives wrong answers marked optimal; install highspy 1.12.0 "
            "(python3 -m pip install -c constraints.txt .)"
        )
    if (major, minor) >= (1, 15):
        raise UntrustedSolver(
            f"highspy {version} cannot be loaded beside ortools; install highspy 1.12.0 "
            "(python3 -m pip install -c constraints.txt .)"
        )
    return version
