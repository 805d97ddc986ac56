"""Bytes to text: a file's encoding as declared or marked, composed to NFC, never guessed."""

import unicodedata
from pathlib import Path

from childstats.errors import SourceError


def decoded(path: Path, *, encoding: str, where: str) -> str:
    """Return the text of a file as received.

    Parameters
    ----------
    path
        The file.
    encoding
        As declared in ``source.toml``; empty for UTF-8 or what a byte order mark says.
    where
        Source and file, for the message.

    Returns
    -------
    str
        In NFC, without byte order mark and trailing NUL bytes.

    Raises
    ------
    SourceError
        If the bytes are not text in that encoding.
    """
    try:
        text = path.read_bytes().rstrip(b"\0").decode(encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{where} is not UTF-8 (byte {error.start}); declare its encoding in [file]"
        ) from None
    return unicodedata.normalize("NFC", text)
