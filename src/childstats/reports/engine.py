"""The papermill engine: ``papermill --engine childstats in.ipynb out.ipynb -p name value``."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol

from nbclient.exceptions import (
    CellExecutionComplete,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import remove_args

from childstats.errors import EditionError
from childstats.observations.workspace import open_workspace
from childstats.reports import host
from childstats.reports.channel import Channel, ClosedError
from childstats.reports.children import (
    Child,
    ChildDiedError,
    OutOfTimeError,
    OutputTooLargeError,
    can_fork,
)
from childstats.reports.limits import Limits

OWN_KERNELS: Final = {"", "python", "python3"}
"""Kernel names that mean this interpreter; any other is papermill's affair."""
Message = tuple[str, dict[str, Any]]


class Kernel(Protocol):
    """Runs cells: in this process or in a child."""

    def execute(
        self, source: str, number: int, publish: Callable[[str, dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Run one cell, publish its messages, return its reply."""


class ForkedKernel:
    """A kernel in a child of the host.

    Parameters
    ----------
    limits
        What the notebook may use.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def __enter__(self) -> "ForkedKernel":
        """Fork the child."""
        self._child = Child(
            "childstats.reports.engine:serve_cells",
            converse=True,
            limits=self._limits,
            workspace=_workspace_here(),
        )
        try:
            self._child.receive()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self._child.end()

    def execute(
        self, source: str, number: int, publish: Callable[[str, dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Run one cell.

        Parameters
        ----------
        source
            Of the cell.
        number
            Of the cell in the notebook, counted from 1.
        publish
            Takes each message's type and content.

        Returns
        -------
        dict
            Content of the ``execute_reply``.

        Raises
        ------
        ChildDiedError, OutOfTimeError
            As `Child.receive`.
        """
        self._child.begin_cell(number)
        self._child.send(source)
        while True:
            kind, *rest = self._child.receive()
            if kind == "reply":
                return dict(rest[0])
            publish(*rest)


class OwnKernel:
    """A kernel in this process, which was forked for this notebook."""

    def __init__(self) -> None:
        from childstats.reports.shell import Shell  # noqa: PLC0415  # only where cells run

        self._publish: Callable[[str, dict[str, Any]], None] = lambda *_: None
        self._shell = Shell(self._hand_over)

    def _hand_over(self, kind: str, content: dict[str, Any]) -> None:
        self._publish(kind, content)

    def execute(
        self, source: str, number: int, publish: Callable[[str, dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Run one cell, as `ForkedKernel.execute`."""
        if self._shell.shell.exit_now:
            raise ChildDiedError("a cell ended it")
        host.announce("cell", number)
        self._publish = publish
        return self._shell.execute(source)


def serve_cells(channel: Channel) -> None:
    """Run every cell that comes over a channel; the task of a `ForkedKernel`'s child.

    Parameters
    ----------
    channel
        Sources come in, messages and replies go out.
    """
    from childstats.reports.shell import Shell  # noqa: PLC0415  # only where cells run

    shell = Shell(lambda kind, content: channel.send(("message", kind, content)))
    channel.send(("ready",))
    while not shell.shell.exit_now:
        try:
            source = channel.receive()
        except ClosedError:
            return
        channel.send(("reply", shell.execute(source)))


def _workspace_here() -> Path | None:
    """Return the workspace around the working directory, if there is one."""
    try:
        return open_workspace().root
    except EditionError:
        return None


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """papermill's client, its outputs assembled as always, with our kernel in place of a socket."""

    def run(self, kernel: Kernel, limits: Limits) -> None:
        """Run the notebook's cells."""
        from childstats.reports.shell import LANGUAGE_INFO  # noqa: PLC0415

        self._kernel, self._limit, self._left = kernel, limits.output, limits.output
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = LANGUAGE_INFO
        self.set_widgets_metadata()

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:
        """Run one cell and collect its outputs."""
        tags = cell.metadata.get("tags", ())
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        cell.outputs, self.clear_before_next_output = [], False
        self.code_cells_executed += 1
        if self.record_timing:
            cell.metadata["execution"] = {}

        def publish(kind: str, content: dict[str, Any]) -> None:
            self._left -= len(json.dumps(content, ensure_ascii=False))
            if self._left < 0:
                raise OutputTooLargeError(self._limit)
            header = {"msg_type": kind}
            message = {"header": header, "parent_header": {}, "content": content, **header}
            self.process_message(message, cell, cell_index)

        publish("status", {"execution_state": "busy"})
        reply = self._kernel.execute(cell.source, cell_index + 1, publish)
        with suppress(CellExecutionComplete):
            publish("status", {"execution_state": "idle"})
        if self._left < 0:
            raise OutputTooLargeError(self._limit)
        allowed = not self.force_raise_errors and (
            self.allow_errors
            or reply.get("ename") in self.allow_error_names
            or "raises-exception" in tags
        )
        if reply["status"] == "error" and not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell


class ChildstatsEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook in a fork of a process that has everything imported.

    A notebook of another kernel, one whose metadata say ``"childstats": {"real_kernel": true}``,
    and every notebook where processes cannot be forked, is run by papermill's own engine.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        limits: Limits | None = None,
        **options: Any,
    ) -> None:
        """Run the cells of a notebook.

        Parameters
        ----------
        nb_man
            papermill's record of the run.
        kernel_name
            Of the notebook.
        start_timeout, options
            As papermill's own engine takes them.
        execution_timeout
            Seconds that one cell may take.
        limits
            What the notebook may use; `Limits` unless given.

        Raises
        ------
        DeadKernelError
            If the process that ran the cells died.
        CellTimeoutError
            If a cell or the notebook ran too long.
        OutputTooLargeError
            If the outputs passed the ceiling.
        """
        if not runs_here(nb_man.nb, kernel_name):
            super().execute_managed_notebook(
                nb_man, kernel_name, start_timeout=start_timeout,
                execution_timeout=execution_timeout, **options,
            )  # fmt: skip
            return
        limits = limits or Limits()
        if execution_timeout:
            limits = Limits(
                execution_timeout, limits.notebook_seconds, limits.memory, limits.output
            )
        options = remove_args(["input_path", "timeout", "startup_timeout"], **options)
        client = _Client(nb_man, log=logger, **options)
        kernel: AbstractContextManager[Kernel] = (
            nullcontext(OwnKernel()) if host.in_child else ForkedKernel(limits)
        )
        try:
            with kernel as entered:
                client.run(entered, limits)
        except ChildDiedError as error:
            raise DeadKernelError(str(error)) from None
        except OutOfTimeError as error:
            raise CellTimeoutError(str(error)) from error


def runs_here(notebook: NotebookNode, kernel_name: str) -> bool:
    """Return whether a notebook can be run by this engine.

    Parameters
    ----------
    notebook
        Its metadata may ask for a real kernel.
    kernel_name
        The kernel that is asked for.
    """
    own = notebook.metadata.get("childstats", {})
    return can_fork() and kernel_name in OWN_KERNELS and not own.get("real_kernel", False)
