"""The tutorials show pictures that are there, and press buttons that the app has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
APP = ROOT / "nwl_opt" / "app"
TUTORIALS = ("tutorial_finance.md", "tutorial_theatres.md", "tutorial_estates.md")
README = ROOT / "README.md"
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]]*)\]\((?:docs/)?pictures/([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_LARGEST_PICTURE_BYTES = 150_000
_FULL_STEP = re.compile(r"^## \d+\. ", re.MULTILINE)


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _words(text: str) -> str:
    return " ".join(text.split())


def _of_template(text: str) -> Iterator[str]:
    """What stands between tags, and whatever the template may choose from to write there."""
    for code in _JINJA.findall(text):
        yield from (one or other for one, other in _QUOTED.findall(code))
    yield from re.split(r"<[^>]*>|\0", _JINJA.sub("\0", text))


def _of_code(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def _said_by_the_app() -> frozenset[str]:
    """Every text of a template, and every text in the app's code: titles of pages, labels of settings."""
    templates = (text for path in APP.rglob("*.html") for text in _of_template(path.read_text(encoding="utf-8")))
    code = (text for path in APP.rglob("*.py") for text in _of_code(path.read_text(encoding="utf-8")))
    return frozenset(_words(text) for text in (*templates, *code))


@pytest.mark.parametrize("name", TUTORIALS)
def test_whatever_is_pressed_is_in_the_app(name: str) -> None:
    pressed = [_words(bold) for bold in _BOLD.findall(_text(name))]
    assert len(pressed) >= 10
    assert [words for words in pressed if words not in _said_by_the_app()] == []


def test_a_button_nobody_made_is_found_out() -> None:
    assert "Solve" in _said_by_the_app()
    assert "Solve everything at once" not in _said_by_the_app()


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_step_has_a_picture_with_words_for_those_who_do_not_see_it(name: str) -> None:
    steps = _FULL_STEP.split(_text(name).split("\n## Your own figures", 1)[0])[1:]
    assert len(steps) >= 8
    assert [step.splitlines()[0] for step in steps if not _PICTURE.search(step)] == []
    assert [picture for words, picture in _PICTURE.findall(_text(name)) if not words] == []


def test_pictures_shown_are_there_and_no_other_lies_about() -> None:
    shown = {picture for name in TUTORIALS for _, picture in _PICTURE.findall(_text(name))}
    there = {path.name for path in (DOCS / "pictures").iterdir()}
    assert shown == there
    assert {picture for _, picture in _PICTURE.findall(README.read_text(encoding="utf-8"))} <= there


def test_pictures_are_made_by_the_one_command_and_stay_small() -> None:
    made = (DOCS / "make_pictures.py").read_text(encoding="utf-8")
    for path in sorted((DOCS / "pictures").iterdir()):
        assert path.stat().st_size < _LARGEST_PICTURE_BYTES, path.name
        kind, _, rest = path.stem.partition("_")
        assert f'"{path.stem}"' in made or f'"{{prefix}}_{rest}"' in made, f"{path.name}: {kind} has no such picture"


@pytest.mark.parametrize("name", [*TUTORIALS, "sharing_the_app.md", "../README.md"])
def test_links_lead_somewhere(name: str) -> None:
    folder = (DOCS / name).parent
    paths = [link for link in _LINK.findall(_text(name)) if "://" not in link]
    assert [path for path in paths if not (folder / path).exists()] == []
