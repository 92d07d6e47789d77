"""What all requests share: settings, the secret, the queue of jobs, and what was read before."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, cast

from fastapi import Request

from nwl_opt.app.jobs.queue import JobQueue
from nwl_opt.app.settings import AppSettings

_T = TypeVar("_T")
_SECRET_BYTES = 32
_OPAQUE_LENGTH = 16


class Remembered:
    """The last few things that took long to read, by a key that changes with what they were read from."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is known by this key, made now when it is not: of many who ask at once by one of them."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(_T, self._kept[key])
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return cast(_T, self._kept[key])
            try:
                made = make()
                with self._lock:
                    self._kept[key] = made
                    while len(self._kept) > self._size:
                        self._kept.popitem(last=False)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made


class Stoppable(Protocol):
    """A helper that ends when it is told to."""

    def stop(self) -> None:
        """End whatever it runs."""
        ...


_H = TypeVar("_H", bound=Stoppable)


class Helpers:
    """What runs beside the server for some pages: made when it is first asked for, ended with the server."""

    def __init__(self) -> None:
        self._made: dict[str, Stoppable] = {}
        self._lock = threading.Lock()

    def get(self, name: str, make: Callable[[], _H]) -> _H:
        """The helper of a name, made now where there is none."""
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return cast(_H, self._made[name])

    def stop(self) -> None:
        """End them all."""
        with self._lock:
            made, self._made = list(self._made.values()), {}
        for helper in made:
            helper.stop()


@dataclass(frozen=True)
class AppContext:
    """What the app knows; one for each server."""

    settings: AppSettings
    secret: bytes
    queue: JobQueue
    runs: Remembered = field(default_factory=lambda: Remembered(12))
    inputs: Remembered = field(default_factory=lambda: Remembered(12))
    small: Remembered = field(default_factory=lambda: Remembered(2500))
    """Run records, one entry a run: with fewer entries than runs each look at the history would read them all."""
    helpers: Helpers = field(default_factory=Helpers)

    def signed(self, *parts: str) -> str:
        """A token only we can make of these words, fit for an address."""
        return hmac.new(self.secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def context_of(request: Request) -> AppContext:
    """The context of the app that was asked."""
    context = request.app.state.context
    assert isinstance(context, AppContext)
    return context


def opaque(request: Request, run: str, identifier: str) -> str:
    """What stands for an identifier of a run in addresses and logs; nobody else can work it out."""
    return context_of(request).signed("identifier", run, identifier)[:_OPAQUE_LENGTH]


def read_secret(folder: Path) -> bytes:
    """The secret of this installation, made at the first start and readable by its owner alone."""
    path = folder / "secret"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
        return path.read_bytes()


def person_here() -> str:
    """The name of whoever is logged in on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "me"
