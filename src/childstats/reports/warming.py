"""What the host does once so that no child has to: a cell, an error, a table, three charts."""

import os
import sys
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

from childstats.language import LANGUAGES, Language
from childstats.presentation.charts import Bar, Point, Series, draw_bars, draw_forest, draw_lines

CELLS: Final = (
    "import pandas\npandas.DataFrame({'a': [1]})",
    "1 / 0",
    "await __import__('asyncio').sleep(0)",
)


class _Unheard(Session):
    def send(self, *_: Any, **__: Any) -> None:
        """Drop the message."""


def warm() -> None:
    """Fill the caches of IPython, matplotlib and Babel; nothing that was printed is shown."""
    main = sys.modules["__main__"]
    kept = {name: getattr(sys, name) for name in ("displayhook", "excepthook", "path")}
    environment = dict(os.environ)
    with TemporaryDirectory() as scratch, patch.dict(os.environ, {"IPYTHONDIR": scratch}):
        _run_cells()
    os.environ.clear()
    os.environ.update(environment)
    sys.modules["__main__"] = main
    for name, value in kept.items():
        setattr(sys, name, value)
    for code in LANGUAGES:
        _draw(Language(code))


def _run_cells() -> None:
    settings = Config()
    settings.HistoryManager.enabled = False
    shell: Any = ZMQInteractiveShell.instance(config=settings)
    for publisher in (shell.displayhook, shell.display_pub):
        publisher.session, publisher.pub_socket = _Unheard(), None
    shell.displayhook.topic = b""
    for cell in CELLS:
        shell.run_cell(cell)
    shell.builtin_trap.deactivate()
    ZMQInteractiveShell.clear_instance()


def _draw(t: Language) -> None:
    letters = "AĂÂBCDĐEÊGHIKLMNOÔƠP\nQRSTUƯVXYaăâbcdđeêf\nghijklmnoôơpqrstuưvw\nxyz0123456789"
    draw_lines([Series(letters, [Point(2024, 1, 1, 2)])], t=t, axis=letters, percent=False)
    bar = Bar(letters, 0.5, 0.4, 0.6, letters)
    draw_bars([bar], t=t, axis=letters)
    draw_forest([bar], t=t, axis=letters)
