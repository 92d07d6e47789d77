"""Load an extract: choose, look at the proposed mapping, correct it, save it, load into a copy."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from models.shared.faults import Fault, InputFaults
from models.shared.register import Table
from nwl_opt.app.context import context_of
from nwl_opt.app.downloading import sent_bytes
from nwl_opt.app.extracts.form import mapping_fields, posted_mapping
from nwl_opt.app.extracts.kept import KeptExtract, find_extract, keep_extract, others_for, remove_extract
from nwl_opt.app.forms import Form, PostedForm
from nwl_opt.app.inputs import SENT, Input, find_input, newest_change, sent_inputs, shipped_inputs, uploads_folder
from nwl_opt.app.kinds import KindPages, pages_of
from nwl_opt.app.pages import page, see
from nwl_opt.app.people import user_of
from nwl_opt.app.routes.home import Kind
from nwl_opt.app.uploads import keep_instance
from nwl_opt.excel.mapping import (
    Load,
    Loaded,
    MappedTable,
    Proposal,
    TableMapping,
    load_extracts,
    mapping_text,
    preview,
    table_of,
    tables_of,
    write_loaded,
)
from nwl_opt.excel.mapping.checking import mapping_faults
from nwl_opt.excel.mapping.names import holds_identities
from nwl_opt.excel.mapping.targets import is_of_an_instance
from nwl_opt.excel.mapping.words import money_rows, money_sentences, row_sentences
from nwl_opt.files.tables import csv_bytes

router = APIRouter()
_MOST_FAULTS_SHOWN = 100
_ROWS_SHOWN = 5
_OFTEN = {
    "reallocation": ("ledger", "mapping", "baseline"),
    "theatres": ("patients", "lists", "test_slots", "staff"),
    "estates": ("suites", "occupations", "gp_premises"),
}


@router.get("/problems/{kind}/extract")
def choose(request: Request, pages: Kind) -> HTMLResponse:
    """Which table, which export, into which instance."""
    return _choose_page(request, pages)


@router.post("/problems/{kind}/extract")
def send(request: Request, pages: Kind, form: PostedForm) -> Response:
    """Keep the export with a first mapping, and show it."""
    try:
        table = _table_asked(pages.kind, form.text("table")).name
        found = find_input(request, form.text("instance"))
        kept = keep_extract(
            request, form.files("extract"), form.files("mapping"), pages.kind, table, found.id, found.path
        )
    except InputFaults as error:
        return _choose_page(request, pages, error.faults, form)
    return see(kept.url)


@router.get("/extracts/{extract_id}")
def look(request: Request, extract_id: str) -> HTMLResponse:
    """The mapping as it stands, and what the extract comes to by it."""
    kept = find_extract(request, extract_id)
    return _mapping_page(request, kept, kept.mapping())


@router.post("/extracts/{extract_id}")
def save(request: Request, extract_id: str, form: PostedForm) -> Response:
    """Save the mapping as the form has it; load it when that button was pressed."""
    kept = find_extract(request, extract_id)
    found = find_input(request, kept.input_id)
    mapping = posted_mapping(form, kept.mapping(), _proposal(request, kept, found))
    faults = mapping_faults(mapping, table_of(kept.kind, kept.table), "the mapping")
    if faults:
        return _mapping_page(request, kept, mapping, faults)
    kept.save(mapping)
    if not form.is_set("load"):
        return see(f"{kept.url}?told=The mapping is saved.", "comes-to")
    try:
        also = [one for one in others_for(request, kept) if one.id in form.texts("also")]
        loads = [Load(mapping, kept.path), *(Load(one.mapping(), one.path) for one in also)]
        loaded = load_extracts(found.path, loads)
    except InputFaults as error:
        return _mapping_page(request, kept, mapping, error.faults, also=form.texts("also"))
    if loaded.faults and not form.is_set("with_faults"):
        return _mapping_page(request, kept, mapping, loaded.faults, True, form.texts("also"))
    return see(f"/inputs/{_keep_copy(request, kept, loaded)}")


@router.get("/extracts/{extract_id}/mapping.toml")
def download_mapping(request: Request, extract_id: str) -> Response:
    """The mapping, for the next export."""
    kept = find_extract(request, extract_id)
    return sent_bytes(mapping_text(kept.mapping()).encode(), f"{kept.table}_mapping.toml")


@router.get("/extracts/{extract_id}/table.csv")
def download_table(request: Request, extract_id: str) -> Response:
    """The rows of the extract as a table of ours."""
    kept = find_extract(request, extract_id)
    mapped = preview(Load(kept.mapping(), kept.path))
    if mapped.faults:
        raise InputFaults(mapped.faults)
    cells = [[row.cells.get(name, "") for name in mapped.columns] for row in mapped.rows]
    return sent_bytes(csv_bytes(mapped.columns, cells), f"{kept.table}.csv")


@router.post("/extracts/{extract_id}/remove")
def remove(request: Request, extract_id: str, form: PostedForm) -> Response:
    """Forget the export."""
    del form
    kept = find_extract(request, extract_id)
    remove_extract(kept)
    return see(f"/problems/{kept.kind}/extract?told=The export and its mapping are removed.")


def _choose_page(
    request: Request, pages: KindPages, faults: tuple[Fault, ...] = (), form: Form | None = None
) -> HTMLResponse:
    return page(
        request,
        "extracts/choose.html",
        422 if faults else 200,
        pages=pages,
        groups=_groups(pages.kind),
        instances=[*shipped_inputs(pages.kind), *sent_inputs(request, pages.kind)[:20]],
        chosen_table=form.text("table") if form is not None else request.query_params.get("table", ""),
        chosen_instance=form.text("instance") if form is not None else request.query_params.get("instance", ""),
        faults=faults,
    )


def _table_asked(kind: str, name: str) -> Table:
    """The table of a form.

    Raises
    ------
    InputFaults
        If there is none of that name, or it would hold identities.
    """
    table = table_of(kind, name)
    if holds_identities(table):
        raise InputFaults([Fault(name, None, None, "a table of identities", "must not be sent here",
                                 "Use nwl-opt extract convert and nwl-opt theatres pseudonymise.")])  # fmt: skip
    return table


def _groups(kind: str) -> list[tuple[str, list[Table]]]:
    """The tables to choose from: those people export often, the others, those that are read beside an instance."""
    tables = [table for table in tables_of(kind) if not holds_identities(table)]
    often = [table for name in _OFTEN[kind] for table in tables if table.name == name]
    inside = [table for table in tables if table not in often and is_of_an_instance(kind, table.name)]
    beside = [table for table in tables if not is_of_an_instance(kind, table.name)]
    return [("Often exported", often), ("Other tables of an instance", inside), ("Tables to be downloaded", beside)]


def _mapping_page(
    request: Request,
    kept: KeptExtract,
    mapping: TableMapping,
    faults: tuple[Fault, ...] | list[Fault] = (),
    may_load_all_the_same: bool = False,
    also: tuple[str, ...] = (),
) -> HTMLResponse:
    """The form, and below it what the extract comes to, or what is wrong."""
    found = find_input(request, kept.input_id)
    proposal = _proposal(request, kept, found)
    mapped: MappedTable | None = None
    if not faults:
        faults, mapped = _comes_to(kept, mapping)
    pages = pages_of(kept.kind)
    if pages is None:
        raise HTTPException(404, "There is no such page.")
    return page(
        request,
        "extracts/mapping.html",
        422 if faults else 200,
        pages=pages,
        kept=kept,
        instance=found,
        mapping=mapping,
        fields=mapping_fields(mapping, proposal),
        proposal=proposal,
        headings=proposal.grid.headings,
        faults=list(faults)[:_MOST_FAULTS_SHOWN],
        more=max(len(faults) - _MOST_FAULTS_SHOWN, 0),
        **_shown(mapped),
        may_load_all_the_same=may_load_all_the_same,
        others=others_for(request, kept),
        also=also,
        into_instance=is_of_an_instance(kept.kind, kept.table),
    )  # fmt: skip


def _shown(mapped: MappedTable | None) -> dict[str, object]:
    """What a page shows of the rows an extract comes to; nothing where there are faults."""
    money = () if mapped is None else mapped.money
    rows = () if mapped is None else mapped.rows[:_ROWS_SHOWN]
    columns = () if mapped is None else mapped.columns
    return {
        "mapped": mapped,
        "sentences": [] if mapped is None else row_sentences(mapped),
        "money": [] if mapped is None else money_rows(mapped),
        "money_told": [line for one in money for line in money_sentences(one)],
        "sample": [[row.cells.get(name, "") for name in columns] for row in rows],
    }


def _proposal(request: Request, kept: KeptExtract, found: Input) -> Proposal:
    """What the extract says of itself: looked at once, however often its form is sent."""
    key = ("proposal", kept.id, newest_change(found.path))
    return context_of(request).inputs.get(key, lambda: kept.proposal(found.path))


def _comes_to(kept: KeptExtract, mapping: TableMapping) -> tuple[tuple[Fault, ...], MappedTable | None]:
    faults = mapping_faults(mapping, table_of(kept.kind, kept.table), "the mapping")
    if faults:
        return tuple(faults), None
    try:
        mapped = preview(Load(mapping, kept.path))
    except InputFaults as error:
        return error.faults, None
    return mapped.faults, None if mapped.faults else mapped


def _keep_copy(request: Request, kept: KeptExtract, loaded: Loaded) -> str:
    """The copy among what this user has sent; its id."""
    upload = keep_instance(
        uploads_folder(context_of(request)),
        lambda folder: write_loaded(loaded, folder / "instance"),
        name=f"{', '.join(one.mapping.table for one in loaded.tables)} loaded from {kept.name}",
        owner=user_of(request).name,
        kind=kept.kind,
        sent_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    return f"{SENT}.{upload.id}"
