"""What is no plain file of moderate size inside the workspace is refused before it is opened."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, SOURCE_TOML

import childstats
from childstats.errors import InputError
from childstats.intake import WRITTEN_LIMIT, plain_text, refuse_foreign

PLACES = {
    "the edition": "childstats.toml",
    "a source's provenance": "data/raw/a-source/source.toml",
    "a source's figures": "data/raw/a-source/figures.csv",
    "a file beside them": "data/raw/a-source/original.pdf",
    "a file among the sources": "data/raw/odd",
    "the areas": "data/catalogue/areas.csv",
    "the corrections": "data/catalogue/corrections.csv",
    "a notebook": "notebooks/risk_ratios.ipynb",
    "the manifest": "reports/manifest.json",
    "a report": "reports/vn-71-2025-risk-ratios.vi.pdf",
    "the last observations": "reports/data/observations.csv",
    "the notes": ".childstats/state.json",
}
SYMLINK_FOLDERS = (
    "data",
    "data/raw",
    "data/raw/a-source",
    "data/catalogue",
    "notebooks",
    "reports",
)
GIGABYTE = 1 << 30
CHILD = """\
import json, resource, sys
from pathlib import Path
from click.testing import CliRunner
import childstats.observations.workspace
from childstats.cli import main

def status(name):
    lines = Path("/proc/self", "io" if name == "rchar" else "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name + ":")).split()[1])

for case, root in json.loads(sys.stdin.read()).items():
    read, peak = status("rchar"), status("VmHWM")
    done = CliRunner().invoke(main, ["plan", "--workspace", root])
    print(json.dumps({
        "case": case, "exit": done.exit_code, "lines": done.stderr.splitlines(),
        "read": status("rchar") - read, "kilobytes": status("VmHWM") - peak,
    }), flush=True)
"""
"""Runs every case in one process, and tells how many bytes each read and how much memory it took.

A case that is not refused may hang: the test that waits for it gives up.
"""


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket has at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _link_out(path: Path) -> None:
    path.symlink_to(os.__file__)  # a file that is there, and in no workspace


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _giant(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(GIGABYTE)  # sparse: it takes no room on the disk


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "pipe": (_pipe, "is a named pipe, not a file; take it out of the workspace"),
    "device": (_device, "is a link out of the workspace, to /dev/zero; copy what is meant into it"),
    "socket": (_socket, "is a socket, not a file; take it out of the workspace"),
    "link out": (_link_out, "is a link out of the workspace, to "),
    "loop": (_loop, "cannot be read (Too many levels of symbolic links); correct its rights"),
    "giant": (_giant, "has 1,074 MB, and at most "),
}
CASES = [
    (kind, place)
    for kind in KINDS
    for place in PLACES
    if (kind, place) not in {(k, "the edition") for k in ("pipe", "device", "socket", "loop")}
]
"""An edition that is no file is none: the folder is no workspace, and is told so."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with one source and one report, nothing wrong with it."""
    made = tmp_path_factory.mktemp("plain") / "workspace"
    shutil.copytree(ROOT / "data" / "catalogue", made / "data" / "catalogue")
    source = made / "data" / "raw" / "a-source"
    shutil.copytree(
        Path(childstats.__file__).parent / "template" / "data" / "raw" / "example-source", source
    )
    (source / "source.toml").write_text(SOURCE_TOML, encoding="utf-8")
    (made / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "data_quality.ipynb", made / "notebooks")
    (made / "childstats.toml").write_text(
        '[edition]\nid = "plain"\ndate = 2026-01-31\n[[report]]\nnotebook = "data_quality"\n'
        'ref_area = ["VN-71"]\ntime_period = [2025]\nlanguage = ["vi"]\n',
        encoding="utf-8",
    )
    return made


@pytest.fixture
def copy(plain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(plain, tmp_path / "workspace"))


@pytest.fixture(scope="module")
def outcomes(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Return what became of every case, run one after another in one process."""
    folder = tmp_path_factory.mktemp("cases")
    roots = {"plain": str(plain)}
    for number, (kind, place) in enumerate(CASES):
        root = Path(shutil.copytree(plain, folder / str(number)))
        path = root / PLACES[place]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        KINDS[kind][0](path)
        roots[f"{kind}: {place}"] = str(root)
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=json.dumps(roots), env=os.environ
        | {"PYTHONPATH": str(Path(childstats.__file__).parents[1])},
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    found = (json.loads(line) for line in done.stdout.splitlines())
    return {outcome["case"]: outcome for outcome in found}


def test_the_workspace_of_these_cases_is_a_good_one(outcomes: dict[str, dict]) -> None:
    assert (outcomes["plain"]["exit"], outcomes["plain"]["lines"]) == (0, [])


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_fault_54_and_65_it_is_refused_by_name_and_never_opened(
    outcomes: dict[str, dict], kind: str, place: str
) -> None:
    outcome = outcomes[f"{kind}: {place}"]
    (line,) = outcome["lines"]
    assert outcome["exit"] == 2
    assert line.startswith(f"childstats: {PLACES[place]} {KINDS[kind][1]}")
    assert outcome["read"] < 100_000  # bytes, those of /proc and of modules included
    assert outcome["kilobytes"] < 20_000


@pytest.mark.parametrize("name", SYMLINK_FOLDERS)
def test_a_folder_that_is_elsewhere_is_refused(copy: Path, tmp_path: Path, name: str) -> None:
    (copy / "reports").mkdir()
    shutil.move(copy / name, tmp_path / "elsewhere")
    (copy / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=f"^{name} is a link out of the workspace, to /"):
        refuse_foreign(copy)


def test_a_link_inside_the_workspace_and_one_to_nothing_are_no_fault(copy: Path) -> None:
    (copy / "notebooks" / "again.ipynb").symlink_to("risk_ratios.ipynb")
    (copy / "notebooks" / ".#risk_ratios.ipynb").symlink_to("someone@a-machine.1234")
    refuse_foreign(copy)


def test_what_lies_beside_the_workspaces_own_folders_is_nobodys_business(copy: Path) -> None:
    (copy / "venv").symlink_to("/usr")
    os.mkfifo(copy / "pipe")
    refuse_foreign(copy)


def test_a_folder_under_the_name_of_a_file_is_refused(copy: Path) -> None:
    (copy / "data" / "raw" / "a-source" / "more.csv").mkdir()
    with pytest.raises(InputError, match=r"^data/raw/a-source/more\.csv is a folder; a file is"):
        refuse_foreign(copy)


def test_folders_in_each_other_end_somewhere(copy: Path) -> None:
    (copy / "data" / "raw" / "/".join("d" * 20)).mkdir(parents=True)
    with pytest.raises(InputError, match=r"^data/raw/d/d/.* lies too deep"):
        refuse_foreign(copy)


def test_there_are_not_endlessly_many_files(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("childstats.intake.ENTRIES_LIMIT", 5)
    with pytest.raises(InputError, match=r"^more than 5 files in "):
        refuse_foreign(copy)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_pipe, "is no plain file; save the text into one"),
        (_device, "is no plain file; save the text into one"),
        (_giant, "has 1,074 MB, and at most 20 MB are read; split it"),
        (lambda path: None, "cannot be read (No such file or directory); name another"),
        (lambda path: path.write_bytes(b"\xff"), "is not UTF-8 (byte 0); save it so"),
    ],
)
def test_a_text_to_verify_against_is_a_plain_file(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    assert WRITTEN_LIMIT == 20_000_000
    make(tmp_path / "text")
    with pytest.raises(InputError) as refused:
        plain_text(tmp_path / "text")
    assert str(refused.value).endswith(message)
