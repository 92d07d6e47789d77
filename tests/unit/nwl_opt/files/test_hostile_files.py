"""Files made to hang a reader, to fill its memory or to break it: each is a fault in words, at once."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from models.shared.faults import InputFaults
from nwl_opt.files.sheet_extent import error_cells
from nwl_opt.files.toml_reading import parse_toml
from nwl_opt.opening import validate_instance
from nwl_opt.problems import find_instance

pytestmark = pytest.mark.unit
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>value</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>kind</t></is></c>'
    '<c r="B2" t="inlineStr"><is><t>reallocation</t></is></c></row>'
)
_LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_STRANGER = '<!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


def _book(
    path: Path, rows: str = "", name: str = "instance", head: str = "", before: str = "", shared: str = ""
) -> Path:
    """A workbook of one sheet, written by hand so that nothing corrects it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a" '
                         f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        archive.writestr("xl/workbook.xml", f'{head}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{before}'
                         f'<sheets><sheet name="{name}" sheetId="1" r:id="r0"/></sheets></workbook>')  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">'
                         f'<Relationship Id="r0" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                         f'<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
                         "</Relationships>")  # fmt: skip
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/>'
                         f"<sheetData>{_KIND}{rows}</sheetData></worksheet>")  # fmt: skip
        if shared:
            archive.writestr("xl/sharedStrings.xml", f'{shared}<sst xmlns="{_MAIN}"><si><t>&j;</t></si></sst>')
    return path


def _refused(path: Path) -> str:
    """What is said of a file that is not read."""
    with pytest.raises(InputFaults) as refused:
        validate_instance(path)
    assert len(refused.value.faults) == 1
    return str(refused.value.faults[0])


@pytest.mark.parametrize("place", ["XFD1048576", "XFD20000", "AAAAAAA1", "A99999999", "B1048577", "ZZZ5"])
def test_one_cell_far_away_is_refused_before_room_is_made_for_all_between(tmp_path: Path, place: str) -> None:
    """The reader ends the whole process where it gets no memory; nothing could be said then."""
    row = f'<row r="1048576"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'
    assert "a cell far away from the others" in _refused(_book(tmp_path / "a.xlsx", row))
    assert "a cell far away from the others" in _refused(_book(tmp_path / "b.xlsx", row.replace('"', "'")))


def test_a_sheet_that_says_it_is_full_and_is_not_is_read(tmp_path: Path) -> None:
    assert validate_instance(_book(tmp_path / "a.xlsx")).kind == "reallocation"


@pytest.mark.parametrize("head", [_LAUGHS, _STRANGER])
def test_entities_are_not_followed(tmp_path: Path, head: str) -> None:
    assert "unreadable" in _refused(_book(tmp_path / "a.xlsx", name="&j;", head=head))
    assert "unreadable" in _refused(
        _book(tmp_path / "b.xlsx", '<row r="3"><c r="A3" t="s"><v>0</v></c></row>', shared=head)
    )


def test_errors_are_found_in_one_pass_whatever_stands_in_a_sheet() -> None:
    """Of cells that are begun and never ended, each was once searched to the end of the sheet: minutes for 10 kB."""
    sheet = b'<c t="e" r="A3">' * 100_000 + b'<c r="B7" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c>' + b"<c " * 100_000
    assert list(error_cells(sheet)) == [(7, 1, "#DIV/0!")]
    assert list(error_cells(b"<c r='AA2' t='e'><v>#N/A</v></c>")) == [(2, 26, "#N/A")]


def test_a_list_of_sheets_beyond_reason_is_not_parsed(tmp_path: Path) -> None:
    assert "beyond reason" in _refused(_book(tmp_path / "a.xlsx", before="<a>" * 900_000 + "</a>" * 900_000))


def test_thousands_of_files_in_a_workbook_are_not_listed(tmp_path: Path) -> None:
    path = _book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(3100):
            archive.writestr(f"{number}", b"")
    assert "thousands of files" in _refused(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"x = {'[' * 100_000}", "nested beyond reason"),
        (f"x = {'9' * 10_000}", "thousands of digits"),
        (f"{'.'.join('a' * 5000)} = 1", "joined by full stops"),
        (f"[{'.'.join('a' * 5000)}]", "joined by full stops"),
        ("#" * 5_000_001, "more than 5,000,000 characters"),
    ],
)
def test_a_header_made_to_break_the_reader_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    shutil.copytree(find_instance("reallocation/tiny"), tmp_path / "mine")
    header = tmp_path / "mine" / "instance.toml"
    header.write_text(f"{header.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    assert said in "".join(map(str, validate_instance(tmp_path / "mine").faults))


def test_names_and_sentences_with_full_stops_are_read() -> None:
    text = 'a.b.c = 1\nsaid = "One. Two. Three."\nversion = "1.2.3"\nrow = ".................................."\n'
    assert parse_toml(text)["said"] == "One. Two. Three."


@pytest.mark.parametrize(
    ("lines", "said"),
    [("a\n" * 1_000_002, "more than 1,000,000 rows"), ("," * 20_000, "20,001 cells in a row")],
)
def test_a_table_without_end_is_refused(tmp_path: Path, lines: str, said: str) -> None:
    shutil.copytree(find_instance("reallocation/tiny"), tmp_path / "mine")
    with (tmp_path / "mine" / "lines.csv").open("a", encoding="utf-8") as file:
        file.write(lines)
    assert said in "".join(map(str, validate_instance(tmp_path / "mine").faults))
