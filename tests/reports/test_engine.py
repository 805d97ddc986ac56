"""The engine: nothing passes from notebook to notebook, and every limit ends in one clear line."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillExecutionError

from childstats.reports import engine, runner
from childstats.reports.children import Child, ChildDiedError, OutOfTimeError, the_host
from childstats.reports.edition import Job
from childstats.reports.engine import ChildstatsEngine, OutputTooLargeError
from childstats.reports.limits import Limits
from childstats.reports.supervisor import Output

assert runner  # registers the engine


@pytest.fixture
def execute(tmp_path: Path):
    """Return a function that runs cells under the engine and returns what each printed."""

    def run(*cells: str, metadata: dict | None = None, kernel: str = "python3", **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata.update(metadata or {})
        nbformat.write(notebook, tmp_path / "in.ipynb")
        executed = papermill.execute_notebook(
            tmp_path / "in.ipynb", tmp_path / "out.ipynb", engine_name="childstats",
            kernel_name=kernel, language="python", cwd=tmp_path, progress_bar=False, **options,
        )  # fmt: skip
        return ["".join(o.get("text", "") for o in c.outputs).strip() for c in executed.cells]

    return run


LEAKS = {
    "globals": ("leaked = 1", "print('leaked' in globals())"),
    "working directory": ("import os; os.chdir('/')", "import os; print(os.getcwd())"),
    "environment": (
        "import os; os.environ['LEAKED'] = '1'; del os.environ['PATH']",
        "import os; print('LEAKED' in os.environ, 'PATH' in os.environ)",
    ),
    "matplotlib's settings": (
        "import matplotlib as m; m.rcParams['lines.linewidth'] = 9; m.use('svg')",
        "import matplotlib as m; print(m.rcParams['lines.linewidth'], m.get_backend())",
    ),
    "pandas' settings": (
        "import pandas; pandas.set_option('display.max_rows', 3)",
        "import pandas; print(pandas.get_option('display.max_rows'))",
    ),
    "the random state": (
        "import random, numpy; random.seed(1); numpy.random.seed(1)",
        (
            "import random, numpy; a = random.random(), numpy.random.random()\n"
            "random.seed(1); numpy.random.seed(1)\n"
            "print(a[0] == random.random(), a[1] == numpy.random.random())"
        ),
    ),
    "open files": (
        "kept = open('held', 'w')",
        (
            "import os; links = ['/proc/self/fd/' + name for name in os.listdir('/proc/self/fd')]\n"
            "print([a for a in map(os.path.realpath, links) if a.endswith('held')])"
        ),
    ),
    "the search path": ("import sys; sys.path.append('/x')", "import sys; print('/x' in sys.path)"),
    "modules": (
        "import pandas; pandas.leaked = 1; import wave",
        "import pandas, sys; print(hasattr(pandas, 'leaked'), 'wave' in sys.modules)",
    ),
    "warnings": (
        "import warnings; warnings.simplefilter('ignore')",
        "import warnings; print(warnings.filters[0])",
    ),
    "the numbering of cells": ("1", "print(get_ipython().execution_count, len(In))"),
    "signals": (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "import signal; print(signal.getsignal(signal.SIGTERM))",
    ),
    "the locale": (
        "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "import locale; print(locale.setlocale(locale.LC_NUMERIC))",
    ),
    "the workspace's tables": (
        "import childstats as cs; w = cs.open_workspace(WORKSPACE); w.figures['x'] = 1",
        "import childstats as cs; print('x' in cs.open_workspace(WORKSPACE).figures)",
    ),
}


@pytest.mark.parametrize("what", LEAKS)
def test_nothing_passes_from_one_notebook_to_the_next(what: str, execute, copied: Path) -> None:
    spoil, look = (cell.replace("WORKSPACE", repr(str(copied))) for cell in LEAKS[what])
    clean = execute(look)
    assert clean != execute(spoil, look)[1:]
    assert execute(look) == clean


def test_two_notebooks_draw_different_chances(execute) -> None:
    draw = "import random, numpy; print(random.random(), numpy.random.random())"
    first, second = execute(draw)[0].split(), execute(draw)[0].split()
    assert not set(first) & set(second)


def test_each_notebook_is_a_process_of_its_own_beside_the_callers(execute) -> None:
    pids = {execute("import os; print(os.getpid())")[0] for _ in range(2)}
    assert len(pids | {str(os.getpid())}) == 3


def test_a_cell_that_never_ends_is_ended(execute, tmp_path: Path) -> None:
    with pytest.raises(CellTimeoutError, match=r"cell 2 ran longer than 1 s"):
        execute("1", "while True:\n    try:\n        import time; time.sleep(9)\n"
                "    except BaseException: pass", execution_timeout=1)  # fmt: skip
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0].execution_count == 1


def test_many_short_cells_are_ended_together(execute) -> None:
    limits = Limits(notebook_seconds=1)
    with pytest.raises(CellTimeoutError, match="the notebook ran longer than 1 s"):
        execute(*["import time; time.sleep(0.3)"] * 9, limits=limits)


def test_claiming_more_memory_than_allowed_is_an_error_of_the_cell(execute) -> None:
    limits = Limits(memory=200 << 20)
    assert execute("x = bytearray(50 << 20); print('fits')", limits=limits) == ["fits"]
    with pytest.raises(PapermillExecutionError, match="MemoryError"):
        execute("x = bytearray(400 << 20)", limits=limits)


WAIT = "import time; time.sleep(60)"


@pytest.mark.parametrize(
    "cells",
    [
        ["while True: print('x' * 1000)"],
        ["!yes"],
        ["!yes > /dev/stderr"],
        ["%%bash\nyes"],
        ["import os\nwhile True: os.write(1, bytes(9999))"],
        ["import os\nwhile True: os.writev(2, [bytes(9999)] * 9)"],
        ["import os; os.system('yes')"],
        ["import subprocess; subprocess.Popen(['yes']); " + WAIT],
        ["import subprocess; subprocess.Popen(['yes'], start_new_session=True)", WAIT],
        ["import ctypes; c = ctypes.CDLL(None)\nwhile True: c.puts(b'x' * 9999)"],
        ["import os, threading\ndef write():\n    while True: os.write(1, bytes(9999))\n"
         "threading.Thread(target=write, daemon=True).start(); " + WAIT],
    ],
    ids=lambda cells: cells[0][:40],
)  # fmt: skip
def test_endless_output_is_ended_while_the_cell_runs(execute, cells: list[str]) -> None:
    with pytest.raises(OutputTooLargeError, match="larger than 1,000,000 bytes; print less"):
        execute(*cells, limits=Limits(output=1_000_000))


def test_no_more_is_kept_than_the_limit() -> None:
    output = Output(100_000)
    child = os.fork()
    if not child:
        try:
            output.take_over()
            while True:
                os.write(1, bytes(10_000))
        finally:
            os._exit(0)
    reading, _ = output.watch()
    os.set_blocking(reading, True)
    with pytest.raises(BufferError):
        output.went_on(reading)
    assert sum(os.fstat(file).st_size for file in output._files) <= 100_000
    os.kill(child, 9)
    os.waitpid(child, 0)
    output.asked.close()


@pytest.mark.parametrize("cell", ["import os; os.kill(os.getpid(), 9)", "import os; os._exit(0)"])
def test_a_killed_notebook_is_a_dead_kernel(execute, cell: str) -> None:
    with pytest.raises(DeadKernelError):
        execute("1", cell, "2")


def test_exit_ends_the_notebook_for_good(execute) -> None:
    with pytest.raises(DeadKernelError):
        execute("exit", "2")


def test_writing_past_python_is_shown(execute) -> None:
    cell = "import os; os.write(1, b'down here'); os.system('echo a child')"
    assert execute(cell)[0].splitlines() == ["down herea child"]


def test_the_order_in_which_streams_were_written_is_kept(execute, tmp_path: Path) -> None:
    execute("import sys; print(1); print(2, file=sys.stderr); print(3); print(4)")
    (cell,) = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    shown = [(output.name, output.text) for output in cell.outputs]
    assert shown == [("stdout", "1\n"), ("stderr", "2\n"), ("stdout", "3\n4\n")]


LEFT = {
    "a child": "print(subprocess.Popen(['sleep', '60']).pid)",
    "a session": "print(subprocess.Popen(['sleep', '60'], start_new_session=True).pid)",
    "setsid": "print(subprocess.Popen(['setsid', 'sleep', '60']).pid)",
    "deaf": "print(subprocess.Popen(['nohup', 'setsid', 'sleep', '60']).pid)",
    "a daemon": """\
reading, writing = os.pipe()
if not os.fork():
    os.setsid()
    child = os.fork()
    if child:
        os.write(writing, str(child).encode())
        os._exit(0)
    os.closerange(0, 99)
    os.execvp('sleep', ['sleep', '60'])
print(os.read(reading, 99).decode())""",
}


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
@pytest.mark.parametrize("what", LEFT)
def test_what_a_notebook_leaves_running_ends_with_it(execute, what: str) -> None:
    (pid,) = execute(f"import os, subprocess\n{LEFT[what]}")
    for _ in range(100):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text(encoding="ascii").split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("it still runs")


def test_a_fork_that_runs_on_says_nothing_in_the_notebooks_name(execute) -> None:
    own, *later = execute(
        "import os; own = os.getpid(); child = os.fork(); print(own)",
        *["print(os.getpid())"] * 3,
    )
    assert later == [own] * 3


def test_a_command_ends_as_ipython_says_it(execute) -> None:
    shown = execute(
        "!exit 3\nprint(_exit_code)", "!kill -9 $$\nprint(_exit_code)", "!tty -s && echo é"
    )
    assert shown == ["3", "-9", "é"]


def test_widgets_say_what_they_need(execute) -> None:
    with pytest.raises(PapermillExecutionError, match=r'"childstats": {"real_kernel": true}'):
        execute("import comm; comm.create_comm(target_name='x')")


class AskedError(Exception):
    """papermill's own engine was asked."""


@pytest.mark.parametrize("reason", ["metadata", "kernel", "no fork"])
def test_where_it_cannot_serve_papermills_own_engine_does(
    execute, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AskedError

    monkeypatch.setattr(NBClientEngine, "execute_managed_notebook", refuse)
    execute("1")
    metadata = {"childstats": {"real_kernel": True}} if reason == "metadata" else {}
    if reason == "no fork":
        monkeypatch.setattr(engine, "can_fork", lambda: False)
    with pytest.raises(AskedError):
        execute("1", metadata=metadata, kernel="julia" if reason == "kernel" else "python3")


def test_the_entry_point_is_the_engine() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert (
        '[project.entry-points."papermill.engine"]\n'
        f'childstats = "{ChildstatsEngine.__module__}:{ChildstatsEngine.__name__}"\n'
    ) in text


def test_a_dead_host_is_replaced(execute) -> None:
    before = the_host()
    before.stop()
    assert execute("print(1)") == ["1"]
    assert the_host() is not before


def test_a_child_says_which_limit_passed() -> None:
    def says(*task: object, limits: Limits) -> object:
        with Child(*task, limits=limits) as child:
            return child.receive()

    with pytest.raises(OutOfTimeError, match=r"the notebook ran longer than 0.2 s"):
        says("time:sleep", 60, limits=Limits(notebook_seconds=0.2))
    with pytest.raises(ChildDiedError):
        says("os:_exit", 1, limits=Limits())
    with pytest.raises(ZeroDivisionError):
        says("operator:truediv", 1, 0, limits=Limits())
    assert says("operator:add", 1, 2, limits=Limits()) == ("result", 3)


def test_a_job_that_is_too_slow_or_too_loud_is_refused_in_one_line(copied: Path) -> None:
    path = copied / "notebooks" / "tried.ipynb"
    setting = nbformat.v4.new_code_cell('ref_area = ""\ntime_period = 0\nlanguage = ""')
    setting.metadata["tags"] = ["parameters"]
    loud = nbformat.v4.new_code_cell("print('x' * 2000)\nimport time; time.sleep(2)")
    nbformat.write(nbformat.v4.new_notebook(cells=[setting, loud]), path)
    job = Job(path, {"ref_area": "VN-71", "time_period": 2025, "language": "vi"})
    with pytest.raises(runner.BuildError, match=r"cell 2 of tried\.ipynb ran longer than 0.5 s"):
        runner.run(job, limits=Limits(cell_seconds=0.5))
    with pytest.raises(runner.BuildError, match="the outputs are larger than 1,000 bytes"):
        runner.run(job, limits=replace(Limits(), output=1000))


def test_the_users_own_settings_of_matplotlib_hold_where_no_report_is_built(
    execute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "elsewhere" / "matplotlibrc"  # in the folder itself it would be found
    settings.parent.mkdir()
    settings.write_text("lines.linewidth: 7\n", encoding="utf-8")
    width = "import matplotlib as m; print(m.rcParams['lines.linewidth'])"
    assert execute(width) == ["1.5"]
    monkeypatch.setenv("MATPLOTLIBRC", str(settings))
    assert execute(width) == ["7.0"]
