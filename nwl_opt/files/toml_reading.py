"""Reading TOML that strangers may have written: what would hang or break the reader is a fault like any other."""

from __future__ import annotations

import re
import tomllib

_LARGEST_CHARACTERS = 5_000_000
_NAMES_IN_A_ROW = re.compile(r"""(?<![\w"'-])(?:[\w"'-]+[ \t]*\.[ \t]*){30}""")


def parse_toml(text: str) -> dict[str, object]:
    """The values of a TOML document.

    Raises
    ------
    TOMLDecodeError
        If it is none, is nested beyond reason, or holds a number of thousands of digits.
    """
    if len(text) > _LARGEST_CHARACTERS:
        raise tomllib.TOMLDecodeError(f"more than {_LARGEST_CHARACTERS:,} characters")
    if _NAMES_IN_A_ROW.search(text):  # the reader's time grows with the square of their number
        raise tomllib.TOMLDecodeError("more than 30 names joined by full stops")
    try:
        return dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("brackets nested beyond reason") from None
    except ValueError:  # a whole number that Python refuses to read, for its length
        raise tomllib.TOMLDecodeError("a number of thousands of digits") from None
