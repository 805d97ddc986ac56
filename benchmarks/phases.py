"""Where the processor time of one warm report goes, phase by phase, and what finding nothing costs.

Run: python benchmarks/phases.py [AREAS [ROUNDS]]

Each round forks the process that holds everything, as a build does, and makes one annual profile of
the synthetic workspace of `benchmarks/synthetic.py`. Printed: medians of the seconds of processor,
the pages of memory that the child touched, and for this project's own workspace the time of a build
with nothing to do against that of ``import childstats``.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"})

import papermill  # noqa: F401  # before the engine, which it loads
from synthetic import ROOT, make_workspace

from childstats.observations.workspace import open_workspace
from childstats.reports import engine, host, renderings, runner, worker
from childstats.reports.edition import Job, read_edition
from childstats.reports.limits import Limits

AREAS, ROUNDS = 46, 9
DAY = date(2026, 11, 24)
PHASES: dict[str, tuple[Any, str]] = {
    "notebook: all": (worker, "run"),
    "notebook: its cells": (engine.OwnKernel, "execute"),
    "notebook: start of the shell": (engine.OwnKernel, "__init__"),
    "notebook: to a document": (runner, "document_from_notebook"),
    "PDF": (renderings, "typeset"),
    "page count and thumbnail": (renderings, "page_count_and_thumbnail"),
    "workbook": (renderings, "workbook"),
    "page": (renderings, "twin"),
    "Markdown": (renderings, "as_markdown"),
    "CSV": (renderings, "csv_files"),
}


def used(who: int = resource.RUSAGE_SELF) -> float:
    """Return the seconds of processor of this process, or of its children that ended."""
    spent = resource.getrusage(who)
    return spent.ru_utime + spent.ru_stime


def in_child(job: Job, descriptor: int) -> NoReturn:
    """Make a report with every phase timed, write the times, and end."""
    host.in_child = True
    took: dict[str, float] = dict.fromkeys(PHASES, 0.0)
    cells: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **keywords: Any) -> Any:
            began = used()
            try:
                return work(*arguments, **keywords)
            finally:
                took[name] += used() - began
                if name == "notebook: its cells":
                    cells[f"  cell {arguments[1].splitlines()[0][:44]}"] = used() - began

        return wrapped

    for name, (place, function) in PHASES.items():
        setattr(place, function, timed(name, getattr(place, function)))
    began, faults = used(), resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    worker.build_report(job, DAY, Limits())
    took["all"] = used() - began
    took["of it the system's"] = resource.getrusage(resource.RUSAGE_SELF).ru_stime
    took["pages touched"] = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    os.write(descriptor, json.dumps(took | cells).encode())
    os._exit(0)


def one_round(job: Job) -> dict[str, float]:
    """Fork, and return what the child measured."""
    ours, theirs = os.pipe()
    if not os.fork():
        in_child(job, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as told:
        measured: dict[str, float] = json.loads(told.read())
    os.wait()
    return measured


def nothing_to_do() -> dict[str, float]:
    """Return the median seconds of processor of commands at this project's workspace."""
    python = sys.executable
    commands = {
        "python alone": [python, "-c", "pass"],
        "import childstats": [python, "-c", "import childstats"],
        "nothing to do": [python, "-m", "childstats", "build", "--workspace", str(ROOT)],
    }
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(15):
        for name, command in commands.items():
            began = used(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, capture_output=True)
            runs[name].append(used(resource.RUSAGE_CHILDREN) - began)
    return {name: statistics.median(spent) for name, spent in runs.items()}


def main(areas: int, rounds: int) -> None:
    """Print the medians."""
    with TemporaryDirectory() as scratch:
        root = Path(scratch) / "workspace"
        make_workspace(root, areas)
        host._preload()
        host._hold(str(root))
        jobs = read_edition(open_workspace(root)).jobs
        measured = [one_round(jobs[2 * i % len(jobs)]) for i in range(rounds)]
    for name in measured[0]:
        median = statistics.median(m.get(name, 0.0) for m in measured)
        if not name.startswith("  cell") or median > 0.01:
            print(f"{name:50} {median:10.3f}")
    if (ROOT / ".childstats" / "built.json").exists():
        spent = nothing_to_do()
        for name, seconds in spent.items():
            print(f"{name:50} {seconds:10.3f}")
        ratio = spent["nothing to do"] / spent["import childstats"]
        print(f"nothing to do / import childstats: {ratio:.2f}")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + [AREAS, ROUNDS][len(sys.argv) - 1 :])[:2]))
