"""HTML pages from the templates of a package; every text is escaped, and a name that is missing is a fault."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import jinja2

_SHARED = {"charts": "nwl_opt.charts"}
"""Packages whose templates every page can use, by the folder they seem to lie in."""


def html_page(package: str, template: str, content: Mapping[str, object]) -> bytes:
    """A page as one HTML file, from a template in the folder `templates` of a package."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _source(package, name)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**content).encode()


def template_text(package: str, name: str) -> str:
    """The text of a template, or of what stands beside it."""
    return files(package).joinpath("templates", name).read_text(encoding="utf-8")


def _source(package: str, name: str) -> str:
    """The text of a template by its name: `charts/drawing.html` is a shared one."""
    folder, _, rest = name.partition("/")
    return template_text(_SHARED[folder], rest) if folder in _SHARED else template_text(package, name)
