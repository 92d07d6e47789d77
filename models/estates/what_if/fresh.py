"""The first answer from a process of its own, so that its CPU seconds count all that a user waits for.

The start of the interpreter, taking in code, the answer and its first sentences: all but reading the run's files.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.what_if.asking import WhatIf
from models.estates.what_if.details import Details
from models.estates.what_if.orders import Order
from models.estates.what_if.telling import first_words


@dataclass(frozen=True)
class FreshAnswer:
    """What was answered, and the CPU seconds of the whole process."""

    verdict: str
    cpu_seconds: float


@dataclass(frozen=True)
class _Question:
    instance: EstatesInstance
    decisions: Mapping[str, object]
    order: Order


def answer_afresh(plan: Plan, order: Order) -> FreshAnswer:
    """Ask a plan about an order in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "question"
        path.write_bytes(pickle.dumps(_Question(plan.instance, plan.decisions(), order)))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        code = f"from {__name__} import answer_file; answer_file({str(path)!r})"
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment
        )
    said = json.loads(done.stdout)
    return FreshAnswer(str(said["verdict"]), float(said["cpu_seconds"]))


def answer_file(path: str) -> None:
    """Answer the question in a file, and print what it took."""
    question = pickle.loads(Path(path).read_bytes())
    assert isinstance(question, _Question), "written by `answer_afresh`"
    what_if = WhatIf(question.instance, Plan.from_decisions(question.instance, question.decisions))
    answer = what_if.repair([question.order])
    list(first_words(Details(what_if, answer)))
    print(json.dumps({"verdict": answer.verdict, "cpu_seconds": time.process_time()}))
