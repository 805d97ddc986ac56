"""Readers: one small module per publisher layout, from a file to printed rows."""

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from childstats.sources.reading import Reading, ReceivedFile


class Reader(Protocol):
    """What the reader of every layout looks like."""

    def __call__(self, path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
        """Return the figures of a file as received."""


def reader_of(layout: str) -> Reader:
    """Return the reader of a layout, ``read_<layout>`` of the module of its name.

    Parameters
    ----------
    layout
        One of `childstats.sources.source.LAYOUTS`.

    Returns
    -------
    Reader
        Its module is imported when first asked for.
    """
    module = import_module(f"{__name__}.{layout}")
    return cast(Reader, getattr(module, f"read_{layout}"))
