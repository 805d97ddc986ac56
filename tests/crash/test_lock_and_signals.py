"""One run at a time, however the last one ended, and an exit code that says how this one did."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from faults import in_a_fork
from tiny_editions import Tiny, published, tiny_workspace

from childstats.cli import main
from childstats.errors import BuildError, BusyError, InputError
from childstats.reports.locking import only_run

HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom childstats.reports.locking import only_run\n"
    "with only_run(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)
TEST_FOLDER = str(Path(__file__).parents[1])
SLOW = (
    "import signal, sys, time\nfrom pathlib import Path\nsys.path.insert(0, sys.argv[2])\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # nohup's children ignore it
    "from tiny_editions import Tiny\nfrom childstats.cli import main\n"
    "class Slow(Tiny):\n"
    "    def finished(self, jobs, day, options):\n"
    "        for outcome in super().finished(jobs, day, options):\n"
    "            yield outcome\n"
    "            time.sleep(60 if self.text == 'slow' else 0)\n"
    "Slow('slow').declare(Path(sys.argv[1]))\n"
    "with Slow('slow').in_place():\n"
    "    main(['build', '--workspace', sys.argv[1]])\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace with nothing built."""
    return tiny_workspace(tmp_path / "workspace")


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen]:
    """Return a process that holds the workspace."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def _build_command(folder: Path, *, declare: bool = True) -> tuple[int, str]:
    if declare:
        Tiny("x").declare(folder)
    with Tiny("x").in_place():
        result = CliRunner().invoke(main, ["build", "--workspace", str(folder)])
    return result.exit_code, result.stderr


def test_a_second_run_ends_with_code_3_and_names_the_first(
    folder: Path, holder: subprocess.Popen
) -> None:
    code, said = _build_command(folder)
    assert code == 3
    named = rf"process {holder.pid} on {os.uname().nodename}, since \d{{4}}-\d\d-\d\dT[\d:]+\+00:00"
    assert re.fullmatch(
        rf"childstats: another run works in {folder}: {named}; wait until it ends\n", said
    )
    assert not (folder / "reports").exists()


def test_reading_the_sources_takes_the_lock_too(small) -> None:
    root = small({"text": "430", "indicator": "abuse_cases", "time_period": "2025"}).root
    command = ["clean", "--workspace", str(root)]
    with only_run(root):
        assert CliRunner().invoke(main, command).exit_code == 3
    assert not (root / "data" / "processed").exists()
    assert CliRunner().invoke(main, command).exit_code == 0


def test_the_lock_of_a_killed_run_is_taken_over_whatever_its_file_says(
    folder: Path, holder: subprocess.Popen
) -> None:
    holder.kill()
    holder.wait()
    said = folder / ".childstats" / "holder.json"
    assert f'"pid": {holder.pid}' in said.read_text(encoding="utf-8")
    said.write_text(f'{{"pid": {os.getpid()}}}', encoding="utf-8")  # a process that lives
    assert _build_command(folder) == (0, "")
    assert not said.exists()


def test_a_lock_whose_file_says_nothing_is_a_lock_all_the_same(folder: Path) -> None:
    with only_run(folder):
        (folder / ".childstats" / "holder.json").write_bytes(b"")
        with pytest.raises(BusyError, match="it did not say which"), only_run(folder):
            pass


def test_a_disk_without_locks_is_refused_with_advice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InputError, match=r"cannot be locked .*put the workspace on a local disk"):
        Tiny("x").build(folder)
    assert published(folder) == {}


@pytest.mark.parametrize(
    ("sent", "code", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_signal_ends_a_build_in_order_and_the_next_goes_on(
    folder: Path, sent: signal.Signals, code: int, word: str
) -> None:
    command = [sys.executable, "-c", SLOW, str(folder), TEST_FOLDER]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not list((folder / ".childstats").glob("build-*/reports/*.pdf")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(sent)
        _, said = process.communicate(timeout=10)
    assert process.returncode == code
    assert said == f"childstats: {word}; the same command begins anew\n"
    assert not (folder / "reports").exists()
    assert [path.name for path in (folder / ".childstats").iterdir()] == ["lock"]
    assert len(Tiny("slow").build(folder)) == 4


def test_a_read_only_workspace_is_refused_before_any_work(folder: Path) -> None:
    Tiny("old").build(folder)
    Tiny("x").declare(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() and path != folder / "reports" else 0o555)
    for path in folder.parents:
        if path == Path(tempfile.gettempdir()):
            break
        path.chmod(0o711)
    before = published(folder)

    def refused() -> None:
        if os.geteuid() == 0:  # whom nothing is read-only to
            os.setgroups([])
            os.setuid(65534)
        said = f"childstats: cannot write in {folder / 'reports'}; "
        assert _build_command(folder, declare=False) == (
            2,
            said + "give the user who builds the right to\n",
        )

    assert in_a_fork(refused) == 0
    assert published(folder) == before


def test_a_disk_with_too_little_room_is_refused_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 9_999_999

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    with pytest.raises(BuildError, match=rf"^No space left: need about 12 MB in {folder};"):
        Tiny("x").build(folder)  # four reports that were never built and the rest: 4 * 1.5 + 5
    assert not (folder / "reports").exists()


def test_the_exit_codes_are_those_of_the_kinds() -> None:
    from childstats.cli import EXIT_CODES, INTERRUPTED, TERMINATED  # noqa: PLC0415

    assert list(EXIT_CODES.values()) == [1, 2, 3]
    assert (INTERRUPTED, TERMINATED) == (128 + signal.SIGINT, 128 + signal.SIGTERM)
