"""A picture of a page in at most 256 colours: a third of the bytes, and nothing one could see is lost."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_COLOURS = 256
_BYTES_PER_PIXEL = 3
_Bytes = npt.NDArray[np.uint8]


def small_png(png: bytes) -> bytes:
    """The same picture with a palette of its most frequent colours; each other becomes the nearest of them."""
    pixels = _pixels(png)
    height, width, _ = pixels.shape
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
    colours, at, counts = np.unique(packed.ravel(), return_inverse=True, return_counts=True)
    palette = np.sort(colours[np.argsort(-counts.astype(np.int64), kind="stable")[:_MOST_COLOURS]])
    apart = ((_channels(colours)[:, None, :] - _channels(palette)[None, :, :]) ** 2).sum(axis=2)
    indices = apart.argmin(axis=1).astype(np.uint8)[at].reshape(height, width)
    rows = np.hstack([np.zeros((height, 1), dtype=np.uint8), indices])
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", _channels(palette).astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _channels(packed: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Red, green and blue of each colour."""
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(np.int32)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _pixels(png: bytes) -> _Bytes:
    """Rows, columns, channels of a picture as Chromium writes it: red, green and blue of eight bits each."""
    chunks = list(_chunks(png))
    width, height, *form = struct.unpack(">IIBBBBB", chunks[0][1])
    assert form == [8, 2, 0, 0, 0], f"a picture of another form than Chromium's: {form}"
    data = np.frombuffer(zlib.decompress(b"".join(part for name, part in chunks if name == b"IDAT")), dtype=np.uint8)
    lines = data.reshape(height, 1 + width * _BYTES_PER_PIXEL)
    rows = np.zeros((height + 1, width, _BYTES_PER_PIXEL), dtype=np.uint8)
    for row in range(height):
        filtered = lines[row, 1:].reshape(width, _BYTES_PER_PIXEL)
        rows[row + 1] = _row(int(lines[row, 0]), filtered, rows[row])
    return rows[1:]


def _row(kind: int, filtered: _Bytes, above: _Bytes) -> _Bytes:
    """One row from how PNG filters it: by nothing, the left, the row above, the mean of both, or Paeth's choice."""
    if kind == 0:
        return filtered
    if kind == 1:
        return np.cumsum(filtered, axis=0, dtype=np.uint8)
    if kind == 2:
        return filtered + above
    row = bytearray(filtered.tobytes())
    over = above.tobytes()
    for at, value in enumerate(row):
        left = row[at - _BYTES_PER_PIXEL] if at >= _BYTES_PER_PIXEL else 0
        corner = over[at - _BYTES_PER_PIXEL] if at >= _BYTES_PER_PIXEL else 0
        guess = (left + over[at]) // 2 if kind == 3 else _paeth(left, over[at], corner)
        row[at] = (value + guess) & 255
    return np.frombuffer(bytes(row), dtype=np.uint8).reshape(filtered.shape)


def _paeth(left: int, above: int, corner: int) -> int:
    """Whichever of the three is nearest to left + above - corner; the first of equals."""
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
