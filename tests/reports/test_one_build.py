"""A build of real notebooks: all of it from its snapshot, whatever they read, change or break."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from conftest import ROOT

from childstats.cli import main
from childstats.errors import BuildError, InputError
from childstats.reports.build import Options, build
from childstats.reports.limits import Limits
from childstats.reports.preview import plan, preview
from childstats.reports.snapshot import outdated

NOTEBOOKS = ("coverage_trends", "risk_ratios", "data_quality")
EVERY = set(NOTEBOOKS)


@pytest.fixture
def root(copied: Path) -> Path:
    """Return a workspace whose edition has three reports, one a notebook; nothing is built."""
    _ask_for(copied, *NOTEBOOKS)
    return copied


def _ask_for(folder: Path, *notebooks: str) -> None:
    toml = folder / "childstats.toml"
    head = toml.read_text(encoding="utf-8").split("[[report]]")[0]
    values = 'ref_area = ["VN-71"]\ntime_period = [2025]\nlanguage = ["en"]\n'
    reports = [f'[[report]]\nnotebook = "{name}"\n{values}' for name in notebooks]
    toml.write_text(head + "\n".join(reports), encoding="utf-8")


def _files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("reports", "data/processed")
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _add_cell(root: Path, source: str, notebook: str = "coverage_trends") -> None:
    """Put a cell before the last one of a notebook."""
    path = root / "notebooks" / f"{notebook}.ipynb"
    whole = json.loads(path.read_text("utf-8"))
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "source": source,
            "execution_count": None}  # fmt: skip
    whole["cells"].insert(-1, cell)
    path.write_text(json.dumps(whole), encoding="utf-8")


def test_the_bytes_do_not_depend_on_how_many_are_built_at_a_time(root: Path) -> None:
    found = []
    for options in ({"jobs": 1}, {"jobs": 4}, {"fork": False}):
        shutil.rmtree(root / ".childstats", ignore_errors=True)
        assert all(report.built for report in build(root, options=Options(**options)))
        found.append(_files(root))
    assert found[0] == found[1] == found[2]
    assert outdated(root), "nobody saw what the kernels of the last build read"


def test_a_figure_edited_between_two_builds_of_one_process_is_the_published_one(root: Path) -> None:
    _ask_for(root, "coverage_trends")
    for old, new in (("95.5%", "95.6%"), ("95.6%", "95.7%")):
        _edit(root / "data/raw/dbp-2026-01/figures.csv", old, new)
        assert build(root)[0].built
        assert not build(root)[0].built
        name = "reports/data/vn-71-2025-coverage-trends.en.observations.csv"
        printed = [line for line in (root / name).read_text("utf-8").splitlines() if new in line]
        assert any("dbp-2026-01" in line for line in printed)
    held = _files(root)
    shutil.rmtree(root / ".childstats")
    command = [sys.executable, "-m", "childstats", "build", "--workspace", root]
    subprocess.run(command, check=True, capture_output=True)
    assert _files(root) == held


SEEN = """
import sys
from pathlib import Path
from childstats.reports.watching import Outside
from childstats.reports.shell import Shell
import nbformat, numpy, pandas
cells = nbformat.read("own.ipynb", as_version=4).cells
shell = Shell(lambda kind, content: None)
with Outside(Path(sys.argv[1])) as outside:
    shell.execute(cells[0].source)
sys.__stderr__.flush()
with open(sys.argv[2] + ".found", "w") as file:
    print(*outside.found, sep="; ", file=file)
"""
OUTSIDE = {
    "open('{ws}/own.txt').read()": "reads {ws}/own.txt, outside of the workspace",
    "import pandas as pd; pd.read_csv('{ws}/own.txt')": "reads {ws}/own.txt",
    "import os; os.listdir('{ws}')": "reads {ws}, outside",
    "list(__import__('pathlib').Path('{tmp}').iterdir())": "reads {tmp}, outside",
    "open('{tmp}/own.txt').read()": "reads {tmp}/own.txt, outside of the workspace",
    "f = open('{tmp}/own.txt', 'a+'); f.seek(0); f.read()": "reads {tmp}/own.txt, outside",
    "open('/etc/hostname').read()": "reads /etc/hostname",
    "import sqlite3; sqlite3.connect('{ws}/own.txt')": "reads {ws}/own.txt",
    "import subprocess; subprocess.run(['true'])": "starts another program",
    "!true": "starts another program",
    "import os; os.waitpid(os.fork() or os._exit(0), 0)": "starts another program",
    "import socket; socket.socket().connect_ex(('127.0.0.1', 9))": "reaches out to the network",
}


def test_an_edition_that_rests_on_anything_else_is_never_up_to_date(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _ask_for(root, "coverage_trends")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    places = {"ws": str(root.resolve()), "tmp": str(elsewhere)}
    for place in places.values():
        (Path(place) / "own.txt").write_text("1\n2\n", encoding="utf-8")
    _add_cell(root, "open('{ws}/own.txt').read()".format(**places))
    said: list[str] = []
    build(root, say=said.append)
    warned = [line for line in said if line.startswith("warning: vn-71-2025-coverage-trends.en")]
    assert f"reads {root.resolve()}/own.txt, outside of the workspace" in warned[0]
    assert outdated(root)
    assert build(root)[0].built


@pytest.mark.parametrize("cell", OUTSIDE)
def test_what_a_notebook_reads_past_its_inputs_is_seen(
    root: Path, tmp_path_factory: pytest.TempPathFactory, cell: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    places = {"ws": str(root.resolve()), "tmp": str(elsewhere)}
    (root / "own.txt").write_text("1\n2\n", encoding="utf-8")
    (elsewhere / "own.txt").write_text("1\n2\n", encoding="utf-8")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.format(**places))])
    nbformat.write(notebook, root / "notebooks" / "own.ipynb")
    command = [sys.executable, "-c", SEEN, root / "notebooks", elsewhere / "own.txt"]
    subprocess.run(command, capture_output=True, check=True, cwd=root / "notebooks")
    found = (elsewhere / "own.txt.found").read_text(encoding="utf-8")
    assert OUTSIDE[cell].format(**places) in found


INSIDE = """\
import os, tempfile, json
from pathlib import Path
assert not [n for n in os.environ if "SECRET" in n or "PERATURE" in n], "not shown"
assert os.environ["TZ"] == "UTC"
place = Path(tempfile.mkdtemp()) / "a.txt"
place.write_text("1"), place.read_text()
with tempfile.TemporaryFile() as file: file.write(b"1")
Path("../data/raw/dbp-2026-01/figures.csv").read_text(), sorted(Path("../data/raw").glob("*"))
open("/home/nobody/x") if 0 else None
import statistics, zoneinfo; zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.close()
"""


def test_inputs_packages_and_own_temporary_files_are_no_reason(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask_for(root, "coverage_trends")
    _add_cell(root, INSIDE)
    for name in ("SECRET", "TEMPERATURE", "PYTHONSECRET", "MPLSECRET"):
        monkeypatch.setenv(name, "1")
    said: list[str] = []
    build(root, say=said.append)
    assert [line for line in said if "warning" in line] == []
    assert not outdated(root)
    assert os.environ["SECRET"] == "1"


CHANGING = {
    "open('../data/raw/dbp-2026-01/figures.csv', 'a').write('x')": "data/raw/dbp-2026-01/",
    "open('coverage_trends.ipynb', 'a').write(' ')": "notebooks/coverage_trends.ipynb",
    "import os; os.remove('../data/catalogue/areas.csv')": "data/catalogue/areas.csv",
    "open('../childstats.toml', 'a').write('#')": "childstats.toml",
    "open('new.csv', 'w').write('1')": "notebooks/new.csv",
    "!echo >> ../data/catalogue/areas.csv": "data/catalogue/areas.csv",
    "import mmap\nfile = open('../data/catalogue/areas.csv', 'r+b')\n"
    "with mmap.mmap(file.fileno(), 0) as mapped: mapped[0:1] = b'X'": "data/catalogue/areas.csv",
}


@pytest.mark.skipif(os.geteuid() != 0, reason="who is not root cannot write in a snapshot at all")
@pytest.mark.parametrize("cell", CHANGING)
def test_a_notebook_that_changes_its_inputs_is_named_and_nothing_is_published(
    root: Path, cell: str
) -> None:
    _ask_for(root, "coverage_trends")
    _add_cell(root, cell)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(BuildError, match=rf"^{CHANGING[cell]}.* changed while .*coverage_trends"):
        build(root)
    after = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and p.name != "lock"}
    assert after == before


def test_what_a_notebook_writes_into_the_notes_vouches_for_nothing(root: Path) -> None:
    _ask_for(root, "coverage_trends")
    build(root)
    note = (root / ".childstats" / "built.json").read_text("utf-8")
    _add_cell(
        root, f"p = {str(root / '.childstats' / 'built.json')!r}\nopen(p, 'w').write({note!r})"
    )
    build(root)
    _edit(root / "data/raw/dbp-2026-01/figures.csv", "95.5%", "95.6%")
    assert outdated(root)


def test_a_notebook_that_reads_the_edition_in_place_is_built_every_time(root: Path) -> None:
    _ask_for(root, "coverage_trends")
    build(root)
    _add_cell(root, "open('../reports/manifest.json').read()")
    said: list[str] = []
    build(root, say=said.append)
    assert any("reads the edition in place, which this build replaces" in line for line in said)
    assert outdated(root)


def test_what_failed_is_counted_and_the_others_are_published_and_built_again(root: Path) -> None:
    notebook = root / "notebooks" / "risk_ratios.ipynb"
    good = notebook.read_text(encoding="utf-8")
    notebook.write_text(good.replace("report.end()", "1 / 0"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"risk-ratios.*raised ZeroDivisionError"):
        build(root)
    names = {p.name.split("-2025-")[1].partition(".")[0] for p in (root / "reports").glob("*.pdf")}
    assert names == {"coverage-trends", "data-quality"}
    _edit(root / "notebooks" / "coverage_trends.ipynb", "report.end()", "1 / 0")
    with pytest.raises(BuildError, match=r"raised ZeroDivisionError.* \(1 more reports failed\)"):
        build(root, options=Options(jobs=2))
    assert (root / "reports" / "vn-71-2025-coverage-trends.en.pdf").is_file()
    shutil.copy(ROOT / "notebooks" / "coverage_trends.ipynb", root / "notebooks")
    notebook.write_text(good, encoding="utf-8")
    assert all(report.built for report in build(root))


def test_a_report_with_a_denied_word_or_no_number_fails_and_the_others_are_published(
    root: Path,
) -> None:
    """The gate is asked in every build, whatever a notebook did to get past its library."""
    _add_cell(
        root,
        "report.receipts.to_json = lambda: {'numbers': [], 'claims': [{'statement': 'rose', "
        "'word': 'above', 'low': -0.6, 'high': 3.2, 'benchmark': 0, 'direction': 1}]}",
    )
    _add_cell(root, "cs.Sentences(['It was nan per cent of them.'])", "risk_ratios")
    with pytest.raises(BuildError) as failed:
        build(root)
    assert "1 more reports failed" in str(failed.value)
    entries = json.loads((root / "reports/manifest.json").read_text("utf-8"))["reports"]
    published = {entry["notebook"] for entry in entries if entry.get("sha256")}
    assert "data_quality.ipynb" in published
    pages = "".join(path.read_text("utf-8") for path in (root / "reports").glob("*.md"))
    assert "nan per cent" not in pages


def test_a_notebook_killed_once_is_tried_again_and_twice_is_refused(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tried = tmp_path_factory.mktemp("tried") / "tried"
    kill = f"import os, pathlib as p; f = p.Path({str(tried)!r}); n = f.exists(); f.touch(); "
    _ask_for(root, "risk_ratios")
    _add_cell(root, kill + "n or os.kill(os.getpid(), 9)", "risk_ratios")
    assert build(root)[0].built
    _edit(root / "notebooks" / "risk_ratios.ipynb", "n or os.kill", "os.kill")
    with pytest.raises(BuildError, match=r"risk-ratios.*: the kernel of risk_ratios\.ipynb died"):
        build(root)


def test_a_cell_that_never_ends_fails_with_its_own_number(root: Path) -> None:
    _ask_for(root, "risk_ratios")
    _edit(root / "notebooks" / "risk_ratios.ipynb", "report.end()", "while True: pass")
    cells = json.loads((root / "notebooks" / "risk_ratios.ipynb").read_text("utf-8"))["cells"]
    said = rf"cell {len(cells)} of risk_ratios\.ipynb ran longer than 5 s"
    with pytest.raises(BuildError, match=said):
        build(root, options=Options(limits=Limits(cell_seconds=5)))


def test_messages_name_the_files_of_the_workspace_and_not_those_of_the_snapshot(root: Path) -> None:
    _ask_for(root, "risk_ratios")
    _edit(
        root / "notebooks" / "risk_ratios.ipynb",
        "report.end()",
        "open('../data/raw/none.csv'); import os; raise OSError(os.getcwd())",
    )
    with pytest.raises(BuildError) as error:
        build(root)
    assert "build-" not in str(error.value)
    _edit(root / "notebooks" / "risk_ratios.ipynb", "open('../data/raw/none.csv'); ", "")
    with pytest.raises(BuildError, match=rf"OSError: {root.resolve()}/notebooks$"):
        build(root)


def test_a_quick_look_builds_a_part_elsewhere_and_touches_no_edition(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(root)
    before = _files(root)
    command = ["build", "--workspace", str(root), "--only", "coverage_trends", "--area", "VNM"]
    monkeypatch.chdir(root)
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    pdf = Path("preview/vnm-2025-coverage-trends.en.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert [path.name for path in Path("preview").glob("*.pdf")] == [pdf.name]
    assert result.output.splitlines()[-1] == (
        "1 reports for a look in preview; reports/ is as it was"
    )
    assert _files(root) == before
    assert not outdated(root)
    (root / "look").mkdir()
    linked = root / "look" / "vn-71-2025-risk-ratios.en.pdf"
    os.link(root / "notebooks" / "equity.ipynb", linked)
    own = (root / "notebooks" / "equity.ipynb").read_bytes()
    made = preview(root, root / "look", only="risk_ratios")
    assert (root / "notebooks" / "equity.ipynb").read_bytes() == own, "not written through a link"
    assert [path.name for path in made] == ["vn-71-2025-risk-ratios.en.pdf"]
    published = (root / "reports" / made[0].name).read_bytes()
    assert made[0].read_bytes() == published


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"only": "coverage_trend"}, r"'coverage_trend' .*did you mean 'coverage_trends'"),
     ({"area": "VN-7"}, r"VN-7"), ({"target": "reports"}, r"workspace's own; name another"),
     ({"target": "."}, r"workspace's own"), ({"target": "data/raw/x"}, r"workspace's own")],
)  # fmt: skip
def test_a_look_at_what_is_not_there_is_refused(root: Path, asked: dict, said: str) -> None:
    target = root / asked.pop("target", "look")
    with pytest.raises(InputError, match=said):
        preview(root, target, **(asked or {"only": "data_quality"}))
    assert not (root / "look").exists()
    assert not (root / "reports").exists()


@pytest.mark.parametrize("words", [["--into", "x"], ["--only", ""], ["--area", "", "--into", "x"]])
def test_a_look_at_nothing_builds_no_edition(root: Path, words: list[str]) -> None:
    result = CliRunner().invoke(main, ["build", "--workspace", str(root), *words])
    assert result.exit_code == 2
    assert not (root / "reports").exists()


def test_the_command_says_what_it_built_and_what_was_up_to_date(root: Path) -> None:
    def said(*words: str) -> list[str]:
        result = CliRunner().invoke(main, [*words, "--workspace", str(root)])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    assert {line.split("  ")[1] for line in said("plan")} == {
        "it was not built here before, or not without a fault"
    }
    first = said("build", "--jobs", "2")
    assert first[-1].endswith("; 3 of them built now")
    assert said("build")[-1].endswith("; 0 of them built now")
    assert {line.split("  ")[1] for line in said("plan")} == {"up to date"}
    assert len(plan(root)) == 3
    refused = CliRunner().invoke(main, ["build", "--executor", "x", "--workspace", str(root)])
    assert (refused.exit_code, "unknown executor 'x'" in refused.output) == (2, True)


def test_finding_nothing_to_do_imports_none_of_the_heavy_parts(root: Path) -> None:
    _ask_for(root, "coverage_trends")
    build(root)
    code = (
        "import sys; from childstats.cli import main\n"
        f"main(['build', '--workspace', {str(root)!r}], standalone_mode=False)\n"
        "print(sorted({'numpy', 'pandas', 'nbformat', 'papermill', 'typst', 'babel', 'tqdm',"
        " 'jinja2', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "0 of them built now" in done.stdout
