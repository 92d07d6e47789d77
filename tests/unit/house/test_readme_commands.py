"""Every command line in the README is one the program knows; the day and the week of users are run by `.ci/run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from nwl_opt.cli import main
from nwl_opt.problems import find_file
from tests.readme_day import DAY, ESTATE, WEEK, Command, commands, files, section

pytestmark = pytest.mark.unit

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
GROUPS = {"reallocation", "theatres", "estates", "extract"}


@pytest.mark.parametrize("command", list(commands(README)), ids=lambda command: " ".join(command.arguments))
def test_the_program_knows_it(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    depth = 2 if command.arguments[0] in GROUPS else 1
    assert main([*command.arguments[:depth], "--help"]) == 0
    known = capsys.readouterr().out
    for word in command.arguments[depth:]:
        assert not word.startswith("--") or word in known, word


def test_the_day_shows_every_verb_and_the_files_they_read() -> None:
    day = section(README, DAY)
    shown = {command.arguments[:2] for command in commands(day) if command.arguments[0] in GROUPS}
    assert {verb for _, verb in shown} == {"fastest", "rebase", "virement"}
    named = {word for command in commands(day) for word in command.arguments if word.endswith(".csv")}
    assert {name for name, _ in files(day)} == {"month_6.csv"} <= named
    assert [command.exit_code for command in commands(day)].count(3) == 1


def test_the_week_shows_every_verb_and_the_shipped_files() -> None:
    week = list(commands(section(README, WEEK)))
    assert {command.arguments[1] for command in week if command.arguments[0] in GROUPS} == {
        "agree", "durations", "print", "pseudonymise", "release", "repair", "roll",
    }  # fmt: skip
    named = {word for command in week for word in command.arguments if word.startswith("theatres/week/")}
    assert named
    assert [name for name in sorted(named) if not find_file(name).exists()] == []
    assert {command.exit_code for command in week} == {0}


def test_the_estates_day_shows_its_verbs_and_the_shipped_files() -> None:
    """Robustness is only spoken of: it works for some minutes."""
    day = list(commands(section(README, ESTATE)))
    assert {command.arguments[1] for command in day if command.arguments[0] in GROUPS} == {
        "alternatives", "measured", "rank", "reconcile-charges", "test-handback",
    }  # fmt: skip
    named = {word for command in day for word in command.arguments if word.startswith(("estates/c", "estates/e"))}
    assert named
    assert [name for name in sorted(named) if not find_file(name).exists()] == []
    assert [command.exit_code for command in day].count(3) == 1
