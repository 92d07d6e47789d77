"""Accessible PDFs (PDF/UA-1) set by Typst; texts go in as data, and are never read as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Literal

import typst

# Tagged, with a title and a language, so that screen readers can read it.
_ACCESSIBLE: Literal["ua-1"] = "ua-1"
_NO_SUCH_LETTER = "could not be displayed"
_REPLACED = "?"
# What no paper shows, and PDF/UA or a picture cannot hold; a tab or a line end is a blank.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
# Letters of Europe, punctuation, money, arrows and signs of mathematics: most fonts have them.
_UNUSUAL = re.compile("[^\u0020-\u024f\u0370-\u052f\u200b\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u2193\u2200-\u2265]")
_NOT_LATIN = re.compile("[^\u0020-\u00ff\u200b\u2013\u2014\u2018-\u201d\u2022\u2026\u20ac]")


def pdf_of(source: str, inputs: Mapping[str, object]) -> bytes:
    """A document from its Typst source and what stands in it, each input as JSON under its name.

    A standard that is read aloud has no place for a letter that no font here can show: it becomes a question mark.

    Raises
    ------
    typst.TypstError
        If Typst cannot set it: an error of ours.
    """
    shown: tuple[Callable[[str], str], ...] = (
        lambda text: text,
        lambda text: _UNUSUAL.sub(_REPLACED, text),
        lambda text: _NOT_LATIN.sub(_REPLACED, text),
    )
    for at, letters in enumerate(shown, start=1):
        told = {name: json.dumps(_each_text(value, letters)) for name, value in inputs.items()}
        try:
            return typst.compile(source.encode(), format="pdf", pdf_standards=_ACCESSIBLE, sys_inputs=told)
        except typst.TypstError as error:
            if at == len(shown) or _NO_SUCH_LETTER not in str(error):
                raise
    raise AssertionError("the last way of showing a text returns or raises")


def _each_text(value: object, letters: Callable[[str], str]) -> object:
    """A value as JSON can hold it, every text in it without control characters and in letters that can be shown."""
    match value:
        case str():
            return letters(_CONTROL.sub(" ", value))
        case dict():
            return {key: _each_text(item, letters) for key, item in value.items()}
        case list() | tuple():
            return [_each_text(item, letters) for item in value]
        case _:
            return value
