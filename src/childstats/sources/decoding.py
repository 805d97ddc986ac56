"""Bytes to text: a file's encoding as declared or marked, composed to NFC, never guessed."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from childstats.errors import SourceError
from childstats.sources.legacy_encodings import (
    NotTCVN3Error,
    disguised,
    from_tcvn3,
    recognised,
    single_bytes,
)

ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1258", "tcvn3")
"""What ``encoding`` in ``[file]`` may be; empty for UTF-8, or what the first bytes say."""
MEGABYTE: Final = 1_000_000
SIZE_LIMIT: Final = 200 * MEGABYTE
"""Largest file that is read, in bytes: what a million rows with long names need, twice over."""
LINE_LIMIT: Final = MEGABYTE
"""Longest line of a table, in bytes."""
SPACES: Final = "\u00a0\u2007\u2009\u202f\u3000"
UNSEEN: Final = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
"""Zero-width letters, the soft hyphen and the marks that turn the direction of writing."""
_FOREIGN: Final = re.compile("[^\u0000-\u024f\u1e00-\u1eff\u2010-\u203a\u20ab-\u20ac]")
"""What no text in a Latin script has; a word that would have it was not decoded wrongly."""
DOUBTS: Final = 100
"""How many places that look decoded twice are looked into."""
_PLAIN: Final = dict.fromkeys(map(ord, SPACES), " ") | dict.fromkeys(map(ord, UNSEEN), "")
_ODD: Final = re.compile(f"[{SPACES}{UNSEEN}]")
_ODD_BYTES: Final = tuple({letter.encode()[:1] for letter in SPACES + UNSEEN})
"""First bytes of those letters in UTF-8; no letter of Vietnamese has one of them."""
_TWICE_BYTES: Final = re.compile(
    rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]"
    rb"|\xe2(?:\x80[\x93-\xba]|\x82\xac|\x84\xa2))"
)
"""A letter of Â to ô and one that Windows-1252 has at 80 to BF: UTF-8 that was decoded as that."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what was done to it.

    Attributes
    ----------
    text
        In NFC, without byte order mark, trailing NUL and invisible letters.
    notes
        One sentence for each kind of fix, with how often it was made.
    """

    text: str
    notes: tuple[str, ...] = ()


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
        If the file is too large, or its bytes are not text in that encoding.
    """
    return read_text(path, encoding=encoding, where=where).text


def read_text(path: Path, *, encoding: str, where: str, in_lines: bool = False) -> Decoded:
    """Return the text of a file as received, and what was fixed in it.

    Parameters
    ----------
    path
        The file, at most `SIZE_LIMIT` bytes.
    encoding
        One of `ENCODINGS`; empty for UTF-8, or UTF-16 where the first bytes show it.
    where
        Source and file, for the message.
    in_lines
        Whether a line above `LINE_LIMIT` is no honest one; JSON may stand in one line.

    Returns
    -------
    Decoded
        The text; spaces of other widths are plain spaces, invisible letters are gone.

    Raises
    ------
    SourceError
        If the file is too large, its bytes are not text in that encoding, there is a NUL byte
        inside, or its letters show that an earlier program has decoded it wrongly.
    """
    refuse_large(path, where)
    raw = path.read_bytes()
    if in_lines:
        _refuse_long_line(raw, where)
    marked = next((n for mark, n in _MARKS if raw.startswith(mark)), "")
    if marked == "utf-32":
        raise SourceError(f"{where} is UTF-32; save it as UTF-8")
    if marked and encoding and not encoding.startswith(marked):
        raise SourceError(
            f"{where} begins with the mark of {marked.upper()}, but [file] declares {encoding}; "
            "correct the declaration"
        )
    wide = "" if marked or encoding else _unmarked_utf16(raw)
    notes = [f"{where} is {wide.upper()} without a byte order mark"] if wide else []
    text = _text(raw, encoding or marked or wide or "utf-8", bool(encoding), where)
    cleaned = clean_text(text, where=where, encoding=encoding)
    return Decoded(cleaned.text, (*notes, *cleaned.notes))


_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def refuse_large(path: Path, where: str) -> None:
    """Refuse a file above `SIZE_LIMIT` before a byte of it is read."""
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise SourceError(
            f"{where} has {size / MEGABYTE:,.0f} MB, and at most {SIZE_LIMIT / MEGABYTE:,.0f} MB "
            "are read; split it, or take out what no report needs"
        )


def _refuse_long_line(raw: bytes, where: str) -> None:
    start = 0
    while len(raw) - start > LINE_LIMIT:
        end = max(raw.rfind(sign, start, start + LINE_LIMIT) for sign in (b"\n", b"\r"))
        if end < 0:
            line = raw.count(b"\n", 0, start) + 1
            raise SourceError(
                f"{where} line {line} is longer than {LINE_LIMIT / MEGABYTE:.0f} MB; "
                "it is no table, or its line ends are lost"
            )
        start = end + 1


def clean_text(text: str, *, where: str, encoding: str = "") -> Decoded:
    """Compose a text, take out what cannot be seen, and refuse what was decoded wrongly.

    Parameters
    ----------
    text
        Of a file, or of a cell of a workbook.
    where
        Source and file, for the message.
    encoding
        As declared: ``tcvn3`` turns the Western letters of ABC fonts into Vietnamese.

    Raises
    ------
    SourceError
        If the text is UTF-8 that was decoded as Windows-1252 and saved (``Biá»ƒn``), or has
        the letters of an old font and is not declared so.
    """
    if text.isascii():
        return Decoded(text)
    notes = []
    if encoding == "tcvn3":
        text = from_abc_font(text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        if encoding != "windows-1258":
            notes.append(f"letters and their marks were separate in {where} and were joined (NFC)")
    raw = text.encode("utf-8", errors="replace")
    _refuse_decoded_twice(raw, where)
    if any(odd in raw for odd in _ODD_BYTES) and (count := len(_ODD.findall(text))):
        text = text.translate(_PLAIN)
        notes.append(f"{count} invisible letters or odd spaces in {where} were made plain")
    old = disguised(text)
    if old:
        example = next(word for word in text.split() if not word.isascii())
        raise SourceError(f"{where} has the letters of {old} ({example!r}); {_advice(old)}")
    return Decoded(text, tuple(notes))


def from_abc_font(text: str) -> str:
    """Return a text whose Western letters stand for those of an ABC font (TCVN3).

    Parameters
    ----------
    text
        ``§iÖn Biªn``; a text that has other letters too is returned as it is.
    """
    raw = single_bytes(text)
    try:
        return from_tcvn3(raw) if raw else text
    except NotTCVN3Error:
        return text


def _text(raw: bytes, encoding: str, declared: bool, where: str) -> str:
    """Return the bytes as text, without byte order mark and NUL bytes at the end."""
    if encoding == "tcvn3" and not _is_utf8(raw):
        try:
            text = from_tcvn3(raw.rstrip(b"\0"))
        except NotTCVN3Error as error:
            raise SourceError(f"{where} is not TCVN3 (byte {error.start}); see [file]") from None
    else:
        if encoding == "windows-1258" and not raw.isascii() and _is_utf8(raw):
            raise SourceError(f"{where} is UTF-8; take encoding = {encoding!r} out of [file]")
        codec = {"tcvn3": "utf-8", "windows-1258": "cp1258"}.get(encoding, encoding)
        # a NUL at the end of UTF-16 is half of a letter
        kept = raw if codec.startswith("utf-16") else raw.rstrip(b"\0")
        try:
            text = kept.decode(codec).rstrip("\0").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise SourceError(_not_in(encoding, declared, kept, error.start, where)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceError(
            f"NUL byte inside {where} line {line}; the file is damaged, export it again"
        )
    return text


def _not_in(encoding: str, declared: bool, raw: bytes, start: int, where: str) -> str:
    name = encoding.upper() if encoding.startswith("utf") else encoding
    if declared:
        return f"{where} is not {name} (byte {start}); correct encoding in [file]"
    found = recognised(raw)
    advice = f"it looks like {found}: {_advice(found)}" if found else "declare its encoding"
    return f"{where} is not {name} (byte {start}); {advice}" + ("" if found else " in [file]")


def _advice(old: str) -> str:
    """Return what to do about an encoding that was recognised."""
    if old in ENCODINGS:
        return f'if so, write encoding = "{old}" in [file]'
    return f"convert it from {old} to Unicode and save it as UTF-8"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(raw: bytes) -> str:
    """Return the byte order of UTF-16 without its mark: digits and spaces have a NUL half."""
    sample = raw[:4096].rstrip(b"\0")
    low, high = sample[::2].count(0), sample[1::2].count(0)
    if max(low, high) < len(sample) / 8 or min(low, high) > len(sample) / 100 or len(raw) % 2:
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _refuse_decoded_twice(raw: bytes, where: str) -> None:
    """Refuse UTF-8 bytes whose text was UTF-8 before another program decoded it wrongly."""
    for match in islice(_TWICE_BYTES.finditer(raw), DOUBTS):
        start = raw.rfind(b"\n", 0, match.start()) + 1
        for word in raw[start:].split(b"\n", 1)[0].decode().split():
            if meant := _undone(word):
                number = raw.count(b"\n", 0, start) + 1
                raise SourceError(
                    f"{where} line {number} was decoded wrongly before it was saved: {word!r} "
                    f"looks like {meant!r}; export it again as UTF-8"
                )


def _undone(word: str) -> str:
    """Return what a word was before it was decoded as Windows-1252; "" when it was not."""
    raw = single_bytes(word)
    try:
        meant = raw.decode("utf-8") if raw else word
    except UnicodeDecodeError:
        return ""
    meant = unicodedata.normalize("NFC", meant)
    return meant if meant != word and not _FOREIGN.search(meant) else ""
