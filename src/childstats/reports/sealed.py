"""Sealed notes: JSON with its own checksum, so that a damaged note is never believed."""

import hashlib
import json
from typing import Any

from childstats.intake import json_value


def sealed(value: Any) -> bytes:
    """Return a value as JSON beside the checksum of that JSON."""
    text = json.dumps(value, ensure_ascii=False)
    checksum = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return f'{{"sha256": "{checksum}", "noted": {text}}}'.encode()


def unsealed(content: bytes) -> Any:
    """Return the value of a sealed note.

    Parameters
    ----------
    content
        What `sealed` returned.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        If a byte of it is another.
    """
    try:
        held = json_value(content)
        text = json.dumps(held["noted"], ensure_ascii=False)
        whole = hashlib.sha256(text.encode("utf-8")).hexdigest() == held["sha256"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no sealed note") from error
    if not whole:
        raise ValueError("another checksum than noted")
    return held["noted"]
