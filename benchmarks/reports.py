"""Time reports by several routes in one run, and print what each costs against the others.

Run: make bench WHAT=reports, or with another size: python benchmarks/reports.py [AREAS [SAMPLE]]

Makes a synthetic workspace (`benchmarks/synthetic.py`) of AREAS areas in two languages and builds
it: with one worker and with two, by the two commands that users have without this project
(`benchmarks/naive.py`), and with papermill's own engine where all is imported. The bare floor is
the notebook's code as one script in a process forked where all is imported, and the PDF compiled,
or all ten files made; against the former stands the engine that makes the PDF alone. Slow routes
are timed on SAMPLE reports, the rounds of all routes interleaved. What a build costs before its
first report (starting Python, importing, reading the workspace) is timed by itself, as a build of
one report less that report's share, and both are printed: with it, and for each further report.
Only ratios travel; the last line names the machine.
"""

import ast
import cProfile
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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import papermill  # noqa: F401  # before the engine, which it loads
from naive import NaiveRoute
from nbformat.v4 import new_code_cell, new_notebook, new_output
from synthetic import make_workspace

from childstats.observations.workspace import open_workspace
from childstats.reports import host
from childstats.reports.children import Child
from childstats.reports.document import document_from_notebook
from childstats.reports.edition import Job, read_edition
from childstats.reports.limits import Limits
from childstats.reports.renderings import renderings
from childstats.reports.runner import run
from childstats.reports.typeset import typeset
from childstats.reports.worker import build_report

AREAS, SAMPLE, ROUNDS = 46, 2, 3
LOOKED_AT = 2  # reports of one area and notebook: one a language
ONE = ("one worker", "one worker, each further")
TWO = ("two workers", "two workers, each further")
DAY = date(2026, 11, 24)


def cost(work: Callable[[], object], reports: int = 1) -> tuple[float, float]:
    """Return the seconds of wall time and of processor time of something, a report."""
    began, spent = time.perf_counter(), processor()
    work()
    return (time.perf_counter() - began) / reports, (processor() - spent) / reports


def processor() -> float:
    """Return the processor time of this process and of all that it started and saw end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def forked(work: Callable[[], object]) -> None:
    """Do something in a process of its own, in which everything is imported and read."""
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit("a report failed; see above")


def warm_papermill(job: Job) -> None:
    """Build a report with papermill's own engine where all is imported."""
    build_report(job, DAY, Limits(), fork=False)


def engine_alone(job: Job) -> None:
    """Run a notebook by this project's engine, as a build does, and compile the PDF alone."""
    host.in_child = True
    typeset(run(job), edition_date=DAY)


def script(job: Job, *, all_files: bool = False) -> None:
    """Run the code of a notebook as one script, keep what it shows, and compile the PDF.

    With `all_files`, make a report's other nine files from it as well.
    """
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
    document = document_from_notebook(new_notebook(cells=cells))
    if all_files:
        renderings(job, document, open_workspace(), DAY)
    else:
        typeset(document, edition_date=DAY)


def whole_build(root: Path, jobs: int) -> None:
    """Build everything by the command, with so many workers; the start of Python is counted."""
    (root / ".childstats" / "built.json").unlink(missing_ok=True)
    _build(root, jobs)


def a_look(root: Path, job: Job) -> None:
    """Build one area's report in its languages by the command, into a folder of their own."""
    area = ["--area", str(job.parameters["ref_area"]), "--only", job.notebook.stem]
    _build(root, 1, *area, "--into", str(root / "look"))


def _build(root: Path, jobs: int, *more: str) -> None:
    words = ["build", "--jobs", str(jobs), "--workspace", str(root), *more]
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
        "spine.py:*plot",
        "style.py:*svg_of",
        "typeset.py:*typeset",
        "spreadsheet.py:*workbook",
        "twin.py:*twin",
        "opening.py:*page_count_and_thumbnail",
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
        host._preload()
        host._hold(str(root))
        whole_build(root, 2)
        naive = NaiveRoute(Path(scratch))

        def by_hand(environment: str) -> None:
            with ThreadPoolExecutor(2) as two:
                list(two.map(lambda job: naive.build(job, environment), chosen))

        def each(work: Callable[[Job], object], of: list[Job]) -> None:
            for job in of:
                forked(partial(work, job))

        all_of_it = partial(script, all_files=True)
        routes: dict[str, tuple[Callable[[], object], int]] = {
            **{
                f"naive, {name}": (partial(by_hand, name), len(chosen))
                for name in naive.environments()
            },
            "papermill": (partial(each, warm_papermill, chosen[:sample]), sample),
            "floor": (partial(each, script, chosen), len(chosen)),
            "floor, all files": (partial(each, all_of_it, chosen), len(chosen)),
            "engine, PDF alone": (partial(each, engine_alone, chosen), len(chosen)),
            "a look": (lambda: a_look(root, jobs[0]), LOOKED_AT),
            "one worker": (lambda: whole_build(root, 1), len(jobs)),
            "two workers": (lambda: whole_build(root, 2), len(jobs)),
        }
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in routes}
        for _ in range(ROUNDS):
            for name, (work, reports) in routes.items():
                took[name].append(cost(work, reports))
        both = {
            name: tuple(statistics.median(column) for column in zip(*runs, strict=True))
            for name, runs in took.items()
        }
        for name in ("one worker", "two workers"):
            each = zip(both[name], both["a look"], strict=True)
            further = len(jobs) - LOOKED_AT
            both[f"{name}, each further"] = tuple(
                (a * len(jobs) - b * LOOKED_AT) / further for a, b in each
            )
        print(f"{len(jobs)} reports of {areas} areas, medians of {ROUNDS} interleaved rounds")
        print(f"naive: papermill, then nbconvert --to {naive.exporter}, as commands, two at a time")
        for name, (wall, used) in both.items():
            print(f"  {name:26} {wall:7.3f} s, {used:7.3f} s of processor, a report")
        pairs = [
            *((f"naive, {e}", two) for e in naive.environments() for two in TWO),
            ("papermill", "one worker"),
            ("engine, PDF alone", "floor"),
            *((one, floor) for floor in ("floor", "floor, all files") for one in ONE),
            ("one worker", "two workers"),
            ("one worker, each further", "two workers, each further"),
        ]
        for above, below in pairs:
            ratio, used = (a / b for a, b in zip(both[above], both[below], strict=True))
            print(f"{above} / {below}: {ratio:.2f}, of processor {used:.2f}")
        print(f"reports a minute, two workers: {60 / both['two workers'][0]:.0f}")
        print(f"a worker's peak memory / the host's: {peak_memory(root, jobs[0]):.2f}")
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
