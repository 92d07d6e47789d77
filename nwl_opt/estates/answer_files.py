"""A tested hand-back as files: every table, the answer for programs and for people, and the notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from models.estates.what_if.alternatives import Alternative
from models.estates.what_if.details import Details
from models.estates.what_if.proof import Proof
from models.shared.problem import Explanation
from nwl_opt.estates.notice_pack import notice_files
from nwl_opt.files.atomic import write_atomically, write_json
from nwl_opt.files.tables import csv_bytes
from nwl_opt.plain import plain_object

ANSWER_FILE = "answer.json"
FIRST_FILE = "first.json"
NOTICE_FOLDER = "notice"
Table = tuple[tuple[str, ...], Sequence[Sequence[object]]]


def write_answer(
    out: Path,
    details: Details,
    proof: Proof | None,
    sentences: Sequence[Explanation],
    inputs_sha256: str,
    label: str,
) -> tuple[Path, ...]:
    """Write all files of an answer into a folder that is there; returns them. The same answer is the same bytes."""
    (out / NOTICE_FOLDER).mkdir(exist_ok=True)
    written: list[Path] = []
    for name, (columns, rows) in tables(details).items():
        written.append(out / f"{name}.csv")
        write_atomically(written[-1], csv_bytes(columns, [[_text(cell) for cell in row] for row in rows]))
    for name, content in notice_files(details.answer, label).items():
        written.append(out / NOTICE_FOLDER / name)
        write_atomically(written[-1], content)
    written.append(out / "answer.md")
    write_atomically(written[-1], _page(label, sentences).encode())
    written.append(out / ANSWER_FILE)
    write_json(written[-1], plain_object(_document(details, proof, sentences, inputs_sha256, label)))
    return tuple(written)


def write_first(out: Path, details: Details, sentences: Sequence[Explanation], label: str) -> Path:
    """Write what is known at once into a folder that is there, long before the rest; returns the file."""
    path = out / FIRST_FILE
    said = {"label": label, "verdict": details.answer.verdict, "sentences": _sentences(sentences)}
    write_json(path, plain_object(said))
    return path


def tables(details: Details) -> Mapping[str, Table]:
    """Every table of an answer: columns and rows."""
    answer = details.answer
    periods = [period.first_year for period in answer.saved.instance.periods]
    return {
        "refusals": (
            ("rule", "name", "suite_id", "why", "what_would_change_it", "from_day"),
            [(r.rule, r.name, r.suite_id, r.why, r.change, r.from_day) for r in answer.refusals],
        ),
        "shortages": (
            ("year", "room_type", "wanted_hours_per_week", "held_hours_per_week", "areas", "sites"),
            [(periods[s.period], s.room_type, round(s.wanted_hours, 3), round(s.held_hours, 3), " ".join(s.areas),
              " ".join(s.sites)) for s in answer.shortages],
        ),
        "savings": (
            ("year", "icb_without_gbp", "icb_with_gbp", "icb_saved_gbp", "system_without_gbp", "system_with_gbp",
             "system_saved_gbp"),
            [(y.year, y.icb_without_gbp, y.icb_with_gbp, y.icb_saved_gbp, y.system_without_gbp, y.system_with_gbp,
              y.system_saved_gbp) for y in details.cash],
        ),
        "moves": (
            ("year", "service", "area_id", "from_site", "to_site", "contacts_per_year"),
            [(periods[m.period], m.service, m.area_id, m.from_site, m.to_site, round(m.contacts, 3))
             for m in details.moves],
        ),
        "added_minutes": (
            ("year", "added_minutes", "imd_quintile", "contacts_per_year"),
            [(periods[b.period], b.band, b.imd_quintile, round(b.contacts, 3)) for b in details.bands],
        ),
        "utilisation": (
            ("site_id", "room_type", "year", "slot", "rooms_without", "rooms_with", "used_share_without",
             "used_share_with"),
            [(f.site_id, f.room_type, f.year, f.slot, f.rooms_without, f.rooms_with, _share(f.used_without_share),
              _share(f.used_with_share)) for f in details.fullness],
        ),
        "break_even": (
            ("assumption", "unit", "now", "holds_now", "least", "most", "tolerance"),
            [(b.what, b.unit, b.now, b.holds_now, _share(b.least), _share(b.most), b.tolerance)
             for b in (details.break_evens if has_break_evens(details) else ())],
        ),
        "alternatives": (
            ("what", "suite_id", "day", "npv_against_saved_plan_gbp"),
            [*_alternative("other day", details.other_day),
             *_alternative("other hand-back", details.other_suites.best)],
        ),
    }  # fmt: skip


def has_break_evens(details: Details) -> bool:
    """Whether the answer turns on assumptions: not where rules about the suites refuse it."""
    return details.answer.after is not None or bool(details.answer.shortages)


def _alternative(what: str, found: Alternative | None) -> Iterator[tuple[object, ...]]:
    if found is not None:
        for suite, day in found.order.dates.items():
            yield (what, suite, day, round(found.npv_against_plan_gbp))


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)


def _page(label: str, sentences: Sequence[Explanation]) -> str:
    return "\n".join([f"# {label}", "", *(f"- {one.sentence}" for one in sentences)]) + "\n"


def _document(
    details: Details, proof: Proof | None, sentences: Sequence[Explanation], inputs_sha256: str, label: str
) -> dict[str, object]:
    answer = details.answer
    paid = details.payback
    return {
        "inputs_sha256": inputs_sha256,
        "label": label,
        "verdict": answer.verdict,
        "asked": {order.suite_id: order.date for order in answer.asked.asked},
        "handed_back": answer.order.dates if answer.after is not None else {},
        "added": answer.order.added,
        "kept_instead": answer.stays,
        "already_in_plan": answer.already,
        "refused_by": sorted({refusal.rule for refusal in answer.refusals} | set(answer.rules)),
        "one_off_gbp": details.once.gbp,
        "npv_saving_gbp": _pounds(answer.npv_gbp),
        "npv_against_saved_plan_gbp": _pounds(answer.npv_against_plan_gbp),
        "payback_month": None if paid is None else paid.month,
        "payback_months": None if paid is None else paid.months,
        "proof": None
        if proof is None
        else {
            "status": proof.status,
            "confirms_first_answer": proof.confirms,
            "impossible": proof.is_impossible,
            "unmet_contacts": proof.unmet_contacts,
            "unmet_bound_contacts": proof.unmet_bound_contacts,
            "npv_cost_gbp": _pounds(proof.npv_cost_gbp),
            "npv_bound_gbp": _pounds(proof.npv_bound_gbp),
        },
        "sentences": _sentences(sentences),
    }


def _sentences(told: Sequence[Explanation]) -> list[dict[str, object]]:
    return [{"id": one.id, "rule": one.rule, "sentence": one.sentence, "numbers": one.numbers} for one in told]


def _pounds(gbp: float | None) -> int | None:
    return None if gbp is None else round(gbp)
