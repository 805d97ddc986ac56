"""Readers: one small module per publisher layout, from a file to printed rows."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from childstats.sources.reading import Reading, ReceivedFile


class Reader(Protocol):
    """What the reader of every layout looks like."""

    def __call__(self, path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
        """Return the figures of a file as received."""


READERS: Final[Mapping[str, str]] = {
    "commune_workbook": "commune_workbook",
    "pxweb_csv": "pxweb_csv",
    "pxweb_jsonstat": "pxweb_jsonstat",
    "tidy": "tidy",
}
"""Layouts of `childstats.sources.source.LAYOUTS`, and the module that has ``read_<layout>``."""


def reader_of(layout: str) -> Reader:
    """Return the reader of a layout; its module is imported when first asked for."""
    module = import_module(f"{__name__}.{READERS[layout]}")
    return cast(Reader, getattr(module, f"read_{layout}"))
