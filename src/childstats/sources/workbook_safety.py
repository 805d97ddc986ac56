"""A workbook is looked through before it is opened: bombs, macros, passwords, other formats.

An ``.xlsx`` file is a zip archive of XML. What its directory declares is held against limits, then
every part is unpacked once, in pieces, which proves the declared sizes and checksums and finds
document type declarations, in which entity bombs and requests for other files are written.
"""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from childstats.errors import SourceError
from childstats.sources.decoding import MEGABYTE, refuse_large

UNPACKED_LIMIT: Final = 200 * MEGABYTE
"""Largest sum of the parts, in bytes; a million rows of ten cells have about 150 MB."""
RATIO_LIMIT: Final = 200
"""Highest unpacked size over packed size of a part above a megabyte; sheets have 5 to 50."""
PARTS_LIMIT: Final = 5_000
LIST_LIMIT: Final = MEGABYTE // 4
"""Largest list of sheets, in bytes; that of a thousand sheets has about 100 kB."""
_LISTS: Final = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
PIECE: Final = 1 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OTHER_FORMATS: Final = {
    "content.xml": "an OpenDocument file",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
}
_ARCHIVES: Final = (".zip", ".xlsx", ".xlsm", ".xls", ".docx", ".7z", ".rar", ".gz")
_BEGINNINGS: Final = {
    b"%PDF": "a PDF file",
    b"<": "a web page or XML file",
    b"{": "a JSON file",
}


def checked_workbook(path: Path, where: str) -> None:
    """Refuse a file that is no plain ``.xlsx`` workbook, or that is not safe to open.

    Parameters
    ----------
    path
        The file; its name does not count.
    where
        Source and file, for the message.

    Raises
    ------
    SourceError
        If the file is too large or of another format, needs a password, has macros, another
        archive or a document type declaration in it, or unpacks to too much.
    """
    refuse_large(path, where)
    _refuse_other_format(path, where)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_directory(parts, path.stat().st_size, where)
            for part in parts:
                _refuse_part(archive, part, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise SourceError(f"{where} is a damaged workbook; export or download it again") from None


def _refuse_other_format(path: Path, where: str) -> None:
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(_OLE):
            rest = file.read(PIECE)
            file.seek(max(0, path.stat().st_size - PIECE))
            if _ENCRYPTED in rest or _ENCRYPTED in file.read(PIECE):
                raise SourceError(f"{where} needs a password; save it without one")
            raise SourceError(f"{where} is a workbook of Excel 97-2003 (.xls); save it as .xlsx")
    if not start:
        raise SourceError(f"{where} is empty; export or download it again")
    if not start.startswith(b"PK\x03\x04"):
        text = start.lstrip(b"\xef\xbb\xbf \r\n\t")
        kind = next((kind for b, kind in _BEGINNINGS.items() if text.startswith(b)), "")
        raise SourceError(f"{where} is no .xlsx workbook{kind and ', but ' + kind}; save it as one")


def _refuse_directory(parts: list[zipfile.ZipInfo], size: int, where: str) -> None:
    """Refuse an archive by what its directory declares, before anything is unpacked."""
    names = {part.filename for part in parts}
    for name, kind in _OTHER_FORMATS.items():
        if name in names:
            raise SourceError(f"{where} is {kind}; save it as .xlsx")
    if len(parts) > PARTS_LIMIT or len(names) < len(parts):
        raise SourceError(f"{where} has {len(parts)} parts, too many or two of one name; save anew")
    if any(part.filename in _LISTS and part.file_size > LIST_LIMIT for part in parts):
        raise SourceError(f"{where} lists thousands of sheets; copy the figures into a new one")
    if any(part.flag_bits & 1 for part in parts):
        raise SourceError(f"{where} needs a password; save it without one")
    if any("vbaproject" in name.lower() for name in names):
        raise SourceError(f"{where} holds macros; save it as .xlsx, without them")
    nested = sorted(name for name in names if name.lower().endswith(_ARCHIVES))
    if nested:
        raise SourceError(f"{where} holds another file ({nested[0]}); take it out")
    unpacked = sum(part.file_size for part in parts)
    swollen = [
        part.filename
        for part in parts
        if part.file_size > MEGABYTE and part.file_size > RATIO_LIMIT * part.compress_size
    ]
    if unpacked > UNPACKED_LIMIT or swollen or sum(p.compress_size for p in parts) > size:
        raise SourceError(
            f"{where} unpacks to {unpacked / MEGABYTE:,.0f} MB from {size / MEGABYTE:,.1f} MB, "
            f"which no honest workbook does ({UNPACKED_LIMIT / MEGABYTE:,.0f} MB and "
            f"{RATIO_LIMIT} times are allowed); copy the figures into a new one"
        )
    if "xl/workbook.xml" not in names:
        raise SourceError(f"{where} is no .xlsx workbook, but another archive; save it as one")


def _refuse_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, where: str) -> None:
    """Unpack one part in pieces; `zipfile` raises if its size or checksum is not as declared."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            if not is_xml:
                continue
            if not tail and piece[:2] in {b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"}:
                raise SourceError(f"{where} has XML in UTF-16 ({part.filename}); save it anew")
            if _DOCTYPE.search(tail + piece):
                raise SourceError(
                    f"{where} declares a document type in {part.filename}, as entity bombs do; "
                    "copy the figures into a new workbook"
                )
            if part.filename == "[Content_Types].xml" and b"macroEnabled" in tail + piece:
                raise SourceError(f"{where} holds macros; save it as .xlsx, without them")
            tail = piece[-16:]
