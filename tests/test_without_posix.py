"""Windows: every module is imported and an edition built where no POSIX module is to be had.

What a system lacks is taken away in new processes, for this package alone: other packages choose
their own branch by the platform, which stays what it is.
"""

import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import childstats

BLOCKER = """
import builtins, os, signal, socket, sys

MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
FUNCTIONS = ("fork", "forkpty", "killpg", "getpgid", "setpgid", "setsid", "sched_getaffinity",
             "memfd_create", "mkfifo", "register_at_fork", "wait3", "wait4")

plain = builtins.__import__

def checked(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "")
    if name.partition(".")[0] in MODULES and importer.startswith("childstats"):
        raise ModuleNotFoundError(f"No module named {name!r} on Windows, asked by {importer}")
    return plain(name, globals, locals, fromlist, level)

builtins.__import__ = checked
for name in FUNCTIONS:
    if hasattr(os, name):
        delattr(os, name)
for name in ("send_fds", "recv_fds"):
    if hasattr(socket, name):
        delattr(socket, name)
"""


@pytest.fixture
def windows(tmp_path: Path) -> dict[str, str]:
    """Return the variables under which every new process of Python lacks what Windows lacks."""
    place = tmp_path / "without"
    place.mkdir()
    (place / "sitecustomize.py").write_text(BLOCKER, encoding="utf-8")
    return os.environ | {"PYTHONPATH": str(place)}


def run(command: list[str], windows: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], env=windows, capture_output=True, text=True, check=False
    )


def test_the_blocker_blocks(tmp_path: Path, windows: dict[str, str]) -> None:
    module = tmp_path / "without" / "childstats_of_test.py"
    module.write_text("import resource\n", encoding="utf-8")
    assert "on Windows" in run(["-c", "import childstats_of_test"], windows).stderr
    assert run(["-c", "import resource, os; assert not hasattr(os, 'fork')"], windows).stderr == ""


def test_every_module_is_imported(windows: dict[str, str]) -> None:
    modules = [
        module.name
        for module in pkgutil.walk_packages(childstats.__path__, "childstats.")
        if module.name != "childstats.__main__"
    ]
    assert {"childstats.reports.host", "childstats.reports.worker"} <= {*modules}
    code = f"""
from importlib import import_module
import papermill.engines  # imports the engine, which imports it
for name in {modules!r}:
    try:
        import_module(name)
    except Exception as error:
        print(f"{{name}}: {{error!r}}")
"""
    done = run(["-c", code], windows)
    assert (done.stdout, done.stderr) == ("", "")


def test_an_edition_is_built_checked_and_found_up_to_date(
    tmp_path: Path, windows: dict[str, str]
) -> None:
    root = tmp_path / "w"
    assert run(["-m", "childstats", "new", str(root)], windows).returncode == 0
    toml = (root / "childstats.toml").read_text(encoding="utf-8")
    head, first, *_ = toml.split("[[report]]")
    one = re.sub(r"language = .*", 'language = ["en"]', first)
    (root / "childstats.toml").write_text(f"{head}[[report]]{one}", encoding="utf-8")
    build = ["-m", "childstats", "build", "--no-fork", "--workspace", str(root)]
    done = run(build, windows)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((root / "reports").glob("*.pdf"))) == 1
    again = run([*build[:3], *build[4:]], windows)
    assert again.returncode == 0, again.stderr
    assert re.search(r"\b0 of them built", again.stdout) or "1 report" in again.stdout
    for command in (["plan"], ["doctor"], ["clean"], ["trace", "208,222"]):
        done = run(["-m", "childstats", *command, "--workspace", str(root)], windows)
        assert "Traceback" not in done.stderr
        assert done.returncode in {0, 1}


POSIX_AT_THE_TOP = re.compile(r"^(?:import|from) (?:fcntl|grp|pty|pwd|resource|termios)\b", re.M)


def test_no_module_asks_for_one_at_its_top() -> None:
    package = ROOT / "src" / "childstats"
    asking = [
        p.name for p in package.rglob("*.py") if POSIX_AT_THE_TOP.search(p.read_text("utf-8"))
    ]
    assert asking == []
