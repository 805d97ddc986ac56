"""What the host does once so that no child has to: cells, charts, letters, a table in all forms."""

import os
import sys
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from pandas import DataFrame
from PIL import Image
from traitlets.config import Config

from childstats.charts import bars, dumbbell, lines
from childstats.charts.style import svg_of, text_width
from childstats.language import LANGUAGES, Language, messages_in
from childstats.reports.document import Document
from childstats.reports.ordinary import ordinary_blocks
from childstats.reports.plain import as_markdown
from childstats.reports.spreadsheet import workbook
from childstats.reports.twin import twin

CELLS: Final = (
    "import pandas\npandas.DataFrame({'a': [1]})",
    "1 / 0",
    "await __import__('asyncio').sleep(0)",
)


class _Unheard(Session):
    def send(self, *_: Any, **__: Any) -> None:
        """Drop the message."""


def warm() -> None:
    """Fill the caches of IPython, of letters and of Babel; nothing that was printed is shown."""
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
    _speak()
    _render()
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


def _speak() -> None:
    """Draw charts, and lay out all words: their letters come again."""
    for code in LANGUAGES:
        t = Language(code)
        t.published("2026-01")
        row = {"label": "a", "value": 0.5, "series": "b", "year": 2020, "low": 0.4, "high": 0.6}
        row |= {f"{who}{end}": 0.5 for who in ("first", "second") for end in ("", "_low", "_high")}
        for module in (bars, dumbbell, lines):
            svg_of(module.plot(DataFrame([row]), measure="c", language=t).figure)
        for word in sorted(set(" ".join(messages_in(code).values()).split())):
            text_width(word)


def _render() -> None:
    """Write a table in all forms but the PDF, whose compiler must not be used before a fork."""
    html = DataFrame({"a": [1.5], "b": ["c"]}).to_html()
    blocks = [
        {**block, "cell": 1} for block in ordinary_blocks({"data": {"text/html": html}}, 1, "en")
    ]
    document = Document({"title": "a", "language": "en"}, blocks, ended=False)
    twin(document, edition_date=None)
    as_markdown(document, edition_date=None)
    workbook(document, [], edition_date=None)
