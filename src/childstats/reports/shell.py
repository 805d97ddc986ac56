"""One notebook's shell inside this process: ipykernel's own shell without its sockets."""

import asyncio
import builtins
import codecs
import ctypes
import getpass
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, Final, NoReturn

import comm
from ipykernel import zmqshell
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from jupyter_client.session import Session
from ptyprocess import PtyProcess  # type: ignore[import-untyped]
from traitlets import observe
from traitlets.config import Config

from childstats.reports import host

Publish = Callable[[str, dict[str, Any]], None]
"""Takes the type and the content of a Jupyter message that a kernel would send."""

LANGUAGE_INFO: Final = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": f"ipython{sys.version_info[0]}",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}
"""What ipykernel tells about itself; papermill writes it into the notebook."""
INLINE: Final = "module://matplotlib_inline.backend_inline"
BUFFERED: Final = 65_536
"""Characters of printed text after which a cell's stream is handed over before the cell ends."""


class _Session(Session):
    """A session that hands its messages over instead of writing them to a socket."""

    publish: Publish

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
        """Hand one message over, its content as it would arrive after the wire."""
        kind = msg_or_type
        if isinstance(msg_or_type, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        self.publish(kind, self.unpack(self.pack(content or {})))


class _Stream(io.TextIOBase):
    """Standard output or error of a cell; text is handed over in the order it was printed.

    To flush it does nothing: nobody reads along, and some commands flush after every line.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, descriptor: int, publish: Publish) -> None:
        self.name = name
        self.other: _Stream | None = None
        self._descriptor = descriptor
        self._publish = publish
        self._written: list[str] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.other is not None and self.other._written:
            self.other.hand_over()
        self._written.append(text)
        self._length += len(text)
        if self._length >= BUFFERED:
            self.hand_over()
        return len(text)

    def hand_over(self) -> None:
        text, self._written, self._length = "".join(self._written), [], 0
        if text:
            self._publish("stream", {"name": self.name, "text": text})


class _Shell(ZMQInteractiveShell):
    """ipykernel's shell where no kernel stands behind it."""

    @observe("exit_now")
    def _update_exit_now(self, change: Any) -> None:
        """Leave the end to whoever runs the cells; there is no event loop to stop."""

    def enable_gui(self, gui: Any = None) -> None:
        if gui is not None:
            raise UsageError(f"no event loop for {gui!r} here; set the notebook's kernel aside: "
                             'metadata "childstats": {"real_kernel": true}')  # fmt: skip


_Shell.__name__ = "ZMQInteractiveShell"  # libraries recognise a notebook by this name


class Shell:
    """Runs the cells of one notebook and publishes what a kernel would send.

    Made in a process of its own: it takes over standard output, ``input``, ``__main__`` and
    file descriptors, and gives none of them back.

    Parameters
    ----------
    publish
        Called for every message, in order.
    """

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        os.environ.setdefault("MPLBACKEND", INLINE)
        _reset_matplotlib()
        settings = Config()
        settings.HistoryManager.enabled = False
        settings.IPKernelApp.log_level = 50
        session = _Session()
        session.publish = self._publish_in_order
        main = ModuleType("__main__")
        shell: Any = _Shell.instance(
            config=settings, user_module=main, compiler_class=XCachingCompiler
        )
        for publisher in (shell.displayhook, shell.display_pub):
            publisher.session, publisher.pub_socket = session, None
        shell.displayhook.topic = b"execute_result"
        shell.extension_manager.load_extension("storemagic")
        self.shell = shell
        self._streams: tuple[_Stream, ...] = ()
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._take_over()

    def _take_over(self) -> None:
        out = _Stream("stdout", 1, self._publish)
        err = _Stream("stderr", 2, self._publish)
        out.other, err.other = err, out
        self._streams = out, err
        for place, name, ours in (
            (sys, "stdout", out),
            (sys, "stderr", err),
            (builtins, "input", _refuse_input),
            (getpass, "getpass", _refuse_input),
            (comm, "create_comm", _refuse_comm),
            (zmqshell, "system", _run_command),
        ):
            setattr(place, name, ours)
        if host.output is not None:
            host.output.take_over()

    def execute(self, source: str) -> dict[str, Any]:
        """Run one cell.

        Parameters
        ----------
        source
            The cell's source, magics included.

        Returns
        -------
        dict
            ``status`` (``"ok"`` or ``"error"``), ``execution_count`` and, of an error,
            ``ename``, ``evalue`` and ``traceback``: content of Jupyter's ``execute_reply``.
        """
        count = self.shell.execution_count
        self._publish("execute_input", {"code": source, "execution_count": count})
        result = self._loop.run_until_complete(self._run(source))
        self._hand_over_printed()
        self._hand_over_written()
        self.shell.payload_manager.clear_payload()
        if result.success and not getattr(self.shell, "_last_traceback_during_displayhook", False):
            return {"status": "ok", "execution_count": count}
        error = result.error_before_exec or result.error_in_exec
        return {
            "status": "error",
            "execution_count": count,
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": self.shell._last_traceback or [],
        }

    def _publish_in_order(self, kind: str, content: dict[str, Any]) -> None:
        self._hand_over_printed()
        self._publish(kind, content)

    def _hand_over_printed(self) -> None:
        for stream in self._streams:
            stream.hand_over()

    def _hand_over_written(self) -> None:
        """Publish what came to file descriptors 1 and 2, past Python: from C and from children."""
        ctypes.CDLL(None).fflush(None)
        for name, text in host.output.new() if host.output is not None else ():
            self._publish("stream", {"name": name, "text": text.decode("utf-8", "replace")})

    async def _run(self, source: str) -> Any:
        """Run a cell as ipykernel does: inside a running loop, awaited where it awaits."""
        failed = None
        try:
            transformed = self.shell.transform_cell(source)
        except Exception:  # the cell itself reports it
            transformed, failed = source, sys.exc_info()
        prepared = {"transformed_cell": transformed, "preprocessing_exc_tuple": failed}
        if not self.shell.should_run_async(source, **prepared):
            return self.shell.run_cell(source, store_history=True)
        result = None
        try:
            result = await self.shell.run_cell_async(source, store_history=True, **prepared)
        finally:
            self.shell.events.trigger("post_execute")
            self.shell.events.trigger("post_run_cell", result)
        return result


def _reset_matplotlib() -> None:
    """Take the backend and the settings file from the environment, as a new process would."""
    import matplotlib as mpl  # noqa: PLC0415  # a shell without charts must not load it

    settings = mpl.rcParamsDefault
    if os.environ.get("MATPLOTLIBRC") != os.devnull:
        settings = mpl.rc_params_from_file(mpl.matplotlib_fname(), use_default_template=True)
    dict.update(mpl.rcParams, settings)  # valid already: to say so again takes longer than to draw
    mpl.rcParams["backend"] = os.environ["MPLBACKEND"]


def _run_command(command: str) -> int:
    """Run ``!command`` as IPython does, on a terminal, and print what it writes as it comes.

    IPython keeps all of it and searches it again after each piece, for ever if there is no end.
    """
    process = PtyProcess.spawn(["/bin/sh", "-c", command])
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        with suppress(EOFError):
            while True:
                sys.stdout.write(decoder.decode(process.read(BUFFERED)))
    finally:
        process.close(force=True)
    if process.signalstatus is not None:
        return -int(process.signalstatus)
    status = int(process.exitstatus or 0)
    return 128 - status if status > 128 else status  # as shells say a signal


def _refuse_input(prompt: str = "", *_: object) -> NoReturn:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )


def _refuse_comm(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(
        "widgets need a real kernel; set the notebook's metadata "
        '"childstats": {"real_kernel": true}'
    )
