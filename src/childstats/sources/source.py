"""A raw source: a folder with ``source.toml`` (provenance) and ``figures.csv`` (as printed)."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Final

from childstats.errors import SourceError, nearest
from childstats.folders import is_portable
from childstats.intake import toml_table
from childstats.sources.decoding import ENCODINGS
from childstats.sources.reading import PRINTED, ReceivedFile

SOURCE_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
DATE: Final = re.compile(r"(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?", re.ASCII)
KINDS: Final = (
    "official_statistics",
    "administrative",
    "survey",
    "international_estimate",
    "press",
)
LAYOUTS: Final = (
    "commune_workbook",
    "dhis2_csv",
    "dhis2_json",
    "gho_csv",
    "gho_json",
    "pxweb_csv",
    "pxweb_jsonstat",
    "sdmx_csv",
    "tidy",
    "worldbank_csv",
    "worldbank_json",
    "wuenic",
)
"""Layouts of publishers' files that can be read as received."""
NUMBER_FORMATS: Final = ("vi", "en")
ZERO: Final = "zero"
MISSING_CODES: Final = (ZERO, "L", "M", "O", "Q")
"""What a mark in place of a number may be declared to mean; letters are SDMX statuses."""
GROUP_DIMENSIONS: Final = ("sex", "age", "residence", "wealth_quintile")


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from, as ``source.toml`` states it.

    Attributes
    ----------
    source_id
        Name of the folder; part of every figure's id.
    publisher, publisher_en, title, address
        Who published what and where; ``publisher`` in the publisher's own language.
    date_published, date_published_note
        ISO date, year and month, or year; "" when unknown, and then the note says so.
    date_accessed
        ISO day on which the figures were transcribed.
    language
        The number format that the source prints, ``vi`` or ``en``.
    licence
        Licence or terms of use.
    kind
        ``official_statistics``, ``administrative``, ``survey``, ``international_estimate`` or
        ``press``.
    precedence
        Where two sources print the same thing, the one with the lower number is used.
    note
        What the source is, and what is odd about it.
    sha256
        Checksum of the file that holds the figures.
    missing
        Optional: what a mark in place of a number means in this source, if not what it usually
        does: ``{"-" = "zero", "N/A" = "M"}``; ``zero`` or the SDMX status L, M, O or Q.
    not_paragraphs
        Optional: how blocks of the original begin that are no paragraphs (headline, captions), so
        that locators can count paragraphs.
    office
        Optional: who made the figures, where several sources are editions of one office's, such
        as ``gso``. Where two editions differ, the figure was revised; they do not conflict, and of
        equal precedence the later one is used. Two values of one edition do conflict.
    file
        Optional: the publisher's file as received, instead of ``figures.csv``.
    """

    source_id: str
    publisher: str
    publisher_en: str
    title: str
    address: str
    date_published: str
    date_published_note: str
    date_accessed: str
    language: str
    licence: str
    kind: str
    precedence: int
    note: str
    sha256: str
    missing: Mapping[str, str] = field(default_factory=dict)
    not_paragraphs: tuple[str, ...] = ()
    office: str = ""
    file: ReceivedFile | None = None


_OWN: Final = {"source_id", "sha256", "missing", "not_paragraphs", "office", "file"}
_OPTIONAL: Final = ("missing", "not_paragraphs", "office", "file")
_MAY_BE_EMPTY: Final = {"date_published", "date_published_note", "note"}
_FIELDS: Final = tuple(f.name for f in fields(Source) if f.name not in _OWN)
_KIND_OF: Final = {
    "only_mapped": bool,
    "areas": dict,
    "indicators": dict,
    "groups": dict,
    "columns": dict,
    "subtotals": list,
    "units": dict,
    "title_rows": int,
    "header_rows": int,
    "footer_rows": int,
}
"""Types of the fields of ``[file]`` that are not text."""
_LEAST: Final = {"title_rows": 0, "header_rows": 1, "footer_rows": 0}
"""Smallest number of rows that may be declared."""


def read_source(folder: Path) -> Source:
    """Read and validate the provenance of one raw source.

    Parameters
    ----------
    folder
        ``data/raw/<source_id>``, holding ``source.toml`` and ``figures.csv``.

    Returns
    -------
    Source
        The provenance, with the checksum of the figures beside it.

    Raises
    ------
    SourceError
        If a file or a field is missing, unknown, empty, of the wrong type or not a known code.
    """
    where = f"{folder.name}/source.toml"
    if not SOURCE_ID.fullmatch(folder.name) or not is_portable(folder.name):
        raise SourceError(
            f"source folder {folder.name!r} is not a source id; "
            "use lower-case letters, digits and hyphens, at most 41"
        )
    try:
        text = (folder / "source.toml").read_text(encoding="utf-8-sig")
        declared = toml_table(unicodedata.normalize("NFC", text))
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise SourceError(f"missing file {folder.name}/{missing}; every source needs it") from None
    except (ValueError, OSError) as error:
        raise SourceError(f"unreadable {where}: {error}; correct the file") from None
    for name in declared:
        if name not in (*_FIELDS, *_OPTIONAL):
            hint = nearest(name, (*_FIELDS, *_OPTIONAL))
            raise SourceError(f"unknown field {name!r} in {where}{hint}")
    missing_ones = [name for name in _FIELDS if name not in declared]
    if missing_ones:
        names = ", ".join(map(repr, missing_ones))
        lines = ", ".join(f"{name} = …" for name in missing_ones)
        raise SourceError(
            f"missing field{'s' * (len(missing_ones) > 1)} {names} in {where}; add {lines}"
        )
    for name in _FIELDS:
        _validate_field(name, declared, where)
    if not declared["date_published"] and not declared["date_published_note"]:
        raise SourceError(
            f"date_published is empty in {where}; give it, or say why in date_published_note"
        )
    received = _received_file(declared.pop("file", None), str(declared["language"]), where)
    name = received.name if received else "figures.csv"
    if not (folder / name).is_file():
        raise SourceError(f"missing file {folder.name}/{name}; every source needs its figures")
    not_paragraphs = declared.pop("not_paragraphs", [])
    if not isinstance(not_paragraphs, list) or not all(isinstance(b, str) for b in not_paragraphs):
        raise SourceError(f"not_paragraphs in {where} is {not_paragraphs!r}; write a list of texts")
    missing = declared.pop("missing", {})
    if not isinstance(missing, dict) or not all(m in MISSING_CODES for m in missing.values()):
        raise SourceError(
            f"missing in {where} is {missing!r}; write a table such as {{ '-' = 'zero' }} with "
            f"one of {', '.join(MISSING_CODES)} for each mark"
        )
    if not isinstance(declared.get("office", ""), str):
        raise SourceError(f"office in {where} is {declared['office']!r}; write text in quotes")
    return Source(
        source_id=folder.name,
        missing=missing,
        sha256=hashlib.sha256((folder / name).read_bytes()).hexdigest(),
        not_paragraphs=tuple(not_paragraphs),
        file=received,
        **declared,
    )


def _received_file(table: object, language: str, where: str) -> ReceivedFile | None:
    if table is None:
        return None
    known = {f.name: f for f in fields(ReceivedFile) if f.name != "language"}
    if not isinstance(table, dict):
        raise SourceError(f"file in {where} is {table!r}; write a table [file]")
    for name, value in table.items():
        if name not in known:
            raise SourceError(f"unknown field {name!r} in [file] of {where}{nearest(name, known)}")
        kind = _KIND_OF.get(name, str)
        if type(value) is not kind:
            raise SourceError(f"{name} in [file] of {where} is {value!r}; write a {kind.__name__}")
        _validate_parts(name, value, where)
    if not is_portable(table.get("name", "")) or table.get("layout") not in LAYOUTS:
        raise SourceError(
            f"[file] of {where} needs a name without a folder, with no signs that a system takes "
            f"otherwise, and a layout of {', '.join(LAYOUTS)}"
        )
    subtotals = tuple(table.get("subtotals", ()))
    return ReceivedFile(**{**table, "subtotals": subtotals, "language": language})


def _validate_parts(name: str, value: object, where: str) -> None:
    """Refuse a table or list of ``[file]`` whose parts are of the wrong type or unknown."""
    if name == "encoding" and value not in ("", *ENCODINGS):
        known_ones = ", ".join(ENCODINGS)
        raise SourceError(f"encoding in [file] of {where} is {value!r}; use one of {known_ones}")
    if isinstance(value, int) and name in _LEAST and value < _LEAST[name]:
        raise SourceError(
            f"{name} in [file] of {where} is {value}; write a whole number from {_LEAST[name]}"
        )
    if isinstance(value, dict):
        tables = value.values() if name == "groups" else (value,)
        known = {"groups": GROUP_DIMENSIONS, "columns": PRINTED}.get(name)
        for table in tables:
            if not isinstance(table, dict):
                raise SourceError(f"{name} in [file] of {where} holds {table!r}; write a table")
            for key, part in table.items():
                if known and key not in known:
                    hint = nearest(key, known)
                    raise SourceError(f"unknown field {key!r} in {name} of {where}{hint}")
                _refuse_no_text(name, part, where)
    elif isinstance(value, list):
        for part in value:
            _refuse_no_text(name, part, where)


def _refuse_no_text(name: str, part: object, where: str) -> None:
    if not isinstance(part, str):
        raise SourceError(f"{name} in [file] of {where} holds {part!r}; write text in quotes")


def _validate_field(name: str, declared: dict[str, object], where: str) -> None:
    value = declared[name]
    if type(value) is not (int if name == "precedence" else str):
        kind = "whole number" if name == "precedence" else "text in quotes"
        raise SourceError(f"field {name!r} in {where} is {value!r}; write a {kind}")
    if isinstance(value, str) and not value.strip() and name not in _MAY_BE_EMPTY:
        raise SourceError(f"empty field {name!r} in {where}; fill it in")
    codes = {"language": NUMBER_FORMATS, "kind": KINDS}.get(name)
    if codes and value not in codes:
        raise SourceError(f"field {name!r} in {where} is {value!r}; use one of {', '.join(codes)}")
    if name in {"date_published", "date_accessed"} and not _is_date(str(value)):
        raise SourceError(f"field {name!r} in {where} is {value!r}; write 2026-01-31 or 2026-01")
    if name == "date_accessed" and len(str(value)) != len("2026-01-31"):
        raise SourceError(f"field {name!r} in {where} is {value!r}; write a day such as 2026-01-31")


def _is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "2000-01-01"[len(text) :])
    except ValueError:
        return False
    return True
