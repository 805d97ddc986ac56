"""The temporary folder: one that can be written in, or a line that says what is wrong with it."""

import os
import tempfile
from typing import Final

from childstats.errors import BuildError, InputError, system_limit

PROBED: Final = 65_536
"""Bytes that are written to find out whether there is room."""


def temporary_folder() -> str:
    """Return the folder for what is temporary; where ``TMPDIR`` is set, that and no other.

    Python takes another folder where ``TMPDIR`` cannot be used, and says nothing.

    Raises
    ------
    InputError
        If it is missing or read-only.
    BuildError
        If it is full, or no file may be as large as is needed.
    """
    asked = os.environ.get("TMPDIR", "")
    try:
        folder = asked or tempfile.gettempdir()
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBED))
    except OSError as error:
        place = f"the temporary folder {asked!r}" if asked else "the temporary folder"
        said = system_limit(error)
        if said:
            raise BuildError(f"{place} cannot be used: {said}") from None
        raise InputError(
            f"{place} cannot be used: {error.strerror}; set TMPDIR to a folder that can be written"
        ) from None
    return folder
