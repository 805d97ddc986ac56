"""A publisher's names matched to our codes, exactly or not at all."""

from collections.abc import Mapping
from difflib import get_close_matches


def folded(name: str) -> str:
    """Return a name with outer and doubled spaces taken away."""
    return " ".join(name.split())


def matched(name: str, known: Mapping[str, str]) -> str | None:
    """Return our code for a publisher's name; spaces and case do not count."""
    codes = {folded(key).casefold(): code for key, code in known.items()}
    return codes.get(folded(name).casefold())


def unknown_area(name: str, known: Mapping[str, str]) -> str:
    """Return the reason for an area that is not mapped, with the nearest names."""
    near = get_close_matches(folded(name), list(known), n=3, cutoff=0.4)
    hint = f"; nearest are {', '.join(near)}" if near else ""
    return f"unknown area {folded(name)!r}{hint}; map it in [file.areas] or set only_mapped"
