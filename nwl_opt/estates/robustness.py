"""How robust an estates plan is: the study as tables and as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.estates.instance import EstatesInstance
from models.estates.plan import Plan
from models.estates.robustness.futures import Futures, parse_futures, shipped_futures
from models.estates.robustness.study import Study, study
from models.shared.faults import Fault, InputFaults
from models.shared.problem import SolveOptions
from nwl_opt.estates.result_folder import ResultTable, refuse_folder, write_results
from nwl_opt.estates.robustness_page import PAGE_FILE, robustness_page
from nwl_opt.estates.robustness_tables import study_tables
from nwl_opt.estates.robustness_words import study_sentences
from nwl_opt.estates.saved_estate import KIND, instance_of, read_saved_estate
from nwl_opt.files.atomic import write_atomically
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_instance
from nwl_opt.run_folder import is_run_folder


@dataclass(frozen=True)
class Robustness:
    """A study, in numbers and in words; `files` are those written."""

    study: Study
    tables: Mapping[str, ResultTable]
    sentences: tuple[str, ...]
    files: tuple[Path, ...]


def study_robustness(
    what: str, futures_file: Path | None, out: Path | None, quick: bool, seed: int, tell: Callable[[str], None]
) -> Robustness:
    """Study an instance, or the saved plan of a run.

    Raises
    ------
    InputFaults
        If the instance, the run, the file of futures or the folder cannot be used, or no plan is possible.
    NoPlanToUse
        If the plan of the run must not be used.
    """
    path = find_instance(what)
    refuse_folder(out, path)
    futures = _futures(futures_file)
    instance, plan = _opened(path)
    done = study(instance, futures, SolveOptions(seed=seed), plan, quick, tell)
    if done is None:
        raise InputFaults([Fault(what, None, None, "no plan", "must be an instance whose rules can hold",
                                 f"nwl-opt solve {what} says which rules stand against each other.")])  # fmt: skip
    tables, sentences = study_tables(done, instance), study_sentences(done, instance)
    files: tuple[Path, ...] = ()
    if out is not None:
        answer = {"kind": KIND, "verb": "robustness", "instance": instance.title, "seed": seed, "quick": quick,
                  "plan": done.plan.name, "least_maximum_regret": done.table.least.plan,
                  "sentences": list(sentences)}  # fmt: skip
        files = write_results(out, answer, tables)
        page = out / PAGE_FILE
        command = f"nwl-opt estates robustness {what}{' --quick' if quick else ''} --seed {seed}"
        write_atomically(page, robustness_page(instance.title, command, sentences, tables).encode())
        files = (*files, page)
    return Robustness(done, tables, sentences, files)


def _futures(file: Path | None) -> Futures:
    if file is None:
        return shipped_futures()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFaults([Fault(str(file), None, None, f"cannot be read ({error})",
                                 "must be a TOML file of futures", "Check the path.")]) from None  # fmt: skip
    return parse_futures(text, file.name)


def _opened(path: Path) -> tuple[EstatesInstance, Plan | None]:
    """An instance, with the saved plan where it is a run."""
    if is_run_folder(path):
        saved = read_saved_estate(path)
        return saved.instance, saved.plan
    validation = validate_instance(path)
    if validation.kind != KIND:
        raise InputFaults([Fault(str(path), None, "kind", validation.kind, f"must be {KIND}",
                                 "Give an instance of estates, as estates/nwl.")])  # fmt: skip
    return instance_of(validation), None
