"""Reports on a cluster: a real scheduler and real workers on this machine, and what breaks them."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dask
import distributed
import nbformat
import psutil
import pytest
import yaml
from click.testing import CliRunner, Result
from conftest import ROOT

import childstats
from childstats.cli import main
from childstats.errors import BuildError, InputError
from childstats.folders import workspace_folder
from childstats.observations.workspace import open_workspace
from childstats.reports import cluster, pool
from childstats.reports.build import Options, build
from childstats.reports.edition import read_edition
from childstats.reports.limits import Limits

HOW_TO = (ROOT / "docs" / "how_to" / "run_on_a_cluster.md").read_text(encoding="utf-8")
CELLS = (
    'ref_area = ""\ntime_period = 0\nlanguage = ""',
    "import childstats as cs\nimport time",
    "asked = dict(ref_area=ref_area, time_period=time_period, language=language)",
    'report = cs.begin_report("data_quality", **asked)\nreport',
    "time.sleep(0.3)",
    "report.end()",
)
EDITION = """\
[edition]
id = "tiny"
date = 2026-11-24

[[report]]
notebook = "tiny"
ref_area = ["VN-71"]
time_period = [2024, 2025]
language = ["vi", "en"]
"""
REPORTS = 4
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of four reports of a few cells; nothing is built."""
    root = tmp_path_factory.mktemp("cluster") / "workspace"
    for name in ("data/catalogue", "data/raw/dbp-2026-01"):
        shutil.copytree(ROOT / name, root / name)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    (root / "notebooks").mkdir()
    nbformat.write(notebook, root / "notebooks" / "tiny.ipynb")
    (root / "childstats.toml").write_text(EDITION, encoding="utf-8")
    return root


@pytest.fixture
def tiny(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the workspace for one test."""
    return Path(shutil.copytree(made, tmp_path / "workspace"))


@pytest.fixture(scope="module")
def expected(made: Path) -> dict[str, str]:
    """Return the checksums of the reports built by this machine alone."""
    alone = shutil.copytree(made, made.parent / "alone")
    build(alone)
    return _published(alone)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts a command of Dask; it and all that it started are gone in the end."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, **variables: str) -> "subprocess.Popen[bytes]":
        package = str(Path(childstats.__file__).parents[1])
        paths = os.pathsep.join([package, *filter(None, [variables.pop("PYTHONPATH", "")])])
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            env={**os.environ, "PYTHONPATH": paths, **variables},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    alive = [psutil.Process(p.pid) for p in running if p.poll() is None]
    below = [child for process in alive for child in process.children(recursive=True)]
    for process in running:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(below, timeout=10)
    assert left == []


def _published(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "reports").rglob("*"))
        if path.is_file()
    }


def _commands(part: str, folder: Path) -> list[list[str]]:
    """Return what the guide tells to run under a heading, its paths in a folder."""
    block = re.search(rf"### {part}\n.*?```sh\n(dask.*?)```", HOW_TO, re.S)[1]
    return [
        [str(folder / word) if word.endswith(".json") else word for word in shlex.split(line)]
        for line in block.splitlines()
    ]


def _scheduler(start: Start, words: list[str], file: Path, **variables: str) -> Any:
    """Start a scheduler as the guide says, on a free port."""
    words = [*words[1:], "--port", "0", "--scheduler-file", str(file)]
    scheduler = start(*words, **variables)
    deadline = time.monotonic() + 60
    while not (file.exists() and file.read_text(encoding="utf-8").endswith("}")):
        assert scheduler.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return scheduler


def _with_workers(address: str, count: int) -> distributed.Client:
    client = distributed.Client(address, set_as_default=False)
    client.wait_for_workers(count, timeout=60)
    return client


def _listening(pid: int) -> list[str]:
    """Return the addresses at which a process or one below it waits for others."""
    process, found = psutil.Process(pid), []
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # a report's process lives short
            found += [
                connection.laddr.ip
                for connection in one.net_connections(kind="inet")
                if connection.status == psutil.CONN_LISTEN
            ]
    return found


def _command(root: Path, executor: object, *words: str) -> Result:
    words = ("build", "--workspace", str(root), "--executor", f"dask:{executor}", *words)
    return CliRunner().invoke(main, words)


def _when_the_first_comes_back(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]
) -> None:
    """Let something happen as soon as a report comes back, while others are being built."""
    outcome, left = cluster._outcome, [happens]

    def noted(*arguments: Any) -> Any:
        if left:
            left.pop()()
        return outcome(*arguments)

    monkeypatch.setattr(cluster, "_outcome", noted)


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, Any]:
    """Make the keys of the guide, and return the settings of the guide that name them."""
    keys = re.search(r"```sh\n(openssl.*?)```", HOW_TO, re.S)[1]
    subprocess.run(["sh", "-e", "-c", keys], cwd=tmp_path, check=True, capture_output=True)
    settings = re.search(r"```yaml\n(distributed:.*?)```", HOW_TO, re.S)[1]
    settings = settings.replace("/etc/childstats", str(tmp_path))
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "tls.yaml").write_text(settings, encoding="utf-8")
    return yaml.safe_load(settings)


def test_over_tls_the_bytes_are_the_same_and_a_killed_worker_or_scheduler_loses_nothing(
    tiny: Path,
    expected: dict[str, str],
    start: Start,
    tmp_path: Path,
    tls: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = {"DASK_CONFIG": str(tmp_path / "settings")}
    order, work, _ = _commands("On several machines", tmp_path)
    order = ["127.0.0.1" if word == "10.0.0.1" else word for word in order]
    file = tmp_path / "scheduler.json"
    scheduler = _scheduler(start, order, file, **env)
    address = cluster.address_of(f"dask:{file}")
    assert address.startswith("tls://127.0.0.1:")
    here = {"tls://10.0.0.1:8786": address, "10.0.0.2": "127.0.0.1", "8": "1"}
    words = [here.get(word, word) for word in work[1:]]
    workers = [start(*words, "--no-nanny", **env) for _ in range(2)]

    plain = _command(tiny, address.replace("tls://", "tcp://"))
    assert plain.exit_code == 2
    assert "no scheduler answers at tcp://127.0.0.1" in plain.output
    stranger = _command(tiny, file)
    assert stranger.exit_code == 2
    assert "no certificates for tls://127.0.0.1" in stranger.output

    options = Options(executor=f"dask:{file}")
    second = shutil.copytree(tiny, tmp_path / "second")
    known = dask.config.merge(dask.config.config, tls)
    with dask.config.set(known), _with_workers(address, 2) as client:
        pids = client.run(os.getpid)
        assert {worker.pid for worker in workers} == set(pids.values())
        for process in (scheduler, *workers):
            assert set(_listening(process.pid)) == {"127.0.0.1"}
        monkeypatch.setattr(pool, "_forked", None)  # this process builds none itself
        listened = _listening(os.getpid())

        def kill_a_worker() -> None:
            assert _listening(os.getpid()) == listened
            busy = next(worker for worker, keys in client.processing().items() if keys)
            os.kill(pids[busy], 9)

        _when_the_first_comes_back(monkeypatch, kill_a_worker)
        assert len(build(tiny, options=options)) == REPORTS
        assert sum(worker.poll() == -9 for worker in workers) == 1
        assert _published(tiny) == expected

        _when_the_first_comes_back(monkeypatch, scheduler.kill)
        with pytest.raises(
            BuildError, match=r"^the scheduler at tls://.* is gone; start it and build again$"
        ):
            build(second, options=options)
    monkeypatch.undo()
    _the_rest_is_built_here(second, expected)


def _the_rest_is_built_here(root: Path, expected: dict[str, str]) -> None:
    assert not (root / "reports").exists()
    assert all(report.built for report in build(root))
    assert _published(root) == expected


def test_a_worker_with_another_lock_is_refused_by_name(
    tiny: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, work, _ = _commands("On one machine", tmp_path)
    file = tmp_path / "scheduler.json"
    scheduler = _scheduler(start, order, file)
    address = cluster.address_of(f"dask:{file}")
    monkeypatch.setattr(cluster, "TO_CONNECT", 1.0)
    nobody = _command(tiny, file)
    assert nobody.exit_code == 2
    assert f"no worker at {address}; start some: dask worker" in nobody.output
    (tmp_path / "other" / "other-1.0.dist-info").mkdir(parents=True)
    words = [address if "://" in word else word for word in work[1:]]
    worker = start(*words, PYTHONPATH=str(tmp_path / "other"))
    monkeypatch.setattr(cluster, "TO_CONNECT", 60.0)
    refused = _command(tiny, file)
    assert refused.exit_code == 2
    said = r"^childstats: worker tcp://127\.0\.0\.1:\d+ has another lock \(other-1\.0 only there\)"
    assert re.match(said, refused.output.splitlines()[-1])
    assert not (tiny / "reports").exists()
    assert not (tiny / "data" / "processed").exists()
    for process in (scheduler, worker):
        assert set(_listening(process.pid)) == {"127.0.0.1"}


@pytest.fixture
def job_and_place(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a job, and what stands where it is asked for, as in a worker of a given address."""
    monkeypatch.setattr(distributed, "get_worker", lambda: SimpleNamespace(address="tls://w:1"))
    job = read_edition(open_workspace(tiny)).jobs[0]
    return job, cluster.what_is_here(str(workspace_folder(tiny)))


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"library": "x"}, "worker tls://w:1 has another childstats; "),
        ({"packages": ("Python 2.7",)}, r"worker tls://w:1 has another lock \(Python 3.* and \d+"),
        ({"edition": "x"}, "worker tls://w:1 sees other files in .*workspace; "),
    ],
    ids=["library", "lock", "files"],
)
def test_a_worker_that_joins_late_refuses_itself(
    job_and_place: Any, other: dict[str, Any], why: str
) -> None:
    job, here = job_and_place
    said = cluster.build_there(job, date(2026, 11, 24), Limits(), replace(here, **other))
    assert isinstance(said, str)
    assert re.match(why, said)


def test_a_worker_that_sees_no_workspace_or_cannot_fork_or_is_open_refuses_itself(
    job_and_place: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, here = job_and_place
    asked = (job, date(2026, 11, 24), Limits())
    gone = replace(here, folder=str(tmp_path / "gone"))
    assert f"sees no workspace at {tmp_path}/gone; " in cluster.build_there(*asked, gone)
    assert "cannot fork processes" in cluster.difference(here, replace(here, forks=False))
    monkeypatch.setattr(distributed, "get_worker", lambda: SimpleNamespace(address="tcp://w:1"))
    assert "takes orders from anybody" in cluster.build_there(*asked, here)


def test_a_changed_file_is_another_place(tiny: Path, tmp_path: Path) -> None:
    root = shutil.copytree(tiny, tmp_path / "copy")
    here, there = (cluster.what_is_here(str(folder)) for folder in (tiny, root))
    assert here == replace(there, folder=here.folder)
    (root / "notebooks" / "own.txt").write_text("1", encoding="utf-8")
    assert cluster.what_is_here(str(root)).edition != there.edition


@pytest.mark.parametrize(
    ("executor", "why"),
    [
        ("spark:x", "unknown executor 'spark:x'; write dask:tcp"),
        ("dask:", "unknown executor 'dask:'; write dask:tcp"),
        ("dask:gone.json", "no scheduler file 'gone.json'"),
        ("dask:http://127.0.0.1:1", "unknown address 'http://127.0.0.1:1'"),
        ("dask:tcp://10.0.0.1:8786", "the scheduler tcp://10.0.0.1:8786 takes orders from any"),
        ("dask:tcp://0.0.0.0:8786", "the scheduler tcp://0.0.0.0:8786 takes orders from any"),
        ("dask:tcp://[2001:db8::1]:8786", "takes orders from anybody"),
    ],
)
def test_an_executor_that_cannot_be_used_is_refused(executor: str, why: str) -> None:
    with pytest.raises(InputError, match=re.escape(why)):
        cluster.address_of(executor)


@pytest.mark.parametrize("place", ["tcp://[::1]:1", "tcp://localhost:1", "tls://10.0.0.1:1"])
def test_this_machine_and_an_encrypted_other_may_be_used(place: str) -> None:
    assert cluster.address_of(f"dask:{place}") == place


def test_where_nothing_answers_the_build_ends_in_time(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "TO_CONNECT", 0.5)
    said = _command(tiny, "tcp://127.0.0.1:1")
    assert said.exit_code == 2
    assert said.output.startswith("childstats: no scheduler answers at tcp://127.0.0.1:1 (")
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = _command(tiny, "tcp://127.0.0.1:1")
    assert said.exit_code == 2
    assert "install it: pip install 'childstats[cluster]'" in said.output


def test_building_here_imports_nothing_of_dask() -> None:
    code = (
        "import sys, childstats.reports.pool, childstats.reports.worker, childstats.cli\n"
        "print(sorted({'dask', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_process_that_only_waits_imports_no_notebook_and_no_tables() -> None:
    code = (
        "import sys, childstats.reports.pool, childstats.reports.issuing\n"
        "print(sorted({'pandas', 'matplotlib', 'papermill', 'nbformat'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
