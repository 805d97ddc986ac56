"""Time reports by several routes in one run, and print what each costs against the others.

Run: python benchmarks/reports.py [AREAS [SAMPLE]]

Makes a synthetic workspace (`benchmarks/synthetic.py`) of AREAS areas in two languages and builds
it: with one worker and with two, by the two commands that users have without this project
(papermill, then nbconvert), in a warm papermill process, and as the bare floor, the notebook's
code as one script and the compiling of the PDF. Slow routes are timed on SAMPLE reports, the
rounds of all routes interleaved. Only ratios travel; the last line names the machine.
"""

import ast
import cProfile
import importlib.util
import os
import platform
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
from synthetic import make_workspace

from childstats.observations.workspace import hold, open_workspace
from childstats.reports import host
from childstats.reports.children import Child
from childstats.reports.document import document_from_notebook
from childstats.reports.edition import Job, read_edition
from childstats.reports.limits import Limits
from childstats.reports.typeset import typeset
from childstats.reports.warming import warm
from childstats.reports.worker import build_report

AREAS, SAMPLE, ROUNDS = 46, 2, 3
DAY = date(2026, 11, 24)
BIN = Path(sys.executable).parent
WEBPDF = all(importlib.util.find_spec(name) for name in ("playwright", "nbconvert"))


def cost(work: Callable[[], object], reports: int = 1) -> tuple[float, float]:
    """Return the seconds of wall time and of processor time of something, a report."""
    began, spent = time.perf_counter(), processor()
    work()
    return (time.perf_counter() - began) / reports, (processor() - spent) / reports


def processor() -> float:
    """Return the processor time of this process and of all that it started and saw end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def commands(job: Job, folder: Path, exporter: str) -> None:
    """Build a report as two commands: papermill, then nbconvert."""
    executed = folder / f"{job.file_name}.ipynb"
    parameters = [x for name, value in job.parameters.items() for x in ("-p", name, str(value))]
    for command in (
        [BIN / "papermill", job.notebook, executed, *parameters],
        [BIN / "jupyter-nbconvert", "--to", exporter, executed],
    ):
        subprocess.run(command, check=True, capture_output=True, cwd=job.notebook.parent)


def warm_papermill(job: Job) -> None:
    """Build a report with papermill's own engine in this process, where all is imported."""
    build_report(job, DAY, Limits(), fork=False)


def floor(job: Job) -> None:
    """Run the code of a notebook as one script, keep what it shows, and compile the PDF."""
    os.chdir(job.notebook.parent)
    names: dict[str, object] = {}
    cells = []
    for cell in nbformat.read(job.notebook, as_version=4).cells:
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        *body, last = ast.parse(cell.source).body
        is_value = isinstance(last, ast.Expr)
        exec(compile(ast.Module(body if is_value else [*body, last], []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", ()):
            names.update(job.parameters)
        if is_value:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            data = getattr(value, "_repr_mimebundle_", dict)()
            outputs = [new_output("display_data", data=data)] if data else []
            cells[-1] = new_code_cell(cell.source, outputs=outputs)
    typeset(document_from_notebook(new_notebook(cells=cells)), edition_date=DAY)


def whole_build(root: Path, jobs: int) -> None:
    """Build everything by the command, with so many workers; the start of Python is counted."""
    (root / ".childstats" / "state.json").unlink(missing_ok=True)
    words = ["build", "--jobs", str(jobs), "--workspace", str(root)]
    subprocess.run([sys.executable, "-m", "childstats", *words], check=True, capture_output=True)


def startup(*words: str) -> tuple[float, float]:
    """Return the median seconds of processor and of wall time of a command."""
    runs = [cost(lambda: subprocess.run(words, check=True, capture_output=True)) for _ in range(9)]
    wall, used = (statistics.median(column) for column in zip(*runs, strict=True))
    return used, wall


def peak_memory(root: Path, job: Job) -> float:
    """Return a worker's peak of resident memory against that of the process it is forked from."""

    def peak(task: str, *arguments: object) -> int:
        with Child(task, *arguments, limits=Limits(), workspace=root) as child:
            found = child.receive()[1]
        return int(found)

    return peak("childstats.reports.worker:peak_of_report", job, DAY) / peak(
        "childstats.reports.worker:peak_of_nothing"
    )


def profile(job: Job) -> None:
    """Print where the time of a warm report goes, by function."""
    sys.stdout.flush()
    host.in_child = True  # this process is at its end, so a notebook may take it over
    profiler = cProfile.Profile()
    shown = os.fdopen(os.dup(1), "w")  # a notebook takes the descriptor over, too
    profiler.enable()
    build_report(job, DAY, Limits())
    profiler.disable()
    stats = pstats.Stats(profiler, stream=shown)
    total = stats.total_tt
    for name in (
        "shell.py:*execute",
        "charts.py:*_svg",
        "typeset.py:*typeset",
        "execute.py:*execute_notebook",
        "document.py:*document_from_notebook",
    ):
        module, function = name.split(":*")
        found = sum(
            cumulative
            for (file, _, n), (_, _, _, cumulative, _) in stats.stats.items()
            if file.endswith(module) and n == function
        )
        print(f"    {module} {function}: {found / total:.0%}", file=shown)  # fmt: skip
    stats.sort_stats("tottime").print_stats(12)


def main(areas: int, sample: int) -> None:
    """Run every route and print the table."""
    with TemporaryDirectory() as scratch:
        root = Path(scratch) / "workspace"
        make_workspace(root, areas)
        jobs = list(read_edition(open_workspace(root)).jobs)
        chosen = jobs[:: max(1, len(jobs) // (2 * sample))][: 2 * sample]
        warm()
        hold(root)
        floor(chosen[0])
        whole_build(root, 2)
        exporter = "webpdf" if WEBPDF else "childstats-pdf"

        def naive() -> None:
            with ThreadPoolExecutor(2) as two:
                list(two.map(lambda job: commands(job, Path(scratch), exporter), chosen))

        routes: dict[str, tuple[Callable[[], object], int]] = {
            "naive": (naive, len(chosen)),
            "papermill": (lambda: [warm_papermill(job) for job in chosen[:sample]], sample),
            "floor": (lambda: [floor(job) for job in chosen], len(chosen)),
            "one": (lambda: whole_build(root, 1), len(jobs)),
            "two": (lambda: whole_build(root, 2), len(jobs)),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in routes}
        for _ in range(ROUNDS):
            for name, (work, reports) in routes.items():
                took[name].append(cost(work, reports))
        s = {n: statistics.median(wall for wall, _ in runs) for n, runs in took.items()}
        p = {n: statistics.median(used for _, used in runs) for n, runs in took.items()}
        print(f"{len(jobs)} reports of {areas} areas, medians of {ROUNDS} interleaved rounds")
        print(f"naive route: papermill, then nbconvert --to {exporter}, as commands, two at a time")
        if not WEBPDF:
            print("  (webpdf needs playwright and a browser, which are not here)")
        for name in routes:
            print(f"  {name:10} {s[name]:7.3f} s, {p[name]:7.3f} s of processor, a report")
        for label, above, below in (
            ("naive / ours, two workers each", "naive", "two"),
            ("warm papermill / ours, one worker", "papermill", "one"),
            ("ours, one worker / bare floor", "one", "floor"),
            ("one worker / two workers", "one", "two"),
        ):
            ratio, used = s[above] / s[below], p[above] / p[below]
            print(f"{label:36}{ratio:6.2f}   of processor {used:6.2f}")
        print(f"reports a minute, two workers      {60 / s['two']:5.0f}")
        print(f"a worker's peak memory / the host's {peak_memory(root, jobs[0]):4.2f}")
        python = sys.executable
        nothing = startup(python, "-m", "childstats", "build", "--workspace", str(root))
        imports = startup(python, "-c", "import childstats")
        click = startup(python, "-c", "import click")
        pandas = startup(python, "-c", "import pandas")
        print("nothing to do, processor time (wall time):")
        for label, other in (
            ("import childstats", imports),
            ("import click", click),
            ("import pandas", pandas),
        ):
            ratios = [a / b for a, b in zip(nothing, other, strict=True)]
            print(f"  / {label:18} {ratios[0]:5.2f} ({ratios[1]:.2f})")  # fmt: skip
        print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
              f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")  # fmt: skip
        print("where the time of one report goes:")
        profile(chosen[0])


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + [AREAS, SAMPLE][len(sys.argv) - 1 :])[:2]))
