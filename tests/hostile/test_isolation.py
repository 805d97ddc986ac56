"""A build reads its workspace and its environment, talks to nobody, and needs no network."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT

import childstats

PACKAGE = Path(childstats.__file__).parent
WATCH = """\
import os, socket, sys
log = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        os.write(log, b"open " + os.path.realpath(os.fsencode(arguments[0])) + b"\\n")
    elif event in {"socket.connect", "socket.bind", "socket.sendto"}:
        family = getattr(arguments[0], "family", None)
        os.write(log, f"socket {socket.AddressFamily(family).name} {arguments[1]}\\n".encode())
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
        os.write(log, f"asked {event} {arguments[0]}\\n".encode())
sys.addaudithook(watch)
"""
"""Put before everything else in every process, and inherited by those that it forks."""
ONE_REPORT = """\
[edition]
id = "alone"
date = 2026-01-31
[[report]]
notebook = "coverage_trends"
ref_area = ["VN-71"]
time_period = [2025]
language = ["en"]
"""
IPV6_THERE = "AF_INET6 ('::1', 0)"
"""How urllib3, which papermill imports, finds out about IPv6: bound for a moment, never used."""
MAY_UNSHARE = (
    shutil.which("unshare") is not None
    and subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode == 0
)


def _workspace(folder: Path) -> Path:
    made = folder / "workspace"
    shutil.copytree(ROOT / "data" / "catalogue", made / "data" / "catalogue")
    shutil.copytree(PACKAGE / "template" / "data" / "raw", made / "data" / "raw")
    (made / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "coverage_trends.ipynb", made / "notebooks")
    (made / "childstats.toml").write_text(ONE_REPORT, encoding="utf-8")
    return made


def _watched_build(folder: Path, *before: str, options: tuple[str, ...] = ()) -> Path:
    """Build one report under watch; return its workspace, what was seen beside it."""
    for name in ("home", "scratch", "watch"):
        (folder / name).mkdir(parents=True)
    (folder / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "scratch"),
        "WATCHED": str(folder / "seen"),
        "PYTHONPATH": os.pathsep.join([str(folder / "watch"), str(PACKAGE.parent)]),
    }
    made = _workspace(folder)
    command = [sys.executable, "-m", "childstats", "build", "--jobs", "1", *options]
    done = subprocess.run(
        [*before, *command], cwd=made, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _watched_build(tmp_path_factory.mktemp("forked"))


@pytest.fixture(scope="module")
def without_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace built by kernels of Jupyter, where even this machine has no address."""
    if not MAY_UNSHARE:
        pytest.skip("unshare -rn is not allowed here: no network of one's own without it")
    folder = tmp_path_factory.mktemp("without")
    return _watched_build(folder, "unshare", "-rn", options=("--no-fork",))


@pytest.fixture(params=["forked", "without_network"])
def built(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


def _seen(built: Path, kind: str) -> set[str]:
    lines = (built.parent / "seen").read_text(encoding="utf-8").splitlines()
    return {line.removeprefix(kind + " ") for line in lines if line.startswith(kind + " ")}


def _outside(built: Path) -> set[str]:
    """Return what was opened that belongs neither to the workspace nor to the environment."""
    own = [built, *(built.parent / name for name in ("home", "scratch", "watch", "seen"))]
    environment = [sys.prefix, sys.base_prefix, PACKAGE, *sysconfig.get_paths().values()]
    system = ["/usr", "/lib", "/etc", "/proc", "/sys", "/dev"]
    allowed = {os.path.realpath(place) for place in (*own, *environment, *system)}
    return {
        place
        for place in _seen(built, "open")
        if not Path(place).is_dir()
        and not any(place == known or place.startswith(known + os.sep) for known in allowed)
    }


def test_a_build_opens_no_file_outside_the_workspace_and_its_environment(built: Path) -> None:
    opened = _seen(built, "open")
    for name in ("childstats.toml", "data/catalogue/areas.csv", "notebooks/coverage_trends.ipynb"):
        assert str(built / name) in opened  # the watch sees what is read
    assert _outside(built) == set()


def test_a_build_opens_no_socket_but_those_of_this_machines_processes(built: Path) -> None:
    others = {line for line in _seen(built, "socket") if not line.startswith("AF_UNIX ")}
    assert others <= {IPV6_THERE}
    assert _seen(built, "asked") == set()


def test_a_build_needs_no_network_and_gives_the_same_bytes(
    forked: Path, without_network: Path
) -> None:
    made = [
        {
            str(path.relative_to(root)): path.read_bytes()
            for folder in ("reports", "data/processed")
            for path in (root / folder).rglob("*")
            if path.is_file()
        }
        for root in (forked, without_network)
    ]
    assert len(made[0]) > 10
    assert made[0] == made[1]


def test_the_manifest_names_each_notebook_with_its_checksum(forked: Path) -> None:
    manifest = json.loads((forked / "reports" / "manifest.json").read_text(encoding="utf-8"))
    content = (forked / "notebooks" / "coverage_trends.ipynb").read_bytes()
    assert manifest["notebooks"] == {"coverage_trends.ipynb": hashlib.sha256(content).hexdigest()}
