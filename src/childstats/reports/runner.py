"""Run one report's notebook, and believe nothing that it does not show."""

import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

from childstats.errors import BuildError
from childstats.folders import EDITION_FILE
from childstats.reports import reasons
from childstats.reports.children import OutOfTimeError, OutputTooLargeError
from childstats.reports.document import ANALYST, Document, document_from_notebook
from childstats.reports.edition import REQUIRED, Job
from childstats.reports.ended import died, own_number, too_loud, too_slow
from childstats.reports.engine import ChildstatsEngine
from childstats.reports.limits import Limits
from childstats.reports.temporary import temporary_folder

papermill_engines.register("childstats", ChildstatsEngine)


def _kernel_settings(scratch: Path) -> Config:
    """Return how to talk to the kernel: by Unix sockets, where nobody else can listen in."""
    settings = Config()
    if os.name != "nt":
        settings.KernelManager.transport = "ipc"
        settings.KernelManager.ip = str(scratch / "socket")
    settings.NotebookClient.extra_arguments = ["--IPKernelApp.log_level=CRITICAL"]
    return settings


def run(job: Job, *, limits: Limits | None = None, fork: bool = True) -> Document:
    """Execute the notebook of a job with its parameters.

    Parameters
    ----------
    job
        Notebook and parameters, validated by `childstats.reports.edition.read_edition`.
    limits
        What the notebook may use; `Limits` unless given.
    fork
        Whether the cells run in a fork of a warm process; else in a kernel that papermill starts.

    Returns
    -------
    Document
        What the notebook said and showed.

    Raises
    ------
    BuildError
        If a cell raised or ran too long, the kernel died, there was too much output, the notebook
        did not reach its last cell, or the parameters that it shows are not those asked for.
    """
    limits = limits or Limits()
    own: dict[str, Any] = {"engine_name": "childstats", "limits": limits}
    engine = own if fork else {
        "engine_name": None, "execution_timeout": max(1, int(limits.cell_seconds))
    }  # fmt: skip
    with TemporaryDirectory(dir=temporary_folder()) as scratch, _own_settings(Path(scratch)):
        try:
            executed = _executed(job, **engine, config=_kernel_settings(Path(scratch)))
        except PapermillExecutionError as error:
            raise BuildError(
                f"{job.file_name}: cell {own_number(job, error.cell_index)} of "
                f"{job.notebook.name} raised {error.ename}: {error.evalue}",
                reasons.RAISED,
            ) from None
        except DeadKernelError as error:
            raise died(job, str(error)) from None
        except NoSuchKernel:
            raise BuildError(
                f"{job.file_name}: there is no kernel 'python3' to run {job.notebook.name}; "
                f"make it: {sys.executable} -m ipykernel install --sys-prefix"
            ) from None
        except CellTimeoutError as error:
            cause = error.__cause__
            if not isinstance(cause, OutOfTimeError):  # papermill's own engine
                cause = OutOfTimeError(None, limits.cell_seconds)
            raise too_slow(job, cause) from None
        except OutputTooLargeError as error:
            raise too_loud(job, error) from None
    try:
        document = document_from_notebook(executed)
    except BuildError as error:
        raise BuildError(f"{job.file_name}: {job.notebook.name}: {error}", reasons.LOUD) from None
    if not document.ended:
        raise BuildError(
            f"{job.file_name}: {job.notebook.name} did not reach its last cell, report.end()",
            reasons.NO_END,
        )
    shown = {key: document.front_matter.get(key) for key in REQUIRED}
    asked = {key: job.parameters[key] for key in REQUIRED}
    if shown != asked:
        raise BuildError(
            f"{job.file_name}: {job.notebook.name} shows {shown}, asked was {asked}",
            reasons.NOT_ASKED,
        )
    if len(document.notices) < len(job.corrections):
        raise BuildError(
            f"{job.file_name}: {job.notebook.name} does not say what {EDITION_FILE} corrects in "
            f"it; begin the report with the notebook's name, {job.notebook.stem!r}",
            reasons.NOT_ASKED,
        )
    return document


def _executed(job: Job, **engine: Any) -> NotebookNode:
    """Run a notebook through papermill's own steps, but its last: nobody keeps the file."""
    loaded = load_notebook_node(str(job.notebook))
    for cell in loaded.cells:
        if ANALYST in cell.metadata.get("tags", ()):
            cell.source = ""  # the cells after it keep their numbers
    notebook = parameterize_notebook(
        loaded,
        dict(job.parameters),
        kernel_name="python3",
        language="python",
    )
    with chdir(job.notebook.parent):
        executed: NotebookNode = papermill_engines.execute_notebook_with_engine(
            nb=notebook, kernel_name="python3", progress_bar=False, log_output=False, **engine
        )
    raise_for_execution_errors(executed, None)
    return executed


@contextmanager
def _own_settings(scratch: Path) -> Iterator[None]:
    """Keep the user's Jupyter, IPython and matplotlib settings out of the reports."""
    ours = {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_DATA_DIR": str(scratch / "jupyter-data"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": os.devnull,
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
