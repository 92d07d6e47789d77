"""The app over a copy of the small diary's run, as tests of changes by hand ask it for things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from nwl_opt.app.server import create_app, served_context
from nwl_opt.app.settings import AppSettings
from tests.app_client import Browser, browser, copied

NAME = "20260103T000000Z-theatres-00000003"
RUN = f"/runs/{NAME}/theatres"
CHANGE = f"{RUN}/change"


def changing(small_lists: Path, root: Path) -> Browser:
    """The app over a copy of that run. Its queue is not started, so that a test can look at the jobs in it."""
    copied(small_lists, root)
    return reopened(root)


def reopened(root: Path) -> Browser:
    app = create_app(AppSettings(root, host_names=frozenset({"testserver"})))
    return Browser(app, TestClient(app, raise_server_exceptions=False, client=("127.0.0.1", 50000)))


@contextmanager
def working(small_lists: Path, root: Path) -> Iterator[Browser]:
    """The same with a queue that works."""
    copied(small_lists, root)
    with browser(root) as web:
        yield web


def token(web: Browser, patient_id: str) -> str:
    """What stands for a patient in addresses, as the app would make it."""
    return served_context(web.app).signed("identifier", NAME, patient_id)[:16]


def booked(small_lists: Path) -> dict[str, str]:
    """Patient -> list, as the run has them."""
    rows = (small_lists / "theatre_lists.csv").read_text(encoding="utf-8").splitlines()
    header = rows[0].split(",")
    return {row.split(",")[header.index("patient_id")]: row.split(",")[header.index("list_id")] for row in rows[1:]}


def a_booked(small_lists: Path) -> tuple[str, str]:
    return min(booked(small_lists).items())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def send(web: Browser, small_lists: Path, **fields: str):  # type: ignore[no-untyped-def]
    """A change to the first booked patient, from their page; of a draft without changes unless a version is given."""
    who = token(web, a_booked(small_lists)[0])
    return web.post(CHANGE, {"patient": who, "version": "0", "back": f"patient:{who}", **fields})
