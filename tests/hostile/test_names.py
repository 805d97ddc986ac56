"""Names become parts of paths, of cells and of messages: what is more than a name is refused."""

import csv
import json
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, SOURCE_TOML, SmallWorkspace

from childstats import errors
from childstats.catalogue.areas import days_of, read_areas
from childstats.catalogue.catalogue import read_catalogue
from childstats.cli import main
from childstats.errors import CatalogueError, EditionError, SourceError, nearest, one_line
from childstats.folders import is_portable
from childstats.intake import json_object, toml_table
from childstats.observations.changes import NUMBERS, changes_since, previous_edition
from childstats.observations.table import KEY
from childstats.observations.workspace import open_workspace
from childstats.reports.edition import parameters_of, read_edition
from childstats.reports.trace import trace
from childstats.sources.source import read_source

HOSTILE = {
    "a step up": "../../x",
    "a path": "/etc/passwd",
    "an address": "https://example.org/x",
    "a bucket": "s3://bucket/x",
    "a stream": "file:hidden",
    "a device": "NUL",
    "a device with an ending": "com1.csv",
    "an option": "-rf",
    "nothing": "",
    "here": ".",
    "above": "..",
    "a dot at the end": "name.",
    "a space at the end": "name ",
    "300 letters": "x" * 300,
    "NUL": "a\0b",
    "a colour": "a\x1b[31m",
    "a turn": "a\u202eb",
    "a line end": "a\nb",
    "a backslash": "a\\b",
}
hostile = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)


@hostile
def test_fault_65_no_system_takes_it_for_a_file(name: str) -> None:
    assert not is_portable(name)


@pytest.mark.parametrize("name", ["Bảng 3.2 (2024).xlsx", "a", "console.csv", ".hidden", "x" * 200])
def test_what_publishers_call_their_files_is_a_name(name: str) -> None:
    assert is_portable(name)


@hostile
def test_fault_65_and_74_a_received_file_is_a_name_in_its_folder(
    small: SmallWorkspace, name: str
) -> None:
    toml = SOURCE_TOML + f'[file]\nlayout = "tidy"\nname = {json.dumps(name)}\n'
    root = small(toml=toml).root
    with pytest.raises(SourceError, match=r"\[file\] of .* needs a name without a folder"):
        read_source(root / "data" / "raw" / "a-source")


def test_fault_65_a_source_is_not_named_like_a_device(small: SmallWorkspace) -> None:
    folder = small(source_id="aux").root / "data" / "raw" / "aux"
    with pytest.raises(SourceError, match="source folder 'aux' is not a source id"):
        read_source(folder)


@hostile
def test_fault_65_an_own_code_of_an_area_is_letters_and_digits(tmp_path: Path, name: str) -> None:
    path = tmp_path / "areas.csv"
    shutil.copy(ROOT / "data" / "catalogue" / "areas.csv", path)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([name, "A", "A", "country", "", "", "", "own code"])
    if name == "NUL":  # three letters, as of any country; no file is called so, with its year
        assert read_areas(path)[name].name_en == "A"
        return
    with pytest.raises(CatalogueError, match=r"is no code; write VN-71|control character|NUL"):
        read_areas(path)


def test_fault_66_codes_that_differ_only_by_case_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    shutil.copy(ROOT / "data" / "catalogue" / "areas.csv", path)
    with path.open("a", encoding="utf-8") as file:
        file.write("vn-71,A,A,country,,,,own code\n")
    with pytest.raises(CatalogueError, match=r"ref_area 'vn-71' in areas.csv line .* is no code"):
        read_areas(path)


@pytest.mark.parametrize(
    "name", ["../x", "=1+1", "CON", "Ab", "a-b", "x" * 300, "a\x1b[31m", "-rf"]
)
def test_fault_65_an_indicator_is_an_identifier(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    with (folder / "indicators.csv").open(encoding="utf-8", newline="") as file:
        header, first, *_ = csv.reader(file)
    with (folder / "indicators.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, [name, *first[1:]]])
    with pytest.raises(CatalogueError, match=r"is no id; use lower-case|control character"):
        read_catalogue(folder)


@pytest.mark.parametrize("name", ["\t=1+1", "\r=1", "@SUM(1)", "+1", "-1", "A\x1b[31m", "A\u202eB"])
def test_fault_67_a_name_is_no_formula_and_turns_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "areas.csv"
    shutil.copy(ROOT / "data" / "catalogue" / "areas.csv", path)
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["ZZZ", name, "A", "country", "", "", "", "ISO 3166-1"])
    with pytest.raises(CatalogueError, match=r"is no name; begin it|holds a control character"):
        read_areas(path)


def _edition(copied: Path, old: str, new: str) -> None:
    path = copied / "childstats.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@hostile
def test_fault_65_73_and_74_a_notebook_is_one_of_the_workspace(copied: Path, name: str) -> None:
    _edition(copied, '"annual_profile"', json.dumps(name))
    with pytest.raises(EditionError, match=r"has notebook = .*; name one"):
        read_edition(open_workspace(copied))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "dien-bien-2025"', 'id = "con"', "is 'con'; write lower-case"),
        ("[2025]", "[20225]", "time_period 20225 in .* is no year"),
        ("[2025]", "[-1]", "time_period -1 in .* is no year"),
        ("[2025]", "[nan]", "time_period in .* is nan; write a int"),
        ("[2025]", str(list(range(20_000))), "asks for 40,000 reports, and at most 20,000 are"),
        ('["VN-71"]', '["../../x"]', r"unknown area '../../x'"),
    ],
)
def test_fault_65_and_75_a_parameter_is_a_plain_value(
    copied: Path, old: str, new: str, message: str
) -> None:
    _edition(copied, old, new)
    with pytest.raises(EditionError if "unknown" not in message else CatalogueError, match=message):
        read_edition(open_workspace(copied))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 20_000, "nested too deeply"),
        ("x = " + "{a=" * 20_000, "nested too deeply"),
        ("x = " + "9" * 5_000, "a number of thousands of digits"),
        ("x = 0x" + "f" * 20_000, "an integer longer than 64 bits"),
        (f"x = [[{2**63}]]", "an integer longer than 64 bits"),
    ],
)
def test_toml_that_no_person_writes_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        toml_table(text)


@pytest.mark.parametrize("part", ["a", '"a"', "'a'", "a "])
def test_a_key_of_endless_parts_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(tomllib, "loads", lambda text: pytest.fail("parsed"))
    with pytest.raises(ValueError, match="a key of more than 30 parts"):
        toml_table(".".join([part] * 200_000) + " = 1")


def test_what_people_write_is_toml() -> None:
    text = f'a.b.c = "{"x. " * 100}"\n[d]\ne = {{ "." = "zero" }}\nf = [-9223372036854775807, 0.5]'
    assert toml_table(text)["d"] == {"e": {".": "zero"}, "f": [1 - 2**63, 0.5]}


@pytest.mark.parametrize("period", ["2024-01/P" + "9" * 5_000 + "M", "9999-12/P12M", "9999/P9Y"])
def test_a_period_ends_within_the_calendar(period: str) -> None:
    with pytest.raises(CatalogueError, match=r"unreadable period|ends after the calendar"):
        days_of(period)


def test_a_message_does_nothing_to_a_terminal_and_has_one_line() -> None:
    shown = one_line("bad '\x1b]0;owned\x07\u202e\udcff'\nin a.csv;\r\n correct it")
    assert shown == r"bad '\x1b]0;owned\x07\u202e\udcff' in a.csv; correct it"
    assert one_line("Điện Biên") == "Điện Biên"


def test_a_message_keeps_what_and_what_to_do_of_a_giant_value() -> None:
    shown = one_line(f"unknown unit '{'x' * 1_000_000}' in a.csv line 3; use one of PS, NUMBER")
    assert len(shown) < 800
    assert shown.startswith("unknown unit 'xxx")
    assert shown.endswith("in a.csv line 3; use one of PS, NUMBER")


def test_the_command_line_spells_what_a_file_holds(small: SmallWorkspace) -> None:
    toml = SOURCE_TOML.replace('"press"', r'"\u001b[2J\u202epress"')
    done = CliRunner().invoke(main, ["clean", "--workspace", str(small(toml=toml).root)])
    (line,) = done.stderr.splitlines()
    assert done.exit_code == 2
    assert r"is '\x1b[2J\u202epress'; use one of" in line


def test_a_fault_of_the_system_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = CliRunner().invoke(main, ["new", str(tmp_path / "file" / "workspace")])
    (line,) = done.stderr.splitlines()
    assert done.exit_code == 2
    assert line.startswith("childstats: ")
    assert "cannot be used: Not a directory; see that it is there and yours" in line


def test_the_nearest_of_a_giant_name_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "get_close_matches", lambda *_, **__: pytest.fail("looked for"))
    assert nearest("x" * 101, ["x" * 100]) == ""


@pytest.mark.parametrize("option", ["--only", "--area"])
@pytest.mark.parametrize("name", ["9" * 5_000, "../x", "1/\x1b[31m", "\u202e", "-", "=1+1"])
def test_a_look_at_a_name_that_is_none_is_refused_in_one_line(
    copied: Path, option: str, name: str
) -> None:
    into = ["--into", str(copied / "look")]
    done = CliRunner().invoke(main, ["build", "--workspace", str(copied), option, name, *into])
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("childstats: ")
    assert len(line) < 1_500
    assert line.isprintable()
    assert not (copied / "look").exists()


CELL = '{"cell_type":"code","execution_count":null,"id":"a","metadata":%s,"outputs":[],"source":%s}'
NOTEBOOK = '{"cells":[%s],"metadata":{},"nbformat":4,"nbformat_minor":5}'
TAGGED = '{"tags":["parameters"]}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[" * 200_000, "unreadable notebook a.ipynb"),
        (NOTEBOOK % (CELL % ('{"tags":5}', '""')), "unreadable notebook a.ipynb"),
        (NOTEBOOK % (CELL % (TAGGED, "5")), "unreadable notebook a.ipynb"),
        (
            (NOTEBOOK % (CELL % (TAGGED, '"x=1"'))).replace(
                '"execution_count":null', '"execution_count":"1"'
            ),
            "unreadable notebook a.ipynb: '1' is not",  # which only its schema says
        ),
        (NOTEBOOK % (CELL % (TAGGED, '"x=%s1"' % ("-" * 50_000))), "nested too deeply"),
        (NOTEBOOK % (CELL % (TAGGED, '"x=9**9**9"')), "may only assign plain values"),
    ],
)
def test_a_notebook_that_is_none_is_refused_and_nothing_of_it_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str, message: str
) -> None:
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(EditionError, match=message):
        parameters_of(tmp_path / "a.ipynb")
    assert not caplog.records  # what is wrong is said once


NESTED = "[" * 200_000
BEFORE = {"edition": "old", "date": "2020-01-01"}


@pytest.mark.parametrize(
    ("manifest", "table"),
    [
        (NESTED, "a\n1\n"),
        ("5", "a\n"),
        (json.dumps(BEFORE | {"edition": "../../x"}), ",".join(KEY)),
        (json.dumps(BEFORE), "indicator,ref_area\nx\n"),
        (json.dumps(BEFORE), "indicator\n" + "x" * 200_000 + "\n"),
    ],
)
def test_an_edition_before_that_cannot_be_read_is_none(
    small: SmallWorkspace, manifest: str, table: str
) -> None:
    root = small({"indicator": "children_under_16", "time_period": "2025", "text": "12"}).root
    (root / "reports" / "data").mkdir(parents=True)
    (root / "reports" / "manifest.json").write_text(manifest, encoding="utf-8")
    (root / "reports" / "data" / "observations.csv").write_text(table, encoding="utf-8")
    assert previous_edition(root) is None


@pytest.mark.parametrize(
    "manifest",
    [NESTED, "5", "[]", '{"reports": 5}', '{"reports": [5]}', '{"reports": [{"figures": [[]]}]}'],
)
def test_a_number_is_traced_whatever_the_manifest_is(small: SmallWorkspace, manifest: str) -> None:
    figure = {"indicator": "children_under_16", "time_period": "2025", "text": "208,222"}
    workspace = small(figure)
    (workspace.root / "reports").mkdir()
    (workspace.root / "reports" / "manifest.json").write_text(manifest, encoding="utf-8")
    (found,) = trace(workspace, "208,222")
    assert found.reports == ()


def test_only_an_object_is_a_note(tmp_path: Path) -> None:
    path = tmp_path / "note.json"
    for text in (NESTED, "[1]", "5", "", "[" + "9" * 5_000 + "]"):
        path.write_text(text, encoding="utf-8")
        assert json_object(path) == {}
    path.write_text('{"a": 1}', encoding="utf-8")
    assert json_object(path) == {"a": 1}


CORRECTIONS = "source_id,indicator,ref_area,time_period,reason,note_en,note_vi\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,b,c,d,publisher,,,one more\n", "wrong number of cells in .*corrections.csv line 2"),
        ("a\n", "wrong number of cells in .*corrections.csv line 2"),
        ("x" * 200_000, "unreadable data/catalogue/corrections.csv: field larger"),
        ('a,b,c,d,publisher,"open\n', "unreadable data/catalogue/corrections.csv: unexpected end"),
    ],
)
def test_corrections_are_whole_rows(small: SmallWorkspace, rows: str, message: str) -> None:
    root = small().root
    (root / "reports" / "data").mkdir(parents=True)
    (root / "reports" / "manifest.json").write_text(json.dumps(BEFORE), encoding="utf-8")
    header = ",".join(dict.fromkeys((*KEY, *NUMBERS, "source_id", "obs_status")))
    (root / "reports" / "data" / "observations.csv").write_text(header + "\n", encoding="utf-8")
    previous = previous_edition(root)
    assert previous is not None
    assert previous.day == date(2020, 1, 1)
    (root / "data" / "catalogue" / "corrections.csv").write_text(
        CORRECTIONS + rows, encoding="utf-8"
    )
    with pytest.raises(CatalogueError, match=message):
        changes_since(previous, [], root)
