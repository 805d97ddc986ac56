"""Numbers that nothing counted reaches, and JSON nested in itself: one line, and nothing lost."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from childstats.cli import main
from childstats.errors import FigureError
from childstats.figures.column import parse_figures
from childstats.figures.parse import parse_figure
from childstats.intake import json_object, json_value

ABOVE = [str(2**70), str(2**63), "1" * 16, "1" * 40, "1,180,591,620,717,411,303,424"]
DEEP = {"lists": "[" * 100_000 + "]" * 100_000, "objects": '{"a":' * 100_000 + "1" + "}" * 100_000}


def run(root: Path, *command: str) -> Result:
    return CliRunner().invoke(main, [*command, "--workspace", str(root)])


def refused(done: Result, what: str) -> None:
    """Assert exit code 2 and one line that says what."""
    assert done.exit_code == 2, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    line = done.stderr.strip()
    assert "\n" not in line
    assert line.startswith("childstats: ")
    assert what in line
    assert len(line) < 300


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("huge") / "w"
    assert CliRunner().invoke(main, ["new", str(root)]).exit_code == 0
    return root


@pytest.fixture
def fresh(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "w"))


def with_row(root: Path, **cells: str) -> Path:
    """Add a row to the transcription of the example."""
    path = root / "data" / "raw" / "example-source" / "figures.csv"
    heads = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    usual = {"locator": "paragraph 9", "indicator": "death_registration_on_time",
             "ref_area": "VN-71", "time_period": "2024"}  # fmt: skip
    row = ",".join(f'"{(usual | cells).get(head, "")}"' for head in heads)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    return root


@pytest.mark.parametrize("number", ABOVE)
@pytest.mark.parametrize("name", ["numerator_text", "denominator_text"])
def test_a_count_above_10_to_the_15_is_refused(fresh: Path, name: str, number: str) -> None:
    counts = {"numerator_text": "5", "denominator_text": "9"} | {name: number}
    done = run(with_row(fresh, **counts), "clean")
    refused(done, "is not a whole number up to 10^15 in example-source/figures.csv line ")
    assert number[:30] in done.stderr


@pytest.mark.parametrize(
    "text", [*ABOVE, f"5 of {2**70}", f"{2**70}/{2**71}", "9" * 50 + " million"]
)
def test_a_figure_above_10_to_the_15_is_refused(fresh: Path, text: str) -> None:
    cells = {"indicator": "children_under_16", "text": text, "unit": "persons"}
    if "/" in text or "of" in text:
        cells = {"text": text}
    refused(run(with_row(fresh, **cells), "clean"), "is above 10^15, and nothing counted is")
    with pytest.raises(FigureError, match="above"):
        parse_figure(text, language="en")
    assert "above" in parse_figures([text, "3"], language="en")["refusal"][0]


@pytest.mark.parametrize("text", ["1e30", "1e400", "9" * 5_000, "inf", "NaN", "-1", "٣"])
def test_what_is_no_printed_number_is_refused(fresh: Path, text: str) -> None:
    row = {"indicator": "children_under_16", "text": text, "unit": "persons"}
    refused(run(with_row(fresh, **row), "clean"), "unreadable figure")


def test_the_largest_numbers_are_read_exactly() -> None:
    largest = "1" + "0" * 15
    assert parse_figure(largest, language="en").value == 10**15
    table = parse_figures([largest, "999,999,999,999,999", f"7 of {largest}"], language="en")
    assert table["value"][:2].tolist() == [10.0**15, 999_999_999_999_999.0]
    assert table["denominator"].tolist()[2] == 10**15


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("name", [
    "reports/manifest.json", "reports/disclosure.json", "reports/changes.json",
    ".childstats/state.json",
])  # fmt: skip
@pytest.mark.parametrize("command", [["clean"], ["plan"], ["trace", "208,222"], ["doctor"]])
def test_a_file_of_a_build_nested_100_000_deep_is_as_good_as_none(made, name, kind, command):
    path = made / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(DEEP[kind], encoding="utf-8")
    try:
        done = run(made, *command)
        assert done.exit_code in {0, 1}, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
    finally:
        path.unlink()


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("command", ["plan", "build"])
def test_a_notebook_nested_100_000_deep_is_refused(fresh: Path, kind: str, command: str) -> None:
    notebook = fresh / "notebooks" / "annual_profile.ipynb"
    held = json.loads(notebook.read_text(encoding="utf-8"))
    text = json.dumps(held).replace('"metadata": {', f'"metadata": {{"deep": {DEEP[kind]}, ', 1)
    notebook.write_text(text, encoding="utf-8")
    refused(run(fresh, command), "unreadable notebook annual_profile.ipynb: nested too deeply")


@pytest.mark.parametrize("kind", DEEP)
def test_json_nested_too_deeply_is_a_value_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        json_value(DEEP[kind])
    path = tmp_path / "deep.json"
    path.write_text(DEEP[kind], encoding="utf-8")
    assert json_object(path) == {}


@pytest.mark.parametrize("query", ["9871", "1" * 500])
def test_a_trace_among_hidden_counts_is_an_answer_or_one_line(communes: Path, query: str) -> None:
    refused(run_trace(communes, query), "nothing is called or printed")


def run_trace(root: Path, query: str) -> Result:
    return CliRunner().invoke(main, ["trace", "--workspace", str(root), "--", query])


def test_a_trace_finds_a_count_of_the_province(communes: Path) -> None:
    figures = communes / "data" / "processed" / "figures.csv"
    assert run(communes, "clean").exit_code == 0
    assert figures.exists()
    done = run(communes, "trace", "at_risk")
    assert (done.exit_code, done.exception) == (0, None)


@pytest.fixture(scope="module")
def communes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("communes") / "w"
    assert CliRunner().invoke(main, ["new", "--example", "communes", str(root)]).exit_code == 0
    return root
