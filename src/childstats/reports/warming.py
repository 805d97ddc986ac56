"""What the host does once so that no child has to: cells, a table, two charts, a template."""

import os
import sys
from io import StringIO
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from matplotlib.figure import Figure
from PIL import Image
from traitlets.config import Config

from childstats.language import LANGUAGES, Language
from childstats.presentation.charts_profile import CascadeStep, draw_cascade
from childstats.presentation.theme import theme
from childstats.reports.twin import page_template

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
    page_template()
    Image.preinit()


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
    steps = [CascadeStep(letters, value, value - 0.1, value, letters) for value in (0.9, 0.5)]
    draw_cascade(steps, t=t, axis=letters)
    with theme():
        figure = Figure()
        axes = figure.add_subplot(xscale="log", title=letters)
        axes.plot([1, 2], [1, 2], marker="o")
        for weight in ("medium", "semibold", "bold"):
            axes.annotate(letters, (1, 1), fontweight=weight)
        figure.savefig(StringIO(), format="svg", metadata={"Date": None})
