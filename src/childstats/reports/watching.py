"""Watching notebooks: what they read that is no input, and whether they change what is.

An edition that rests on anything else than its inputs is never up to date; one whose inputs a
notebook changed is not published.
"""

import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from childstats.errors import BuildError
from childstats.reports.snapshot import BESIDE, PACKAGE, Snapshot, differences

SYSTEM: Final = (
    *("/dev/null", "/dev/random", "/dev/urandom", "/dev/zero", "/etc/localtime", "/lib", "/lib64"),
    *("/usr/lib", "/usr/lib64", "/usr/share/fonts", "/usr/share/zoneinfo"),
)
"""Of the operating system; read by Python and its packages without anybody's asking."""
FILES: Final = ("open", "os.listdir", "os.scandir", "sqlite3.connect")
"""Events of `sys.audit` whose first argument is a path that is read."""
PROGRAMS: Final = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty",
                   "os.posix_spawn")  # fmt: skip
ADDRESSES: Final = ("socket.connect", "socket.sendto")
KEPT: Final = frozenset(
    {
        *("HOME", "PATH", "SYSTEMROOT", "USERPROFILE", "VIRTUAL_ENV", "TMPDIR", "TEMP", "TMP"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "GLIBC_TUNABLES", "NPY_DISABLE_CPU_FEATURES"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8"),
        *("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"),
        *("MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "MPLBACKEND", "MPLCONFIGDIR"),
        *("MATPLOTLIBRC", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"),
        *("JUPYTER_PREFER_ENV_PATH", "COVERAGE_PROCESS_START"),
    }
)
"""What a notebook sees of the environment: what Python, its packages and the disk need."""
_ACCESS: Final = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
FIXED: Final = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextmanager
def own_environment() -> Iterator[None]:
    """Show a notebook only variables on which no report may depend."""
    before = dict(os.environ)
    kept = {n: v for n, v in before.items() if n in KEPT}
    _become({**kept, **FIXED})
    try:
        yield
    finally:
        _become(before)


def _become(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
    tempfile.tempdir = None
    if hasattr(os, "sched_getaffinity"):
        import time  # noqa: PLC0415  # only where it can be set

        time.tzset()


class Outside:
    """Notes what a notebook reads outside of its snapshot while it is entered.

    Native code that opens files past Python is not seen; starting a program, which could read
    anything, and reaching out to the network are.

    Parameters
    ----------
    inside
        Folders that may be read: the snapshot, and the notebook's own for temporary files.

    Attributes
    ----------
    found
        In words, each once, in order.
    """

    def __init__(self, *inside: Path) -> None:
        installed = {
            site.getusersitepackages(),
            sys.prefix,
            sys.base_prefix,
            sys.exec_prefix,
            *sysconfig.get_paths().values(),
        }
        known = (*map(str, inside), *installed, str(PACKAGE))
        self._folders = {*(os.path.realpath(folder) for folder in known), *SYSTEM}
        own = os.path.realpath("/proc/self")  # this process as the system shows it
        self._below = tuple(f"{folder}{os.sep}" for folder in (*self._folders, own))
        self._replaced = {os.path.realpath(root / name) for root in inside for name in BESIDE}
        self.found: list[str] = []
        self._watching = False

    def __enter__(self) -> "Outside":
        """Begin to watch; the hook stays as long as the process, which is one report."""
        self._watching = True
        sys.addaudithook(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        self._watching = False

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._watching:
            return
        if event in FILES:
            self._note_path(event, arguments)
        elif event in PROGRAMS:
            self._add("starts another program, which can read anything")
        elif event in ADDRESSES and self._leads_away(arguments):
            self._add("reaches out to the network")

    def _note_path(self, event: str, arguments: tuple[Any, ...]) -> None:
        path, *how = arguments
        if path is None or isinstance(path, int) or path == ":memory:":
            return
        if event == "open" and len(how) > 1 and (how[1] or 0) & _ACCESS == os.O_WRONLY:
            return
        place = os.path.realpath(os.fsdecode(path))
        within = place in self._folders or place.startswith(self._below)
        if place in self._replaced:
            self._add("reads the edition in place, which this build replaces")
        elif not within and os.path.exists(place):  # noqa: PTH110  # in a hook, at every open()
            self._add(f"reads {place}, outside of the workspace")

    def _leads_away(self, arguments: tuple[Any, ...]) -> bool:
        return len(arguments) > 1 and isinstance(arguments[1], tuple)

    def _add(self, what: str) -> None:
        if what not in self.found:
            self.found.append(what)


class Watch:
    """Looks after each report whether the snapshot is as it was, and what its notebook read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self._before = snapshot, snapshot.times()
        self.outside: dict[str, tuple[str, ...]] = {}
        self._changed: set[str] = set()
        self._notebooks: set[str] = set()

    def ended(self, file: str, notebook: str, outside: tuple[str, ...]) -> None:
        """Look after one report."""
        if outside:
            self.outside[file] = outside
        now = self.snapshot.times()
        if changed := differences(now, self._before):
            self._before = now
            self._changed.update(changed)
            self._notebooks.add(notebook)

    def refuse_changes(self) -> None:
        """Refuse what was built if a notebook changed its inputs."""
        changed = self.snapshot.changed() or sorted(self._changed)
        if changed:
            who = ", ".join(sorted(self._notebooks)) or "the notebooks"
            raise BuildError(
                f"{in_brief(changed)} changed while {who} ran; a notebook may not change its "
                "inputs: write to a folder of tempfile.mkdtemp(), or take the cell out; nothing "
                "was published"
            )


def in_brief(names: Iterable[str], most: int = 3) -> str:
    """Return the first of some names, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
