"""A hand-back tested from the app: the quick answer, what it takes away, and its proof by a plan made anew."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.app_client import Browser, browser, solved

pytestmark = pytest.mark.model


def test_a_quick_test_answers_in_words_with_a_notice_pack_and_can_be_proved(tmp_path: Path) -> None:
    run = solved("estates/each_rule", tmp_path / "20260101T000000Z-estates-00000001")
    with browser(tmp_path) as web:
        _asked_and_proved(web, f"/runs/{run.name}/estates")


def _asked_and_proved(web: Browser, base: str) -> None:
    asked = web.post(f"{base}/test", {"space": "suite:long_notice-1", "day": "2026-10-01", "until": "quick"})
    assert asked.status_code == 303
    page = asked.headers["location"]
    job = web.ended(web.job(page))
    assert job.exit_code == 0 and "--quick" in job.argv
    html = web.client.get(page).text
    assert "Yes, but later" in html and "What would change it" in html and "E-18" in html
    assert json.loads(web.client.get(f"{page}/state").text)["shows"] == "whole False"
    results = f"{base}/results/{job.id}"
    with zipfile.ZipFile(io.BytesIO(web.client.get(f"{results}/notice.zip").content)) as pack:
        assert {"notice/notice.html", "notice/evidence.csv"} <= set(pack.namelist())
    assert web.client.get(f"{results}/files/savings.csv").headers["content-type"].startswith("text/csv")
    assert web.client.get(f"{results}/files/../job.json").status_code == 404
    assert web.client.get(f"{results}/nothing.zip").status_code == 404
    proof = web.post(f"{page}/prove")
    second = web.ended(web.job(proof.headers["location"]))
    assert "--until-proved" in second.argv and second.exit_code == 0
    html = web.client.get(proof.headers["location"]).text
    assert "Answer, proved" in html and "Prove it" not in html
    made = re.search(r'href="/runs/([^"/]+)">Open the plan with this hand-back', html)
    assert made is not None and f"/compare?run={base.split('/')[2]}&amp;run={made[1]}" in html
    assert web.client.get(f"/runs/{made[1]}").status_code == 200
    assert made[1] in web.client.get("/runs").text and made[1].endswith(second.id)
    assert not any(file.startswith("run/") for file in re.findall(r'files/([^"]+)"', html))
    html = web.client.get(f"{base}/test").text
    assert html.count(f"{base}/tests/") == 2 and ", with proof" in html
