"""What a notebook does to its own process, folders and machine takes no other report down."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from childstats.errors import BuildError, InputError
from childstats.reports import children, temporary
from childstats.reports.build import Options, build
from childstats.reports.limits import Limits
from childstats.reports.temporary import temporary_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")

SETTING = 'ref_area = ""\ntime_period = 0\nlanguage = ""'
BEGIN = """\
import childstats as cs
report = cs.begin_report(
    "data_quality", ref_area=ref_area, time_period=time_period, language=language
)
report"""
REPORT = """
[[report]]
notebook = "{}"
ref_area = ["VN-71"]
time_period = [2025]
language = ["en"]
"""
GOOD = "vn-71-2025-good.en.pdf"


def _notebook(path: Path, *cells: str) -> None:
    made = [nbformat.v4.new_code_cell(c) for c in (SETTING, BEGIN, *cells, "report.end()")]
    made[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)


@pytest.fixture
def edition(small) -> Callable[..., Path]:
    """Return a maker of workspaces with a report of the given cells, and a good one after it."""

    def make(*cells: str) -> Path:
        root = small({"text": "430", "indicator": "abuse_cases", "time_period": "2025"}).root
        head = '[edition]\nid = "a"\ndate = 2026-01-01\n'
        text = head + REPORT.format("bad") + REPORT.format("good")
        (root / "childstats.toml").write_text(text, encoding="utf-8")
        _notebook(root / "notebooks" / "bad.ipynb", *cells)
        _notebook(root / "notebooks" / "good.ipynb", "print('good')")
        return root

    return make


DIED = "the kernel of bad.ipynb died: "
CLOSED = DIED + "it closed its connection to the build"
SELF = {
    "kills its parent": ("os.kill(os.getppid(), 9)", DIED + "its supervisor was killed"),
    "kills its group": ("os.killpg(0, 9)", DIED + r"it was killed by signal 9 \(Killed\)"),
    "closes all descriptors": ("os.closerange(3, 1000)", CLOSED),
    "closes standard ones too": ("os.closerange(0, 1000)", CLOSED),
    "ends at once": ("os._exit(0)", DIED + "it ended with exit code 0"),
    "aborts": ("os.abort()", DIED + r"it was killed by signal 6 \(Aborted\)"),
    "fills descriptor 1": ("while True: os.write(1, bytes(99999))", "outputs are larger than"),
    "deletes what is temporary, then fails": (
        "import shutil, tempfile; shutil.rmtree(tempfile.gettempdir()); 1 / 0",
        "ZeroDivisionError",
    ),
    "goes elsewhere and loses its variables, then fails": (
        "os.chdir('/'); os.environ.clear(); 1 / 0", "ZeroDivisionError",
    ),
    "kills the host": (
        """stat = open(f'/proc/{os.getppid()}/stat').read().rpartition(')')[2]
os.kill(int(stat.split()[1]), 9); 1 / 0""",
        "ZeroDivisionError",
    ),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux ends processes")
@pytest.mark.parametrize("what", SELF)
def test_a_notebook_that_ends_itself_takes_no_other_report_down(edition, what: str) -> None:
    cell, cause = SELF[what]
    root = edition("import os\n" + cell)
    said: list[str] = []
    with pytest.raises(BuildError, match=cause) as raised:
        build(root, say=said.append, options=Options(jobs=2, limits=Limits(output=10_000_000)))
    assert "more reports failed" not in str(raised.value)
    assert f"{GOOD}  built" in " ".join(said).replace("   ", "  ")
    assert (root / "reports" / GOOD).is_file()


def test_a_folder_of_its_own_is_temporary_and_goes_with_the_report(
    edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = edition("import os, tempfile; open(tempfile.mkstemp()[1], 'w').write('left')",
                   "tempfile.gettempdir() == os.environ['TMPDIR']", "os._exit(0)")  # fmt: skip
    for name in ("host", "build"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "host"))
    monkeypatch.setattr(children, "_hosts", {})
    with pytest.raises(BuildError, match=DIED):
        build(root, options=Options(jobs=1))
    children.the_host().stop()
    assert list((tmp_path / "host").iterdir()) == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("display({'image/svg+xml': '<svg>' + 'x' * 30_000_000}, raw=True)", r"image/svg\+xml"),
        ("print('x' * 9_000_000)", "text"),
        ("display({'image/png': 'A' * 12_000_000}, raw=True)", "image/png"),
        ("display({'text/markdown': 'a\\n\\n' * 9_000_000}, raw=True)", "text/markdown"),
    ],
    ids=["SVG", "text", "PNG", "Markdown"],
)
def test_an_output_too_large_to_set_is_refused_with_its_cell(edition, cell: str, shown) -> None:
    root = edition(cell)
    with pytest.raises(BuildError, match=rf"bad\.ipynb: cell 3 shows {shown} of \d+ MB; "):
        build(root)
    assert (root / "reports" / GOOD).is_file()


def _run(root: Path, *, environment: dict[str, str] | None = None, **limits: int) -> tuple:
    def limit() -> None:
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))

    done = subprocess.run(
        [sys.executable, "-m", "childstats", "build", "--workspace", root],
        env={**os.environ, **(environment or {})}, preexec_fn=limit, text=True,
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"FSIZE": 0}, "a file would be larger than this user may write"),
        ({"FSIZE": 9_000}, "a file would be larger than this user may write"),
        ({"FSIZE": 90_000}, "a file would be larger than this user may write"),
        ({"NOFILE": 12}, "more files would be open than this user may have"),
        ({"NOFILE": 16}, "more files would be open than this user may have"),
    ],
    ids=str,
)
def test_a_limit_of_the_system_ends_in_one_line_that_names_it(edition, limits, said: str) -> None:
    code, lines = _run(edition("print('x\\n' * 50_000)"), **limits)
    assert code == 1
    assert len(lines) == 1, lines
    assert said in lines[0]


def test_64_open_files_are_enough(edition) -> None:
    assert _run(edition("1"), NOFILE=64) == (0, [])


def test_no_more_processes_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, edition, capsys: pytest.CaptureFixture
) -> None:
    from childstats.cli import main  # noqa: PLC0415  # as a user calls it

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(children, "_hosts", {})
    monkeypatch.setattr(children.subprocess, "Popen", refuse)
    with pytest.raises(SystemExit) as ended:
        main(["build", "--workspace", str(edition("1"))])
    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "childstats: no more processes can be started; raise the limit (ulimit -u)\n"
    )


@pytest.mark.parametrize("folder", ["/nowhere", "/proc"])
def test_a_temporary_folder_that_is_missing_or_read_only_is_refused(edition, folder: str) -> None:
    code, lines = _run(edition("1"), environment={"TMPDIR": folder})
    assert code == 2
    assert len(lines) == 1, lines
    assert f"the temporary folder '{folder}' cannot be used: " in lines[0]
    assert "set TMPDIR to a folder that can be written" in lines[0]


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk that is full."""
    place = tmp_path / "full"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if (
        sys.platform != "linux"
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("nothing can be mounted here")
    try:
        with pytest.raises(OSError, match="No space left"):
            (place / "filled").write_bytes(bytes(100_000))
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_temporary_folder_is_refused(edition, full: Path) -> None:
    code, lines = _run(edition("1"), environment={"TMPDIR": str(full)})
    assert code == 1
    assert lines == [
        f"childstats: the temporary folder '{full}' cannot be used: no space left; free some"
    ]


def test_where_no_folder_is_asked_for_and_none_is_left_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none_left() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(temporary.tempfile, "gettempdir", none_left)
    with pytest.raises(InputError, match="No usable temporary directory found"):
        temporary_folder()
