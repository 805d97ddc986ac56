"""Reports built on other machines: Dask moves the work, this process keeps what is finished.

Whoever reaches an unencrypted scheduler can run anything on its workers. So a scheduler or worker
that listens beyond its own machine is used over TLS only.
"""

import ipaddress
import logging
import sys
import time
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import BuildError, InputError
from childstats.folders import workspace_folder
from childstats.intake import json_value
from childstats.reports.build import Options
from childstats.reports.children import can_fork
from childstats.reports.edition import Job
from childstats.reports.limits import Limits
from childstats.reports.snapshot import (
    checksums_of,
    digest_of,
    distributions,
    inputs_of,
    library_digest,
)

if TYPE_CHECKING:
    from childstats.reports.edition import FinishedReport

    Outcome = tuple[Job, FinishedReport | BuildError, float]

KIND: Final = "dask:"
SCHEMES: Final = ("tcp", "tls")
TO_CONNECT: Final = 15.0
"""Seconds in which a scheduler has to answer."""
WITHOUT_WORKERS: Final = 60.0
"""Seconds for which a build waits for a first worker, or for another in place of the last."""
TO_LOOK: Final = 1.0
"""Seconds after which a build that hears nothing looks whether anybody still works."""
MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Here:
    """What a report is made from at one place; equal at two places, the bytes are.

    Attributes
    ----------
    folder
        The snapshot of a workspace, below the workspace.
    library
        `library_digest`.
    packages
        Python's version, and name and version of every installed distribution.
    edition
        Digest of the snapshot's files; empty where there is none.
    forks
        Whether processes can be forked.
    """

    folder: str
    library: str
    packages: tuple[str, ...]
    edition: str
    forks: bool


def what_is_here(folder: str) -> Here:
    """Return what a report of a workspace would be made from in this process.

    Parameters
    ----------
    folder
        The workspace.
    """
    edition = ""
    with suppress(OSError):
        state = [(p, f.stat().st_size, f.stat().st_mtime_ns) for p, f in _files(folder).items()]
        edition = _edition_here(folder, tuple(state))
    names = (f.name.removesuffix(".dist-info") for f in distributions())
    packages = (f"Python {sys.version}", *names)
    return Here(folder, library_digest(), packages, edition, can_fork())


def _files(folder: str) -> dict[str, Path]:
    return inputs_of(Path(folder))


@lru_cache(maxsize=1)
def _edition_here(folder: str, state: object) -> str:
    """Read the files anew only when their state is another."""
    return digest_of(checksums_of(_files(folder)))


def difference(here: Here, there: Here) -> str:
    """Return what is not the same at a worker and what to do; empty if all is.

    Parameters
    ----------
    here, there
        Of the process that asks, and of the worker.
    """
    if not there.forks:
        return "cannot fork processes; run workers on Linux or macOS"
    if there.packages != here.packages:
        other = [f"{name} only there" for name in there.packages if name not in here.packages]
        other += [f"{name} only here" for name in here.packages if name not in there.packages]
        more = f" and {len(other) - MOST_NAMED} more" if len(other) > MOST_NAMED else ""
        named = ", ".join(other[:MOST_NAMED])
        return f"has another lock ({named}{more}); install the same requirements.lock there"
    if there.library != here.library:
        return "has another childstats; install the same version there"
    if not there.edition:
        return f"sees no workspace at {here.folder}; mount the same folder at the same path there"
    if there.edition != here.edition:
        return f"sees other files in {here.folder}; mount the same folder there, and change no file"
    return ""


def build_there(job: Job, edition_date: date, limits: Limits, here: Here) -> "Outcome | str":
    """Build one report in a child of this worker.

    Parameters
    ----------
    job, edition_date, limits
        As `childstats.reports.worker.build_report`.
    here
        Of the process that asks.

    Returns
    -------
    tuple or str
        As `childstats.reports.pool.finished_reports`; or why this worker must not build it.
    """
    from distributed import get_worker  # noqa: PLC0415  # an extra

    from childstats.reports.pool import finished_reports  # noqa: PLC0415  # needs this module

    address = get_worker().address
    why = difference(here, what_is_here(here.folder)) or _openness(address)
    if why:
        return f"worker {address} {why}"
    (outcome,) = finished_reports([job], edition_date, Options(jobs=1, limits=limits))
    return outcome


def refuse_early(executor: str, folder: Path) -> None:
    """Refuse a cluster that cannot be used before the workspace is read and written.

    Parameters
    ----------
    executor
        As `address_of`.
    folder
        The workspace.

    Raises
    ------
    InputError
        As `finished_elsewhere`.
    """
    with _connected(executor) as client:
        _refuse_others(client, what_is_here(str(folder)))


def finished_elsewhere(
    jobs: Sequence[Job], edition_date: date, options: Options
) -> "Iterator[Outcome]":
    """Have reports built by the workers of a cluster and yield each when it is finished.

    A report whose worker dies is built by another. What a worker finished is here or nowhere:
    workers write nothing, and which reports stand is for the caller to note.

    Parameters
    ----------
    jobs, edition_date
        As `childstats.reports.pool.finished_reports`.
    options
        ``executor`` says where; ``jobs``, if given, is how many reports are asked for at a time.

    Yields
    ------
    tuple
        As `childstats.reports.pool.finished_reports`.

    Raises
    ------
    InputError
        If nothing answers there, or a worker is open to others or is not as this process.
    BuildError
        If the scheduler or all workers are lost, or a worker joined that is not as this process.
    """
    if not jobs:
        return
    here = what_is_here(str(workspace_folder(jobs[0].notebook.parent)))
    with _connected(options.executor) as client:
        _refuse_others(client, here)
        executor = client.get_executor(pure=False)
        waiting, running = deque(jobs), dict[Future[Any], Job]()
        heard = time.monotonic()
        while waiting or running:
            while waiting and len(running) < (options.jobs or len(jobs)):
                asked = (waiting[0], edition_date, options.limits, here)
                running[executor.submit(build_there, *asked)] = waiting.popleft()
            done, _ = wait(running, TO_LOOK, FIRST_COMPLETED)
            if done or _workers(client):
                heard = time.monotonic()
            elif time.monotonic() - heard > WITHOUT_WORKERS:
                raise BuildError(
                    f"no worker is left at {_address(client)}; start one and build again"
                )
            for future in done:
                yield _outcome(future, running.pop(future), _address(client))


def _outcome(future: "Future[Any]", job: Job, scheduler: str) -> "Outcome":
    if future.cancelled():
        raise BuildError(f"the scheduler at {scheduler} is gone; start it and build again")
    error = future.exception()
    if error is not None:  # a defect of the task, or a report that killed worker after worker
        return job, BuildError(f"{job.file_name}: {type(error).__name__}: {error}"), 0.0
    outcome: Outcome | str = future.result()
    if isinstance(outcome, str):
        raise BuildError(f"{outcome}, or stop this worker")
    return outcome


def _refuse_others(client: Any, here: Here) -> None:
    """Refuse the cluster if any worker is open to others or would build other reports."""
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=TO_CONNECT)
    scheduler = client.scheduler_info()["address"]
    if why := _openness(scheduler):
        raise InputError(f"the scheduler {scheduler} {why}")
    found = client.run(what_is_here, here.folder, on_error="return")
    if not found:
        raise InputError(f"no worker at {scheduler}; start some: dask worker {scheduler}")
    for worker, there in sorted(found.items()):
        if isinstance(there, Here):
            why = difference(here, there) or _openness(worker)
        else:
            why = "cannot use this childstats; install the same requirements.lock there"
        if why:
            raise InputError(f"worker {worker} {why}, or stop this worker")


def _openness(address: str) -> str:
    """Return what is wrong with where a scheduler or worker listens; empty if nothing is."""
    scheme, _, place = address.partition("://")
    host = place.rpartition(":")[0].strip("[]")
    with suppress(ValueError):
        host = "localhost" if ipaddress.ip_address(host).is_loopback else host
    if scheme == "tls" or host == "localhost":
        return ""
    return (
        "takes orders from anybody on its network; use tls:// "
        "(docs/how_to/run_on_a_cluster.md), or start it with --host 127.0.0.1"
    )


def _workers(client: Any) -> bool:
    """Return whether any worker is there; where the scheduler is gone, the futures say so."""
    try:
        return bool(client.nthreads())
    except OSError:
        return True


def _address(client: Any) -> str:
    return str(client.scheduler.address)


def address_of(executor: str) -> str:
    """Return the address of a scheduler.

    Parameters
    ----------
    executor
        ``dask:`` and the address, or a scheduler file that ``dask scheduler`` wrote.

    Raises
    ------
    InputError
        If it is neither, or anybody on the network could give orders there.

    Examples
    --------
    >>> address_of("dask:tcp://127.0.0.1:8786")
    'tcp://127.0.0.1:8786'
    """
    place = executor.removeprefix(KIND)
    if not executor.startswith(KIND) or not place:
        raise InputError(
            f"unknown executor {executor!r}; write dask:tcp://127.0.0.1:8786, "
            "dask:tls://HOST:PORT or dask:SCHEDULER_FILE"
        )
    if "://" not in place:
        try:
            place = str(json_value(Path(place).read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError(
                f"no scheduler file {place!r}; name what dask scheduler --scheduler-file wrote, "
                "or an address such as tcp://127.0.0.1:8786"
            ) from None
    if place.partition("://")[0] not in SCHEMES:
        raise InputError(f"unknown address {place!r}; write tcp://127.0.0.1:8786 or tls://…")
    if why := _openness(place):
        raise InputError(f"the scheduler {place} {why}")
    return place


@contextmanager
def _connected(executor: str) -> Iterator[Any]:
    """Connect with a scheduler, and keep Dask's own log out of what the command says."""
    address = address_of(executor)
    try:
        import distributed  # noqa: PLC0415  # an extra
    except ImportError:
        raise InputError(
            "--executor needs Dask, which is not installed; install it: "
            "pip install 'childstats[cluster]'"
        ) from None
    dask: Any = distributed  # has no types
    _refuse_settings(address, dask.Security())
    with _silent(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions: workers are compared by ourselves
        try:
            client = dask.Client(address, timeout=TO_CONNECT, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(
                f"no scheduler answers at {address} ({' '.join(str(error).split())}); "
                "start it, or correct --executor"
            ) from None
        with client:
            yield client


def _refuse_settings(address: str, security: Any) -> None:
    """Refuse Dask's own settings where it could not connect with them, and would hang."""
    try:
        settings = security.get_connection_args("client")
    except OSError as error:  # of ssl, too
        raise InputError(
            f"Dask's certificates cannot be used ({error}); correct distributed.comm.tls in its "
            "settings (docs/how_to/run_on_a_cluster.md)"
        ) from None
    if address.startswith("tls://") and not settings.get("ssl_context"):
        raise InputError(
            f"no certificates for {address}; name them under distributed.comm.tls in Dask's "
            "settings (docs/how_to/run_on_a_cluster.md)"
        )
    if address.startswith("tcp://") and settings.get("require_encryption"):
        raise InputError(f"Dask's settings ask for encryption; {address} has none, use tls://")


@contextmanager
def _silent() -> Iterator[None]:
    names = [n for n in logging.root.manager.loggerDict if n.startswith(("distributed", "tornado"))]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
