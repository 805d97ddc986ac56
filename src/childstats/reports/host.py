"""The host: a process with everything imported that forks a child for each task.

The first task of a build reads the workspace. It is forked before anything is imported that only
notebooks need, and hands what it read back to the host, which imports the rest meanwhile.

It is started afresh, by `childstats.reports.children`, so that whatever the calling process
did before (threads, event loops, a PDF typeset) cannot hang a child. The host runs one thread,
opens no kernel socket and typesets nothing, which is what makes forking it safe.
"""

import contextlib
import gc
import os
import pickle
import pkgutil
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

from childstats.reports.channel import CLOSED, Channel, ClosedError
from childstats.reports.supervisor import (
    Output,
    adopt_orphans,
    end_all,
    memory_file,
    supervise,
    wait_for_children,
)

EARLY: Final = ("childstats.observations.workspace", "childstats.reports.survey")
"""What reads a workspace; imported first."""
PRELOADED: Final = (
    "nbformat.v4",
    "numpy.random",
    "papermill",
    "papermill.translators",
    "pypdfium2",
    "IPython.extensions.storemagic",
    "scipy.special",
    "scipy.stats",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "childstats.reports.shell",
    "childstats.reports.worker",
)
YOUNG_OBJECTS: Final = 50_000
"""New objects after which a child's collector looks for garbage."""

announce: Callable[..., None] = lambda *_: None  # noqa: E731  # replaced in a child
"""Tell the process that waits for this child what it is doing; nothing anywhere else."""
output: Output | None = None
"""Where descriptors 1 and 2 lead in a child; None anywhere else."""
in_child = False
"""Whether this process was forked for one task and may be taken over by a notebook."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a child is asked to do.

    Attributes
    ----------
    task
        ``module:function``, called with ``channel`` first if `converse`, then the arguments.
    arguments, keywords
        Its arguments.
    folder
        The working directory.
    environment
        All environment variables.
    converse
        Whether the function talks over the channel instead of returning a value.
    workspace
        Folder of a workspace to hold in memory before forking, if there is one.
    memory
        Bytes that the child may claim beyond what it starts with.
    output
        Bytes that it may write to file descriptors 1 and 2.
    reads_only
        Whether it runs no notebook.
    """

    task: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    folder: str
    environment: dict[str, str] = field(repr=False)
    converse: bool
    workspace: str | None
    memory: int
    output: int
    reads_only: bool


def serve(descriptor: int) -> NoReturn:
    """Fork a child for every connection that comes in, until the caller is gone.

    Parameters
    ----------
    descriptor
        File descriptor of a Unix socket through which connections are passed.
    """
    control = socket.socket(fileno=descriptor)
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides what an interrupt ends
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    supervisors: set[int] = set()
    fault = _fault_of(lambda: [import_module(module) for module in EARLY])
    is_loaded, read = False, None
    while True:
        sign, connections, _, _ = socket.recv_fds(control, 1, 2)
        if not sign or len(connections) < 2:  # no more descriptors are allowed
            break
        channel, fate = (Channel(socket.socket(fileno=end)) for end in connections)
        with contextlib.suppress(ClosedError):
            request: Request = channel.receive()
            if not is_loaded and not (request.reads_only and request.workspace):
                fault = fault or _fault_of(_preload)
                is_loaded = True
            if read is not None:
                read.take_over()
            read = None if is_loaded else _Read()
            if read is None and request.workspace is not None:
                _hold(request.workspace)
            if fault is not None:
                channel.send(("error", fault))
            else:
                supervisors.add(_begin(request, channel, fate, control, read))
        channel.close()
        fate.close()
        if not is_loaded:
            fault = fault or _fault_of(_preload)
            is_loaded = True
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for supervisor in supervisors:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(supervisor, os.WNOHANG) == (0, 0):  # it still runs, and is ours
                os.kill(supervisor, signal.SIGTERM)
    wait_for_children()
    end_all()
    os._exit(0)


def _begin(
    request: Request, channel: Channel, fate: Channel, control: socket.socket, read: "_Read | None"
) -> int:
    """Fork a supervisor with a child for one request, and return its number."""
    try:
        supervisor = os.fork()
    except OSError as error:  # a limit of the system
        channel.send(("error", error))
        raise ClosedError from None
    if not supervisor:
        control.close()
        supervise(
            lambda written: _run(request, channel, read, written),
            *(channel, fate),
            limit=request.output,
            close=() if read is None else read.ends,
        )
    return supervisor


def _fault_of(load: Callable[[], object]) -> BaseException | None:
    """Import, and return what came in the way, to be said to whoever asks for a child."""
    try:
        load()
    except Exception as error:  # most likely a limit of the system
        return _portable(error)
    return None


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _preload() -> None:
    """Import everything, draw once and run a cell once, so that no child pays for it."""
    analyses = import_module("childstats.analyses")
    rooms = [module.name for module in pkgutil.iter_modules(analyses.__path__)]
    for module in (*PRELOADED, *(f"{analyses.__name__}.{name}" for name in rooms)):
        import_module(module)
    import_module("childstats.reports.warming").warm()
    gc.collect()
    gc.freeze()  # a child's collector leaves the shared pages alone,
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])  # and looks seldom: it lives short


def _hold(folder: str) -> None:
    """Keep the workspace read; what is wrong with it, the child finds and says."""
    workspace = import_module("childstats.observations.workspace")
    errors = import_module("childstats.errors")
    with contextlib.suppress(errors.ChildstatsError, OSError):
        workspace.hold(Path(folder))
        gc.freeze()


class _Read:
    """A workspace on its way from the child that reads it to the host."""

    def __init__(self) -> None:
        self._file = os.fdopen(memory_file("workspace"), "w+b")
        self._done, self._said = self.ends = os.pipe()

    def hand_over(self, folder: str) -> None:
        """Read the workspace, in the child; what is wrong with it, the child's task says."""
        os.close(self._done)
        workspace = import_module("childstats.observations.workspace")
        errors = import_module("childstats.errors")
        with contextlib.suppress(errors.ChildstatsError, OSError):
            self._file.write(workspace.handed_over(Path(folder)))
            self._file.flush()
            os.write(self._said, b"+")
        os.close(self._said)

    def take_over(self) -> None:
        """Wait for the child and hold what it has read, in the host; nothing if it could not."""
        os.close(self._said)
        with self._file as file:
            if os.read(self._done, 1):
                file.seek(0)
                import_module("childstats.observations.workspace").take_over(file.read())
        os.close(self._done)


def _run(request: Request, channel: Channel, read: _Read | None, written: Output) -> NoReturn:
    """Do a child's one task, and end without running what the host would run at its end.

    Its supervisor sees the end, and kills all that a notebook left running.
    """
    global announce, in_child, output  # noqa: PLW0603  # one child, one task
    channel.own()
    try:
        if read is not None and request.workspace is not None:
            read.hand_over(request.workspace)
        channel.send(("begin",))
        _be_alone(request)
        output = written
        announce, in_child = lambda *frame: channel.send(frame), True
        module, _, function = request.task.partition(":")
        task = getattr(import_module(module), function)
        if request.converse:
            task(channel, *request.arguments, **request.keywords)
        else:
            channel.send(("result", task(*request.arguments, **request.keywords)))
    except ClosedError:
        os._exit(CLOSED)
    except BaseException as error:  # whatever it is, the caller has to know
        try:
            channel.send(("error", _portable(error)))
        except ClosedError:
            os._exit(CLOSED)
    finally:
        os._exit(0)


def _portable(error: BaseException) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # an exception class with arguments of its own
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _be_alone(request: Request) -> None:
    """Become as a new process would be: its own signals, folder, variables and chance."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    os.environ["IPYTHONDIR"] = tempfile.gettempdir()
    if request.converse:
        tempfile.tempdir = None  # whoever runs a notebook by itself has a folder in mind
    else:
        os.environ["TMPDIR"] = tempfile.gettempdir()
    if hasattr(os, "sched_getaffinity"):
        import time  # noqa: PLC0415

        time.tzset()
    random.seed()
    import_module("numpy").random.seed()
    if "" not in sys.path:
        # a kernel looks in the notebook's folder after the standard library
        installed = (i for i, path in enumerate(sys.path) if path.endswith("-packages"))
        sys.path.insert(next(installed, 0), "")
    _limit_memory(request.memory)


def _limit_memory(more: int) -> None:
    """Let this process claim no more than so many bytes beyond what it has."""
    import resource  # noqa: PLC0415  # not on Windows, where nothing is forked

    limit = _claimed() * resource.getpagesize() + more
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _claimed() -> int:
    """Return the pages of address space of this process; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages)
