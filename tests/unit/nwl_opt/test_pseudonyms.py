"""Pseudonyms: identities stand in the key file and nowhere else, and the same patient keeps the same pseudonym."""

from __future__ import annotations

import csv
import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from models.theatres.identity import is_nhs_number
from nwl_opt.cli import main
from nwl_opt.problems import data_folder
from nwl_opt.theatres.key_file import Identity, read_key, write_key
from nwl_opt.theatres.pseudonyms import Pseudonymised, pseudonymise

pytestmark = pytest.mark.unit

EXTRACT = data_folder("theatres") / "week" / "extract.csv"
DAY = dt.date(2027, 3, 22)
HEAD = "nhs_number,name,date_of_birth,hospital_number,trust_id,asa_grade\n"
ADA = "9991234004,Ada Secretname,1950-05-17,X111111,RYJ,2\n"
BEN = "9991234012,Ben Hiddenname,2009-03-22,X222222,RYJ,1\n"
CID = ",Cid Nowherename,2009-03-23,X333333,RYJ,3\n"
SECRETS = ("9991234004", "9991234012", "X111111", "X222222", "X333333", "Secretname", "Hiddenname", "Nowherename",
           "1950-05-17", "2009-03-2")  # fmt: skip


def run(tmp_path: Path, *rows: str, out: str = "clean", key: str = "keys/key.csv", head: str = HEAD) -> Pseudonymised:
    """Pseudonymise an extract of these rows; folders are new."""
    extract = tmp_path / "in" / f"{out}.csv"
    extract.parent.mkdir(exist_ok=True)
    extract.write_text(head + "".join(rows))
    (tmp_path / "keys").mkdir(exist_ok=True)
    return pseudonymise(extract, tmp_path / out, tmp_path / key, DAY)


def faults_of(tmp_path: Path, *rows: str, **places: str) -> list[str]:
    with pytest.raises(InputFaults) as told:
        run(tmp_path, *rows, **places)
    texts = [str(fault) for fault in told.value.faults]
    assert not [secret for secret in SECRETS if any(secret in text for text in texts)]
    return texts


def clean_rows(done: Pseudonymised) -> list[dict[str, str]]:
    with done.table.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_clean_table_holds_no_identity(tmp_path: Path) -> None:
    done = run(tmp_path, ADA, BEN, CID)
    text = done.table.read_text()
    assert text.splitlines()[0] == "patient_id,trust_id,asa_grade,adult"
    assert not [secret for secret in SECRETS if secret in text]
    assert (done.rows, done.known, done.added, done.left_out) == (3, 0, 3, ())
    assert "priority" in done.missing and "due_by" not in done.missing


def test_adult_from_the_birthday_on(tmp_path: Path) -> None:
    """Ben is 18 on the day of planning, Cid on the day after."""
    adult = {row["asa_grade"]: row["adult"] for row in clean_rows(run(tmp_path, ADA, BEN, CID))}
    assert adult == {"2": "yes", "1": "yes", "3": "no"}


def test_the_key_says_who_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    done = run(tmp_path, ADA, CID)
    key = tmp_path / "keys" / "key.csv"
    by_grade = {row["asa_grade"]: row["patient_id"] for row in clean_rows(done)}
    known = read_key(key)
    ada = Identity("9991234004", "Ada Secretname", dt.date(1950, 5, 17), "X111111", "RYJ")
    assert known[by_grade["2"]] == ada and known[by_grade["3"]].nhs_number is None
    assert os.name != "posix" or stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "Secretname" not in repr(ada) and "999" not in f"{known}"


def test_the_same_patient_keeps_the_pseudonym_and_new_ones_are_added(tmp_path: Path) -> None:
    """Also when the name changed, the number is written with blanks, or only the hospital's number is given."""
    first = {row["asa_grade"]: row["patient_id"] for row in clean_rows(run(tmp_path, ADA, CID))}
    married = "999 123 4004,Ada Othername,1950-05-17,X111111,RYJ,2\n"
    done = run(tmp_path, BEN, married, CID, out="later")
    again = {row["asa_grade"]: row["patient_id"] for row in clean_rows(done)}
    assert (again["2"], again["3"]) == (first["2"], first["3"]) and again["1"] not in first.values()
    assert (done.known, done.added) == (2, 1)
    by_hospital = ",Ada Othername,1950-05-17,X111111,RYJ,2\n"
    last = run(tmp_path, by_hospital, out="last")
    assert clean_rows(last)[0]["patient_id"] == first["2"]
    known = read_key(tmp_path / "keys" / "key.csv")
    assert len(known) == 3 and known[first["2"]].name == "Ada Othername"
    assert known[first["2"]].nhs_number == "9991234004"


def test_pseudonyms_are_random_and_the_order_of_rows_tells_nothing(tmp_path: Path) -> None:
    one, two = run(tmp_path, ADA, BEN, CID), run(tmp_path, ADA, BEN, CID, out="other", key="keys/other.csv")
    ids = [row["patient_id"] for row in clean_rows(one)]
    assert ids == sorted(ids)
    assert not set(ids) & {row["patient_id"] for row in clean_rows(two)}


def test_numbers_of_different_trusts_are_different_patients(tmp_path: Path) -> None:
    other = ",Dee Nobody,2009-03-23,X333333,RAS,4\n"
    assert run(tmp_path, CID, other).added == 2


def test_faults_are_told_at_once_by_row_and_never_by_value(tmp_path: Path) -> None:
    rows = (
        "9991234005,Ada Secretname,1950-05-17,X111111,RYJ,2\n",  # wrong check digit
        ",Ben Hiddenname,2009-03-22,,RYJ,1\n",  # no number at all
        CID.replace("2009-03-23", "2028-03-23"),  # not born yet
        "9991234012,Ben Hiddenname,2009-03-22,X222222,RYJ,1\n" * 2,  # twice
    )
    texts = faults_of(tmp_path, *rows)
    assert [text.partition(";")[0] for text in texts] == [
        "clean.csv row 2: nhs_number = (not shown)",
        "clean.csv row 3: nhs_number = (empty)",
        "clean.csv row 4: date_of_birth = (not shown)",
        "clean.csv row 6: the patient of row 5 again",
    ]
    assert not (tmp_path / "clean").exists() and not (tmp_path / "keys" / "key.csv").exists()


def test_a_name_in_the_wrong_column_is_not_shown(tmp_path: Path) -> None:
    texts = faults_of(tmp_path, "9991234004,,Ada Secretname,X111111,RYJ,Secretname\n")
    assert len(texts) == 3 and all("(not shown)" in text for text in texts)


def test_another_birthday_or_number_than_the_key_knows(tmp_path: Path) -> None:
    run(tmp_path, ADA, BEN)
    texts = faults_of(tmp_path, ADA.replace("1950", "1951"), BEN.replace("X222222", "X111111"), out="later")
    assert "row 2: date_of_birth" in texts[0] and "row 3: hospital_number" in texts[1]


@pytest.mark.parametrize("key", ["clean/key.csv", "clean/deeper/key.csv", "run/key.csv", "run/inputs/key.csv",
                                 "instance/key.csv", "in/clean.csv"])  # fmt: skip
def test_the_key_lies_with_no_table_and_no_run(tmp_path: Path, key: str) -> None:
    for folder, name in (("run", "request.json"), ("instance", "instance.toml")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("")
    assert any("--key" in text for text in faults_of(tmp_path, ADA, key=key))
    assert not (tmp_path / "clean").exists()


def test_the_clean_table_lies_in_no_run(tmp_path: Path) -> None:
    """A run is what was saved: a table of patients written into it would be passed on with it."""
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "run.json").write_text("")
    assert any("a run stays as it was saved" in text for text in faults_of(tmp_path, ADA))
    assert not (tmp_path / "clean" / "patients.csv").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    run(tmp_path, ADA)
    assert "there already" in faults_of(tmp_path, ADA)[0]


def test_the_extract_lies_apart_from_the_clean_table(tmp_path: Path) -> None:
    assert "in the folder of the clean table" in " ".join(faults_of(tmp_path, ADA, out="in"))


@pytest.mark.skipif(os.name != "posix", reason="the system keeps no such marks")
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    run(tmp_path, ADA)
    (tmp_path / "keys" / "key.csv").chmod(0o640)
    assert "others than its owner may read it" in faults_of(tmp_path, ADA, out="later")[0]


def test_a_key_that_is_missing_or_damaged(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="no such file"):
        read_key(tmp_path / "key.csv")
    write_key(tmp_path / "key.csv", {"P1": Identity("9991234004", "Ada Secretname", DAY, None, None)})
    damaged = (tmp_path / "key.csv").read_text().replace("2027-03-22", "Secretname")
    (tmp_path / "key.csv").write_text(damaged)
    with pytest.raises(InputFaults) as told:
        read_key(tmp_path / "key.csv")
    assert "Secretname" not in str(told.value) and "row 2" in str(told.value)


def test_a_key_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """The place of the key is a folder: neither half a key nor a clean table without one."""
    (tmp_path / "keys" / "key.csv").mkdir(parents=True)
    with pytest.raises(InputFaults, match="cannot be written"):
        write_key(tmp_path / "keys" / "key.csv", {"P1": Identity(None, "Ada Secretname", DAY, "X1", None)})
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["key.csv"]


def test_the_command_prints_no_identity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "keys" / "key.csv"
    key.parent.mkdir()
    arguments = ["theatres", "pseudonymise", str(EXTRACT), "--out", str(tmp_path / "clean"), "--key", str(key)]
    assert main([*arguments, "--on", "2027-03-22"]) == 0
    printed = capsys.readouterr()
    with EXTRACT.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in ("nhs_number", "name", "date_of_birth", "hospital_number", "address"):
            assert row[column] not in printed.out + printed.err + (tmp_path / "clean" / "patients.csv").read_text()
    assert "address" in printed.out and "10 new" in printed.out
    assert main(arguments) == 2  # the clean table is there already


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("9434765919", True),  # the example of the NHS Data Dictionary
        ("9434765918", False),
        ("943476591", False),
        ("94347659l9", False),
        ("0000000000", False),
    ],
)
def test_check_digits(digits: str, right: bool) -> None:
    assert is_nhs_number(digits) == right


def test_a_check_digit_of_ten_is_no_number() -> None:
    """Nine digits whose remainder asks for 10 are no number, whatever follows."""
    first_nine = next(f"{n:09d}" for n in range(1, 2000) if _remainder(f"{n:09d}") == 1)
    assert not any(is_nhs_number(f"{first_nine}{digit}") for digit in range(10))


def _remainder(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
