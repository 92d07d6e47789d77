"""An export is mapped and loaded on two pages; whatever is wrong is told there, and nothing of a person is kept."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from nwl_opt.excel.mapping import parse_mapping, read_mapping
from nwl_opt.problems import data_folder
from tests.app_client import Browser, browser

pytestmark = pytest.mark.unit
LEDGER = data_folder("reallocation") / "extracts"
SAVED = ("ledger.toml", (LEDGER / "ledger.toml").read_bytes())
EXPORT = ("general_ledger.xlsx", (LEDGER / "general_ledger.xlsx").read_bytes())


def _sent(web: Browser, export: tuple[str, bytes] = EXPORT, saved: tuple[str, bytes] | None = None, **fields: str):  # type: ignore[no-untyped-def]
    files = [("extract", export), *([("mapping", saved)] if saved is not None else [])]
    asked = {"table": "ledger", "instance": "shipped.reallocation.tiny", **fields}
    return web.post("/problems/reallocation/extract", asked, files=files)


def _fields(page: str) -> dict[str, str]:
    """What a browser would send back of the form as it stands."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, kind, value = (_attribute(tag, one) for one in ("name", "type", "value"))
        if name and (kind in ("", "hidden") or (kind == "checkbox" and " checked" in tag)):
            found[name] = value
    for start, options in re.findall(r"(<select [^>]*>)(.*?)</select>", page, re.DOTALL):
        chosen = re.search(r"(<option[^>]*) selected>([^<]*)", options)
        given = chosen is not None and "value=" in chosen[1]
        found[_attribute(start, "name")] = (
            "" if chosen is None else _attribute(chosen[1], "value") if given else html.unescape(chosen[2])
        )
    for start, text in re.findall(r"(<textarea [^>]*>)\n(.*?)</textarea>", page, re.DOTALL):
        found[_attribute(start, "name")] = html.unescape(text)
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return "" if found is None else html.unescape(found[1])


def _kept(root: Path) -> list[Path]:
    folder = root / ".app" / "extracts"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("kind", ["reallocation", "theatres", "estates"])
def test_each_problem_offers_its_tables(tmp_path: Path, kind: str) -> None:
    with browser(tmp_path) as web:
        page = web.client.get(f"/problems/{kind}/extract")
        assert web.client.get("/problems/weather/extract").status_code == 404
    assert page.status_code == 200
    assert "Often exported" in page.text
    assert "North West London reference" in page.text


def test_an_export_is_proposed_corrected_and_loaded(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        kept = _sent(web).headers["location"]
        page = web.client.get(kept)
        assert page.status_code == 200
        for words in ("Cost centre + Subjective", "thousand pounds", "rows of totals", "19 rows read, 12 loaded.",
                      "£1,250,000", "Their columns that are not used"):  # fmt: skip
            assert words in page.text
        fields = _fields(page.text)
        assert (fields["gbp.from"], fields["gbp.unit"]) == ("Annual budget £000", "thousand pounds")
        assert fields["leave_out"] == "0"
        codes = "\n".join(f"600{number} = L{number}" for number in range(1, 7))
        fields |= {"ledger_line.from": "Cost centre", "ledger_line.fill_down": "yes", "ledger_line.codes": codes}
        fields |= {"same_key": "sum", "save": "yes"}
        saved = web.post(kept, fields)
        assert saved.status_code == 303
        page = web.client.get(saved.headers["location"])
        assert "The mapping is saved." in page.text
        assert "19 rows read, 6 loaded." in page.text
        mapping = web.client.get(f"{kept}/mapping.toml")
        assert 'same_key = "sum"' in mapping.text
        assert "attachment" in mapping.headers["content-disposition"]
        table = web.client.get(f"{kept}/table.csv")
        assert table.text.splitlines()[1] == 'L1,"Hospital contract, north",430000,10000,synthetic'
        loaded = web.post(kept, {**_fields(page.text), "load": "yes"})
        assert loaded.headers["location"].startswith("/inputs/sent.")
        answer = web.client.get(loaded.headers["location"])
    assert answer.status_code == 200
    assert "it can be solved" in answer.text
    assert "ledger loaded from general_ledger.xlsx" in answer.text


def test_a_mapping_saved_before_is_used_again(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        page = web.client.get(_sent(web, saved=SAVED).headers["location"])
        assert "19 rows read, 6 loaded." in page.text
        other = _sent(web, saved=SAVED, table="baseline")
    assert other.status_code == 422
    assert "must be reallocation, baseline" in other.text


def test_faults_of_the_instance_are_told_and_may_be_loaded_all_the_same(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        kept = _sent(web, saved=SAVED).headers["location"]
        fields = {**_fields(web.client.get(kept).text), "load": "yes"}
        told = web.post(kept, fields)
        assert told.status_code == 422
        assert "the instance they make has faults" in told.text
        assert 'name="with_faults"' in told.text
        assert "must stand in" in told.text
        loaded = web.post(kept, {**fields, "with_faults": "yes"})
        assert web.client.get(loaded.headers["location"]).status_code == 422


def test_a_form_that_cannot_be_a_mapping_is_told_and_not_saved(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        kept = _sent(web, saved=SAVED).headers["location"]
        before = web.client.get(f"{kept}/mapping.toml").text
        fields = _fields(web.client.get(kept).text)
        told = web.post(kept, {**fields, "gbp.from": "", "description.from": "Service", "save": "yes"})
        assert told.status_code == 422
        assert "must be given: spend of the base year" in told.text
        assert web.client.get(f"{kept}/mapping.toml").text == before
        assert "Service" in _fields(told.text)["description.from"]


def test_a_cell_that_is_none_of_ours_is_told_with_its_row(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        export = ("ledger.csv", b"Ledger line,Description,Budget\nA,one,10\nB,two,20\nC,three,30\nD,four,many\n")
        kept = _sent(web, export).headers["location"]
        page = web.client.get(kept)
        assert page.status_code == 422
        assert "many" in page.text
        assert web.client.get(f"{kept}/table.csv").status_code == 422
        assert web.post(kept, {**_fields(page.text), "load": "yes"}).status_code == 422


def test_an_export_with_identities_is_not_kept(tmp_path: Path) -> None:
    export = ("ptl.csv", b"NHS Number,Pathway ID,Priority\n9991234004,X1,P2\n9991234012,X2,P4\n")
    with browser(tmp_path) as web:
        told = web.post("/problems/theatres/extract", {"table": "patients", "instance": "shipped.theatres.tiny"},
                        files=[("extract", export)])  # fmt: skip
    assert told.status_code == 422
    assert "pseudonymise" in told.text
    assert "9991234004" not in told.text
    assert _kept(tmp_path) == []


@pytest.mark.parametrize(
    ("export", "fields", "words"),
    [
        (("ledger.exe", b"MZ"), {}, "must be .csv or .xlsx"), (("", b""), {}, "must be one export"),
        (("a.xlsm", b"PK\x03\x04"), {}, "macros"), (("a.csv", b"x,y\n1,2\n"), {}, "must have headings for"),
        (EXPORT, {"table": "weather"}, "must be one of"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_said_and_not_kept(
    tmp_path: Path, export: tuple[str, bytes], fields: dict[str, str], words: str
) -> None:
    with browser(tmp_path) as web:
        told = _sent(web, export, **fields)
    assert told.status_code == 422
    assert words in told.text
    assert _kept(tmp_path) == []


def test_a_large_export_is_not_taken(tmp_path: Path) -> None:
    with browser(tmp_path, largest_upload_bytes=2_000) as web:
        told = _sent(web)
    assert told.status_code in (413, 422)
    assert _kept(tmp_path) == []


def test_an_export_is_removed(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        kept = _sent(web).headers["location"]
        assert web.post(f"{kept}/remove").status_code == 303
        assert web.client.get(kept).status_code == 404
    assert _kept(tmp_path) == []


@pytest.mark.parametrize("page", ["0123456789ab", "..%2Fjobs", "0123456789ab/mapping.toml", "0123456789ab/table.csv"])
def test_what_is_not_there_is_said(tmp_path: Path, page: str) -> None:
    with browser(tmp_path) as web:
        assert web.client.get(f"/extracts/{page}").status_code == 404


def test_forms_without_their_token_change_nothing(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        kept = _sent(web).headers["location"]
        for url in (kept, f"{kept}/remove", "/problems/reallocation/extract"):
            assert web.client.post(url, data={"table": "ledger"}).status_code == 403
        assert web.client.get(kept).status_code == 200


def test_an_instance_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with browser(tmp_path) as web:
        assert _sent(web, instance="shipped.reallocation.none").status_code == 404


def test_a_sheet_with_very_many_columns_stays_a_small_page(tmp_path: Path) -> None:
    names = ["Ledger line", "Description", "Budget", *(f"Column {number}" for number in range(300))]
    text = "\n".join([",".join(names), ",".join("1" for _ in names), ",".join("2" for _ in names)])
    with browser(tmp_path) as web:
        page = web.client.get(_sent(web, ("wide.csv", text.encode())).headers["location"])
    assert page.status_code == 200
    assert len(page.content) < 200_000
    assert 'list="headings"' in page.text


def test_an_export_is_seen_by_whoever_sent_it(tmp_path: Path) -> None:
    proxy = {"user_header": "X-Remote-User", "trusted_proxies": frozenset({"127.0.0.1"})}
    with browser(tmp_path, **proxy) as web:
        web.client.headers["X-Remote-User"] = "ada"
        kept = _sent(web).headers["location"]
        assert web.client.get(kept).status_code == 200
        web.client.headers["X-Remote-User"] = "grace"
        assert web.client.get(kept).status_code == 404
        assert web.client.get(f"{kept}/mapping.toml").status_code == 404


@pytest.mark.parametrize(
    ("kind", "mapping", "export", "instance"),
    [
        ("theatres", "waiting_list", "waiting_list.xlsx", "nwl"),
        ("theatres", "theatre_rota", "theatre_rota.csv", "nwl"),
        ("reallocation", "ledger_cells", "general_ledger.xlsx", "tiny"),
        ("reallocation", "baseline", "general_ledger.xlsx", "tiny"),
        ("estates", "suite_charges", "charging_schedule.xlsx", "nwl"),
        ("estates", "room_bookings", "room_bookings.csv", "tiny"),
    ],
)
def test_a_form_sent_as_it_stands_changes_nothing(
    tmp_path: Path, kind: str, mapping: str, export: str, instance: str
) -> None:
    folder = data_folder(kind) / "extracts"
    before = read_mapping(folder / f"{mapping}.toml")
    files = [(field, (name, (folder / name).read_bytes())) for field, name in
             (("extract", export), ("mapping", f"{mapping}.toml"))]  # fmt: skip
    with browser(tmp_path) as web:
        asked = {"table": before.table, "instance": f"shipped.{kind}.{instance}"}
        kept = web.post(f"/problems/{kind}/extract", asked, files=files).headers["location"]
        fields = _fields(web.client.get(kept).text)
        ticked = {"leave_out": [str(at) for at in range(len(before.leave_out))]}
        assert web.post(kept, {**fields, **ticked, "save": "yes"}).status_code == 303
        after = parse_mapping(web.client.get(f"{kept}/mapping.toml").content, "mapping.toml")
    assert {rule.to: rule for rule in after.columns} == {rule.to: rule for rule in before.columns}
    assert {name: dict(codes) for name, codes in after.codes.items()} == before.codes
    assert replace(after, columns=(), codes={}) == replace(before, columns=(), codes={})


def test_exports_whose_tables_name_each_other_are_loaded_together(tmp_path: Path) -> None:
    names = ("ledger_cells", "baseline", "ledger")
    with browser(tmp_path) as web:
        urls = [
            _sent(
                web,
                saved=(f"{name}.toml", (LEDGER / f"{name}.toml").read_bytes()),
                table=read_mapping(LEDGER / f"{name}.toml").table,
            ).headers["location"]
            for name in names
        ]
        page = web.client.get(urls[-1]).text
        assert "mapping from general_ledger.xlsx" in page
        assert "baseline from general_ledger.xlsx" in page
        fields = {**_fields(page), "load": "yes"}
        alone = web.post(urls[-1], fields)
        assert alone.status_code == 422
        also = {"also": [url.rpartition("/")[2] for url in urls[:-1]]}
        together = web.post(urls[-1], {**fields, **also})
        answer = web.client.get(together.headers["location"])
    assert answer.status_code == 200
    assert "ledger, baseline, mapping loaded from general_ledger.xlsx" in answer.text
