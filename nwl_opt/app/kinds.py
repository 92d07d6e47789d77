"""What each kind of problem adds to the app: its words, the settings its users care about, and its pages."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from fastapi import APIRouter

SHOWN = ("reallocation", "theatres", "estates")
FieldKind = Literal["percent", "number", "whole", "choice", "yes_no", "day"]


@dataclass(frozen=True)
class SettingField:
    """One setting on the form before a solve.

    `name` is the setting's name in the register. A percent is a share there and is shown as per cent here.
    `choices` are values and their words; `minimum`, `maximum` and `step` are as shown.
    """

    name: str
    label: str
    help: str
    kind: FieldKind = "number"
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ResultPage:
    """A page of a run in its navigation; `needs_plan` hides it where there is none."""

    slug: str
    title: str
    needs_plan: bool = True


@dataclass(frozen=True)
class KindPages:
    """A kind in the app. The first of `results` is the overview, at `/runs/{run}/{kind}/{slug}`."""

    kind: str
    title: str
    question: str
    answer: str
    settings: tuple[SettingField, ...]
    results: tuple[ResultPage, ...]
    router: APIRouter
    efforts: tuple[tuple[str, str], ...] = ()
    """Values of --effort and their words; empty where a solve takes seconds."""
    style_sheets: tuple[str, ...] = field(default_factory=tuple)


@cache
def all_pages() -> tuple[KindPages, ...]:
    """Every kind's pages, in the order they are shown."""
    return tuple(_load(kind) for kind in SHOWN)


def pages_of(kind: str) -> KindPages | None:
    """The pages of a kind; None where there is no such kind."""
    return next((pages for pages in all_pages() if pages.kind == kind), None)


def _load(kind: str) -> KindPages:
    pages = importlib.import_module(f"nwl_opt.app.{kind}.pages").PAGES
    assert isinstance(pages, KindPages), f"nwl_opt.app.{kind}.pages.PAGES is not KindPages"
    return pages
