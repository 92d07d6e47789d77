"""The fenced blocks of the README: commands as they stand there, and the files they speak of."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DAY, WEEK, ESTATE = "A finance lead's day", "A scheduler's week", "An estates lead's day"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = re.compile(r"exit code (\d+)")


@dataclass(frozen=True)
class Command:
    """One command line, and the exit code the README says it ends with (0 where it says none)."""

    arguments: tuple[str, ...]
    exit_code: int


def section(readme: str, heading: str) -> str:
    """The text under a heading of the second level."""
    return readme.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def commands(text: str) -> Iterator[Command]:
    """Every line of the command line in blocks without a language, without `nwl-opt`."""
    for language, block in _FENCE.findall(text):
        for line in block.splitlines() if not language else ():
            if line.startswith("nwl-opt "):
                words, _, comment = line.partition("#")
                code = _EXIT_CODE.search(comment)
                yield Command(tuple(shlex.split(words)[1:]), int(code[1]) if code else 0)


def files(text: str) -> Iterator[tuple[str, str]]:
    """The CSV files shown, each by the name in backquotes that stands last before it."""
    for match in _FENCE.finditer(text):
        if match[1] == "csv":
            yield re.findall(r"`([\w.]+\.csv)`", text[: match.start()])[-1], match[2]


def main(readme: Path, headings: Sequence[str]) -> int:
    """Run these sections line by line, each in a new folder here; returns how many lines end otherwise than said."""
    text = readme.read_text(encoding="utf-8")
    return sum(_run(section(text, heading), Path(re.sub(r"\W+", "_", heading.lower()))) for heading in headings)


def _run(text: str, folder: Path) -> int:
    folder.mkdir()
    for name, content in files(text):
        (folder / name).write_text(content, encoding="utf-8")
    wrong = 0
    for command in commands(text):
        line = ["nwl-opt", *command.arguments]
        started = _cpu_seconds()
        ended = subprocess.run(line, check=False, stdout=subprocess.DEVNULL, cwd=folder).returncode
        verdict = "as said" if ended == command.exit_code else "WRONG"
        print(f"{verdict} ({ended}), {_cpu_seconds() - started:.1f} CPU seconds: {shlex.join(line)}", flush=True)
        wrong += ended != command.exit_code
    return wrong


def _cpu_seconds() -> float:
    """What the commands run so far have taken."""
    spent = os.times()
    return spent.children_user + spent.children_system


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:] or (DAY, WEEK, ESTATE)))
