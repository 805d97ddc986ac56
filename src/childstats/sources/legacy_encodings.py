"""Encodings of Vietnamese from before Unicode: TCVN3 decoded, the others recognised.

Python has no codec for TCVN3 (ABC fonts), VNI or VISCII, and each of them decodes without an error
as something else: ``§iÖn Biªn``. They are told apart by which of them turns the letters into
Vietnamese syllables.

References
----------
TCVN 5712:1993, third set (VN3): 74 letters and the no-break space above ASCII.
RFC 1456 (VISCII), table 1. VNI: the letter-and-mark pairs of the VNI fonts for Windows.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

TCVN3: Final = {
    0xA0: "\xa0",
    **dict(zip(range(0xA1, 0xAF), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True)),
    **dict(zip(range(0xB5, 0xBA), "àảãáạ", strict=True)),
    **dict(zip(range(0xBB, 0xBF), "ằẳẵắ", strict=True)),
    **dict(zip(range(0xC6, 0xCD), "ặầẩẫấậè", strict=True)),
    **dict(zip(range(0xCE, 0xD9), "ẻẽéẹềểễếệìỉ", strict=True)),
    **dict(zip(range(0xDC, 0xE0), "ĩíịò", strict=True)),
    **dict(zip(range(0xE1, 0xF0), "ỏõóọồổỗốộờởỡớợù", strict=True)),
    **dict(zip(range(0xF1, 0xFF), "ủũúụừửữứựỳỷỹýỵ", strict=True)),
}
"""Bytes to letters. A capital with a tone has no code: it is its small letter in a capital font."""

VISCII: Final = {
    **dict(zip((2, 5, 6, 20, 25, 30), "ẲẴẪỶỸỴ", strict=True)),
    **dict(
        enumerate(
            "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
            "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
            start=0x80,
        )
    ),
}
_VNI_TONES: Final = dict(zip("øùûõï", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_MARKS: Final = {
    **_VNI_TONES,
    **dict(zip("âàáåãä", ("\u0302" + t for t in ("", *_VNI_TONES.values())), strict=True)),
    **dict(zip("êèéúüë", ("\u0306" + t for t in ("", *_VNI_TONES.values())), strict=True)),
}
_VNI_LETTERS: Final = dict(zip("ñöôìíæóòî", "đươìíỉĩịỵ", strict=True))
_TONE_MARKS: Final = re.compile("[\u0300\u0301\u0309\u0303\u0323]")
_NUCLEI: Final = (
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oao oay oe oeo oi oo "
    "ôi ơi ua uâ uây ui uê uô uôi uơ uy uya uyê uyu ưa ưi ươ ươi ươu ưu yê yêu"
).replace(" ", "|")
_SYLLABLE: Final = re.compile(
    f"(?:ngh?|[cgknpt]h|gi|tr|qu|[bcdđghklmnprstvx])?(?:{_NUCLEI})(?:ch|n[gh]?|[ckmpt])?"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
SAMPLE: Final = 50_000
"""How many characters are looked at; a file does not change its encoding half-way."""


class NotTCVN3Error(ValueError):
    """A byte that TCVN3 does not use, at `start`."""

    def __init__(self, start: int) -> None:
        super().__init__(f"byte {start} is none of TCVN3")
        self.start = start


def from_tcvn3(raw: bytes) -> str:
    """Return TCVN3 bytes as text.

    Parameters
    ----------
    raw
        The bytes. ABC's capitals with tones are small letters in a capital font, and are read as
        the small letters that they are: ``§IÖN`` is ``ĐIệN``.

    Raises
    ------
    NotTCVN3Error
        If a byte is none of TCVN3.

    Examples
    --------
    >>> from_tcvn3("§iÖn Biªn".encode("latin-1"))
    'Điện Biên'
    """
    text = raw.decode("latin-1")
    stray = next((i for i, byte in enumerate(raw) if byte > 0x7F and byte not in TCVN3), None)
    if stray is not None:
        raise NotTCVN3Error(stray)
    return text.translate(TCVN3)


def single_bytes(text: str) -> bytes | None:
    """Return the bytes of a text that was read as Windows-1252 or Latin-1; None if it was not."""
    raw = bytearray()
    for letter in text:
        code = ord(letter)
        if code > 0xFF:
            try:
                raw += letter.encode("cp1252")
            except UnicodeEncodeError:
                return None
        else:
            raw.append(code)
    return bytes(raw)


def recognised(raw: bytes) -> str:
    """Return the encoding in which bytes are Vietnamese.

    Parameters
    ----------
    raw
        Bytes that are not UTF-8.

    Returns
    -------
    str
        ``windows-1258``, ``tcvn3``, ``VNI`` or ``VISCII``; "" where none of them, or more than
        one, makes syllables of at least four in five of two or more words.
    """
    sample = raw[:SAMPLE]
    latin = sample.decode("latin-1")
    readings = {
        "windows-1258": unicodedata.normalize("NFC", sample.decode("cp1258", errors="replace")),
        "tcvn3": latin.translate(dict.fromkeys(range(0x80, 0x100), "\ufffd") | TCVN3),
        "VNI": _from_vni(latin),
        "VISCII": latin.translate(VISCII),
    }
    marked = [word for word in re.split(rb"[\x00-\x40]+", sample) if not word.isascii()]
    shares = {
        name: _vietnamese(text.split()) if len(set(marked)) > 1 else 0.0
        for name, text in readings.items()
    }
    best = max(shares.values())
    found = [name for name, share in shares.items() if share == best]
    return found[0] if best >= 0.8 and len(found) == 1 else ""


def disguised(text: str) -> str:
    """Return the old encoding whose bytes a text shows as Western letters: ``§iÖn Biªn``.

    Parameters
    ----------
    text
        A text that decoded without an error, or the cells of a workbook.

    Returns
    -------
    str
        ``tcvn3``, ``VNI`` or ``VISCII``; "" for a text that is what it seems.
    """
    words = [word for word in text[:SAMPLE].split() if not word.isascii()]
    if not words or _vietnamese(words) >= 0.5:
        return ""
    western = [raw for word in words if (raw := single_bytes(word)) is not None]
    if len(western) < 0.8 * len(words):
        return ""
    found = recognised(b" ".join(western))
    return found if found != "windows-1258" else ""


def _from_vni(text: str) -> str:
    """Return VNI as text: a mark follows its vowel; six letters have codes of their own."""
    pairs = re.compile(f"(?i)([aeouyöô])([{''.join(_VNI_MARKS)}])")

    def composed(match: re.Match[str]) -> str:
        vowel = _VNI_LETTERS.get(match[1].lower(), match[1].lower())
        return unicodedata.normalize("NFC", vowel + _VNI_MARKS[match[2].lower()])

    letters = {ord(k): v for k, v in _VNI_LETTERS.items()}
    return pairs.sub(composed, text).lower().translate(letters)


def _vietnamese(words: Iterable[str]) -> float:
    """Return the share of the words with a letter outside ASCII that are Vietnamese syllables."""
    parts = [p for word in words if not word.isascii() for p in _parts(word) if not p.isascii()]
    return sum(_is_syllable(part) for part in parts) / len(parts) if parts else 0.0


def _parts(word: str) -> list[str]:
    """Return the runs of letters of a word; a stray sign among its letters makes it no word."""
    return [word] if re.search(r"[^\x00-\x7f]", _LETTERS.sub("", word)) else _LETTERS.findall(word)


def _is_syllable(word: str) -> bool:
    bare, tones = _TONE_MARKS.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))
