"""Other settings tried against a run: answered at once, refused in words, kept as a run of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.shared.faults import Fault, InputFaults
from models.shared.problem import Measure
from nwl_opt.app.reallocation.question import Question
from nwl_opt.app.reallocation.question import answer as what_would_be
from nwl_opt.app.reallocation.trying import WORKER
from nwl_opt.app.server import served_context
from nwl_opt.app.warm import NotAnswered, WarmWorker
from nwl_opt.reallocation.shown.gap import YearGap
from nwl_opt.reallocation.what_if import LineMoney, WhatIf, answer_what_if
from tests.app_client import browser, copied

pytestmark = pytest.mark.unit


def _url(run: str, rest: str) -> str:
    return f"/runs/{run}/reallocation/{rest}"


def test_other_settings_are_answered_at_once_by_the_warm_process(tmp_path: Path, tiny_budgets: Path) -> None:
    """The one test that really asks the process: its answer is that of a solve in this one.

    It may take as long as it likes: on a busy machine 20 seconds were once too few for the process to start.
    """
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        served_context(web.app).helpers.get(WORKER, lambda: WarmWorker(what_would_be, limit_seconds=600.0))
        assert "settings of this run" in web.client.get(_url(name, "try")).text
        answer = web.client.get(_url(name, "try?growth_share=5"))
    assert answer.status_code == 200 and "Not saved" in answer.text and "Keep this as a run" in answer.text
    found = answer_what_if(tmp_path / name / "inputs", {"growth_share": 0.05})
    assert f"£{found.measures['final_year_gap'].value:,.0f}" in answer.text
    assert not list((tmp_path / ".app").glob("jobs/*"))


def _answers(monkeypatch: pytest.MonkeyPatch, result: WhatIf | Exception) -> list[Question]:
    asked: list[Question] = []

    def ask(self: object, question: Question) -> WhatIf:
        asked.append(question)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(WarmWorker, "ask", ask)
    monkeypatch.setattr(WarmWorker, "start", lambda self: None)
    return asked


_FOUND = WhatIf("optimal", "Best plan", ("2023/24", "2024/25"), {"final_year_gap": Measure(5e6, "gbp")},
                (YearGap("2023/24", 8, 8), YearGap("2024/25", 5, 5)), (LineMoney("Acute", (1, 2)),), 0.5)  # fmt: skip


def test_only_what_differs_from_the_run_is_asked(
    tmp_path: Path, tiny_budgets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = copied(tiny_budgets, tmp_path)
    asked = _answers(monkeypatch, _FOUND)
    with browser(tmp_path) as web:
        assert web.client.get(_url(name, "try?growth_share=3.25&reserve_share=0.5")).status_code == 200
        assert web.client.get(_url(name, "try?unknown=3")).status_code == 200
    settings = dict(asked[0].settings)
    assert settings["growth_share"] == 0.0325 and len(asked) == 1
    assert asked[0].inputs == (tmp_path / name / "inputs").absolute()


@pytest.mark.parametrize(
    ("result", "status", "words"),
    [
        (NotAnswered("Too many are asking right now."), 503, "Too many are asking right now."),
        (InputFaults([Fault("x", None, "growth", "9", "must be less", "Mend.")]), 422, "must be less"),
        (WhatIf("infeasible", "No plan can exist", ("2023/24",), {}, (), (), 0.1), 200, "which rules contradict"),
        (_FOUND, 200, "5.0 million pounds of gap"),
    ],
)
def test_what_the_warm_process_says_is_told(
    tmp_path: Path,
    tiny_budgets: Path,
    monkeypatch: pytest.MonkeyPatch,
    result: WhatIf | Exception,
    status: int,
    words: str,
) -> None:
    name = copied(tiny_budgets, tmp_path)
    _answers(monkeypatch, result)
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, "try?growth_share=5"))
    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize("typed", ["x", "", "nan", "-50", "1e9"])
def test_a_setting_that_cannot_be_is_told_at_its_field(
    tmp_path: Path, tiny_budgets: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    name = copied(tiny_budgets, tmp_path)
    asked = _answers(monkeypatch, _FOUND)
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, f"try?growth_share={typed}"))
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
        assert "growth_share-error" in answer.text and not asked
        assert web.post(_url(name, "try/keep"), {"growth_share": typed}).status_code == 422
        assert not list((tmp_path / ".app").glob("jobs/*"))


def test_what_was_tried_can_be_kept(tmp_path: Path, tiny_budgets: Path) -> None:
    name = copied(tiny_budgets, tmp_path)
    with browser(tmp_path) as web:
        job = web.queued(_url(name, "try/keep"), {"growth_share": "5", "mh_growth_cap_share": "12"})
        assert web.client.post(_url(name, "try/keep"), data={"growth_share": "4"}).status_code == 403
    assert [one for one in job.argv if one.startswith("--set=")] == [
        "--set=settings.growth_share=0.05",
        "--set=settings.mh_growth_cap_share=0.12",
    ]


def test_other_settings_can_be_tried_where_no_plan_exists(
    tmp_path: Path, no_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = copied(no_plan, tmp_path)
    _answers(monkeypatch, _FOUND)
    with browser(tmp_path) as web:
        answer = web.client.get(_url(name, "try?growth_share=5"))
    assert answer.status_code == 200 and "5.0 million pounds of gap" in answer.text
    assert "against" not in re.findall(r'id="answer-words"[^>]*>([^<]*)', answer.text)[0]
