"""Processes that are killed, many at once, or that cannot be started."""

import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import pytest
from jupyter_client import kernelspec

from childstats.errors import BuildError
from childstats.reports import pool, runner
from childstats.reports.build import Options
from childstats.reports.edition import Job
from childstats.reports.pool import finished_reports

DAY = date(2026, 1, 1)
EDITION = """\
[edition]
id = "a"
date = 2026-01-01

[[report]]
notebook = "tried"
ref_area = ["VN-71"]
time_period = [2025]
language = ["en"]
"""


def _notebook(path: Path, *cells: str) -> Job:
    setting = nbformat.v4.new_code_cell('ref_area = ""\ntime_period = 0\nlanguage = ""')
    setting.metadata["tags"] = ["parameters"]
    others = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=[setting, *others]), path)
    return Job(path, {"ref_area": "VN-71", "time_period": 2025, "language": "en"})


def _runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
def test_a_killed_build_leaves_no_notebook_running_and_nothing_published(small) -> None:
    root = small({"text": "430", "indicator": "abuse_cases", "time_period": "2025"}).root
    (root / "childstats.toml").write_text(EDITION, encoding="utf-8")
    _notebook(
        root / "notebooks" / "tried.ipynb",
        "import os, subprocess, time",
        "own = subprocess.Popen(['sleep', '60'])",
        "session = subprocess.Popen(['sleep', '60'], start_new_session=True)",
        "pids = [os.getpid(), own.pid, session.pid, os.getppid()]",
        f"open({str(root / 'pids')!r}, 'w').write(' '.join(map(str, pids)) + ' .')",
        "time.sleep(60)",
    )
    command = [sys.executable, "-m", "childstats", "build", "--workspace", str(root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        pids = root / "pids"
        while not (pids.exists() and pids.read_text(encoding="ascii").endswith(".")):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    started = [int(pid) for pid in re.findall(r"\d+", pids.read_text(encoding="ascii"))]
    assert len(started) == 4
    for _ in range(100):
        if not any(map(_runs, started)):
            break
        time.sleep(0.05)
    assert [pid for pid in started if _runs(pid)] == []
    assert not (root / "reports").exists()


def test_64_children_at_once_all_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "TASK", "builtins:print")
    jobs = [Job(tmp_path / f"{i}.ipynb", {}) for i in range(64)]
    found = list(finished_reports(jobs, DAY, Options(jobs=64)))
    assert sorted(job.notebook for job, _, _ in found) == sorted(job.notebook for job in jobs)
    assert {outcome for _, outcome, _ in found} == {None}


def test_without_a_kernel_the_command_that_makes_one_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise kernelspec.NoSuchKernel("python3")

    monkeypatch.setattr(kernelspec.KernelSpecManager, "get_kernel_spec", missing)
    job = _notebook(tmp_path / "tried.ipynb", "1")
    said = re.escape(f"make it: {sys.executable} -m ipykernel install --sys-prefix")
    with pytest.raises(BuildError, match=said):
        runner.run(job, fork=False)


def test_a_defect_of_one_report_does_not_take_the_others_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from childstats.reports import worker  # noqa: PLC0415  # heavy

    def broken(job: Job, *_: object, **__: object) -> str:
        if job.notebook.stem == "0":
            raise ZeroDivisionError("a defect")
        return "good"

    monkeypatch.setattr(worker, "build_report", broken)
    given = {"ref_area": "VN-71", "time_period": 2025, "language": "en"}
    jobs = [Job(tmp_path / f"{i}.ipynb", given) for i in range(2)]
    (_, failed, _), (_, good, _) = finished_reports(jobs, DAY, Options(fork=False))
    assert str(failed) == "vn-71-2025-0.en.pdf: ZeroDivisionError: a defect"
    assert good == "good"


def test_durations_are_measured_by_a_clock_that_does_not_jump() -> None:
    source = Path(pool.__file__).parents[1]
    texts = {p.name: p.read_text(encoding="utf-8") for p in source.rglob("*.py")}
    wall = re.compile(r"\btime\.time\(|\b(?:now|today|utcnow)\(|st_mtime|getmtime")
    # who holds a lock says since when; files changed while a process keeps them are read again, and
    # a snapshot during which a file changed is taken again;
    # a staged copy says when it was built, and the doctor how long ago that is
    allowed = {"cli.py", "cluster.py", "doctor.py", "locking.py", "snapshot.py", "workspace.py"}
    assert {name for name, text in texts.items() if wall.search(text)} == allowed
    assert {"pool.py", "children.py"} <= {n for n, text in texts.items() if "monotonic()" in text}


def test_the_next_report_begins_before_what_became_of_the_last_one_is_dealt_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    def begin(
        job: Job, _day: object, _limits: object, running: dict, *_: object, **__: object
    ) -> None:
        order.append(f"begin {job}")
        running[MagicMock()] = (job, 0.0, False)

    monkeypatch.setattr(pool, "_begin", begin)
    monkeypatch.setattr(pool.selectors, "DefaultSelector", MagicMock)
    monkeypatch.setattr(pool, "_ready", lambda running, _: [(child, "good") for child in running])
    for job, said, _ in pool._forked(["a", "b", "c"], DAY, Options(jobs=1)):
        order.append(f"keep {job} {said}")
    assert order == [
        "begin a", "begin b", "keep a good", "begin c", "keep b good", "keep c good"
    ]  # fmt: skip
