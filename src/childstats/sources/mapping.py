"""A publisher's names matched to our codes, exactly or not at all."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

LOOK_ALIKES: Final = "ðÐƉ"
"""Eth (U+00F0, U+00D0) and African D (U+0189), which look like đ (U+0111, U+0110)."""
_AS_D: Final = str.maketrans(LOOK_ALIKES, "đĐĐ")


def folded(name: str) -> str:
    """Return a name with outer and doubled spaces taken away."""
    return " ".join(name.split())


def matched(name: str, known: Mapping[str, str]) -> str | None:
    """Return our code for a publisher's name.

    Spaces and case do not count, nor that ð is not đ. Nothing else is equal: ``Hòa`` is found
    for ``Hoà`` only where ``[file.areas]`` has both.
    """
    return matcher(known)(name)


def matcher(known: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return `matched` for many names and one mapping."""
    codes = {_comparable(key): code for key, code in known.items()}
    return lambda name: codes.get(_comparable(name))


def with_zeros(name: str, known: Mapping[str, str]) -> str | None:
    """Return the code that lost its leading zeros: 3127 is 03127 where only that is known."""
    bare = folded(name)
    if not bare.isdecimal() or not bare.isascii():
        return None
    found = {known[k] for k in known if folded(k).lstrip("0") == bare and folded(k) != bare}
    return found.pop() if len(found) == 1 else None


def has_look_alike(name: str) -> bool:
    """Return whether a name has ð (eth) or Ɖ where Vietnamese has đ."""
    return any(letter in name for letter in LOOK_ALIKES)


def _comparable(name: str) -> str:
    return folded(name).translate(_AS_D).casefold()


def unknown_area(name: str, known: Mapping[str, str]) -> str:
    """Return the reason for an area that is not mapped, with the nearest names."""
    near = get_close_matches(folded(name), list(known), n=3, cutoff=0.4)
    hint = f"; nearest are {', '.join(near)}" if near else ""
    return f"unknown area {folded(name)!r}{hint}; map it in [file.areas] or set only_mapped"
