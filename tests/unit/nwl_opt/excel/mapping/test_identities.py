"""From a hospital's export with identities to pseudonyms: converted, never shown, read by its owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.cli import main
from nwl_opt.excel.mapping import Load, convert_extract, parse_mapping, propose
from tests.app_client import browser
from tests.extract_files import csv_file

pytestmark = pytest.mark.unit
HEADINGS = ("NHS No.", "Forename", "Surname", "DOB", "MRN", "Trust", "Priority", "RTT clock start", "ASA")
ASH = ("999 123 4004", "Ash", "Invented", "02/06/1940", "X640789", "RQM", "Urgent", "01/02/2027", "2")
BIRCH = ("9991234012", "Birch", "Invented", "21/11/1972", "", "RYJ", "Routine", "13/02/2027", "3")
TABLE = "patients_with_identities"


def test_an_export_with_identities_becomes_a_table_of_pseudonyms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path, HEADINGS, ASH, BIRCH)
    mapping, identified = tmp_path / "m.toml", tmp_path / "identified" / "list.csv"
    assert main(["extract", "propose", "theatres", TABLE, str(file), "--out", str(mapping)]) == 0
    assert main(["extract", "convert", str(mapping), str(file), "--out", str(identified)]) == 0
    assert identified.read_text(encoding="utf-8").splitlines()[1] == (
        "999 123 4004,Ash Invented,1940-06-02,X640789,RQM,P2,2027-02-01,2"
    )
    if os.name == "posix":
        assert stat.S_IMODE(identified.stat().st_mode) == 0o600
    clean, key = tmp_path / "clean", tmp_path / "key.csv"
    assert main(["theatres", "pseudonymise", str(identified), "--out", str(clean), "--key", str(key)]) == 0
    told = capsys.readouterr().out
    assert "Still to be filled in before it loads: procedure_code" in told
    shown = told + mapping.read_text(encoding="utf-8") + (clean / "patients.csv").read_text(encoding="utf-8")
    assert not any(word in shown for word in ("Ash", "Birch", "999 123 4004", "9991234012", "X640789"))


def test_faults_of_identities_show_nothing(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, (*ASH[:3], "Ash Invented", *ASH[4:]), BIRCH)
    proposal = propose(file, "theatres", TABLE)
    assert all(not one.samples for one in (*proposal.proposed, *proposal.leftover))
    text = proposal.text().replace('"DOB"', '"DOB"\ndate = "dd/mm/yyyy"', 1)
    with pytest.raises(InputFaults) as told:
        convert_extract(Load(parse_mapping(text.encode(), "m.toml"), file))
    assert [(fault.row, fault.found) for fault in told.value.faults] == [(2, "(not shown)")]
    assert "Ash" not in str(told.value)


def test_the_app_takes_no_table_of_identities(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADINGS, ASH, BIRCH)
    with browser(tmp_path / "runs") as web:
        assert "identities" not in web.client.get("/problems/theatres/extract").text
        told = web.post("/problems/theatres/extract", {"table": TABLE, "instance": "shipped.theatres.tiny"},
                        files=[("extract", ("list.csv", file.read_bytes()))])  # fmt: skip
    assert told.status_code == 422
    assert "pseudonymise" in told.text
    assert "Invented" not in told.text
