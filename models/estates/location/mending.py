"""A copy of capa in circulation in which every "300" was turned into "1000", and how it is turned back.

Somebody replaced the characters in the whole file. Where they stood among the decimals the number now has six of them
instead of five, so that it is known which numbers were changed. Where they stood before the point, a number with
"1000" may be as it was or may have been changed: the costs of an hour are near those of a plane (four dimensions of
their squares say almost all), and the two readings differ by a factor of three or more, so the nearer one is taken.
What comes of it has the published optimum, which the damaged copy has not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.types import Values

_WRONG, _RIGHT = "1000", "300"
_DECIMALS = 5
_DIMENSIONS = 4
_PASSES = 5


def mended_words(words: list[str], sites: int, areas: int) -> tuple[list[str], str]:
    """The words of an OR-Library file with the damage undone, and a sentence on it; as they are if they have none."""
    first = 2 + 2 * sites
    costs = np.array(words[first : first + areas * (sites + 1)], dtype=object)
    if len(costs) < areas * (sites + 1) or not _is_damaged(costs):
        return words, ""
    table = costs.reshape(areas, sites + 1)
    surely = np.vectorize(_decimals_put_right, otypes=[object])(table[:, 1:])
    perhaps = np.vectorize(_whole_part_put_right, otypes=[object])(surely)
    chosen = _nearer(surely, perhaps, table[:, 0].astype(np.float64))
    changed = int((chosen != table[:, 1:]).sum())
    table[:, 1:] = chosen
    mended = [*words[:first], *table.ravel().tolist(), *words[first + table.size :]]
    return mended, f'{changed} costs mended: this copy has "{_WRONG}" for every "{_RIGHT}"'


def _is_damaged(words: NDArray[np.object_]) -> bool:
    long = [word for word in words.tolist() if len(word.partition(".")[2]) == _DECIMALS + 1]
    return bool(long) and all(_WRONG in word.partition(".")[2] for word in long)


def _decimals_put_right(word: str) -> str:
    whole, point, decimals = word.partition(".")
    if len(decimals) == _DECIMALS + 1:
        decimals = decimals.replace(_WRONG, _RIGHT, 1)
    return whole + point + decimals


def _whole_part_put_right(word: str) -> str:
    whole, point, decimals = word.partition(".")
    return whole.replace(_WRONG, _RIGHT, 1) + point + decimals


def _nearer(surely: NDArray[np.object_], perhaps: NDArray[np.object_], demand: Values) -> NDArray[np.object_]:
    """Of two readings of each cost, the one nearer to what the other costs say."""
    open_to_doubt = surely != perhaps
    each = (surely.astype(np.float64) / demand[:, None]) ** 2
    other = (perhaps.astype(np.float64) / demand[:, None]) ** 2
    now = np.where(open_to_doubt, np.minimum(each, other), each)
    take_other = open_to_doubt
    for _ in range(_PASSES):
        left, sizes, right = np.linalg.svd(now, full_matrices=False)
        told = np.maximum((left[:, :_DIMENSIONS] * sizes[:_DIMENSIONS]) @ right[:_DIMENSIONS], 1.0)
        take_other = open_to_doubt & (np.abs(np.log(other / told)) < np.abs(np.log(each / told)))
        now = np.where(take_other, other, each)
    return np.where(take_other, perhaps, surely)
