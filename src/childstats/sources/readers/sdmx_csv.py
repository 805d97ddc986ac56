"""SDMX-CSV, versions 1.0 and 2.0, with codes alone or with codes and labels."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pandas as pd

from childstats.coded import constant, relabelled
from childstats.errors import SourceError
from childstats.sources.mapping import folded
from childstats.sources.periods import sdmx_period
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.collected_columns import (
    Fields,
    add_columns,
    of_lines,
    spelled_in,
)
from childstats.sources.readers.csv_tables import CsvColumns, csv_columns
from childstats.sources.reading import Reading, ReceivedFile

COLUMN_ID: Final = re.compile(r"[A-Z][A-Z0-9_@$.-]*")
"""Id of a component; a heading in another case is the label of the column before it."""
OUR_DIMENSIONS: Final = {
    "SEX": "sex",
    "AGE": "age",
    "RESIDENCE": "residence",
    "URBANISATION": "residence",
    "WEALTH_QUINTILE": "wealth_quintile",
}
TOTALS: Final = ("_T", "_Z", "T", "TOTAL")
"""Codes for all, and for a dimension that does not apply (SDMX ``CL_*`` lists)."""
ATTRIBUTES: Final = frozenset(
    {
        *("ACTION", "BASE_PER", "COMMENT_OBS", "COMMENT_TS", "CONF_STATUS", "COUNTRY_NOTES"),
        *(
            "COVERAGE_TIME",
            "CUSTODIAN",
            "DATABASE_ID",
            "DATAFLOW",
            "DATA_SOURCE",
            "DECIMALS",
            "FREQ",
        ),
        *("LAST_UPDATE", "NATURE", "OBS_COMMENT", "OBS_CONF", "OBS_FOOTNOTE", "REF_PERIOD"),
        *("FREQ_COLL", "SOWC_FLAG_A", "SOWC_FLAG_B"),
        *("REPORTING_TYPE", "SERIES_FOOTNOTE", "SERIES_KEY", "SOURCE_DETAIL", "SOURCE_LINK"),
        *("SOURCE_NOTE", "STD_ERR", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "TIME_DETAIL"),
        *("TIME_FORMAT", "TIME_PERIOD_METHOD", "TITLE", "TITLE_TS", "UNIT_TYPE", "UPDATE_DATE"),
        "WGTD_SAMPL_SIZE",
    }
)
"""Columns that say more about a figure, not what it is a figure of."""
UNITS: Final = {
    **dict.fromkeys(("PCNT", "PCT", "PERCENT", "PT"), "percent"),
    **dict.fromkeys(("D_PER_1000_B", "PER_1000", "PER_1000_LIVEBIRTHS"), "per_1000"),
    **dict.fromkeys(("PS", "PERSONS", "PERS"), "persons"),
    **dict.fromkeys(("NUMBER", "NUM", "NB"), "number"),
}
"""Unit codes of SDMX ``CL_UNIT_MEASURE`` and UNICEF to our units."""
_OWN: Final = frozenset(
    {
        *("REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND"),
        *("OBS_STATUS", "UNIT_MEASURE", "UNIT_MULTIPLIER", "UNIT_MULT"),
    }
)
_DECISIVE: Final = (
    *("INDICATOR", "UNIT_MEASURE", "UNIT_MULTIPLIER", "UNIT_MULT", "OBS_STATUS", "ACTION"),
)
"""Components beside the dimensions that decide what becomes of a row."""
_KNOWN: Final[dict[str, dict[str, str]]] = {
    **{total.casefold(): {} for total in TOTALS},
    **{f"sex={code}": {"sex": code.upper()} for code in ("m", "f")},
    **{
        f"{heading}={word}": {"residence": code}
        for heading in ("residence", "urbanisation")
        for word, code in {"u": "U", "urb": "U", "urban": "U", "r": "R", "rur": "R"}.items()
    },
    "residence=rural": {"residence": "R"},
    "urbanisation=rural": {"residence": "R"},
    **{f"wealth_quintile=q{n}": {"wealth_quintile": f"Q{n}"} for n in range(1, 6)},
}


def read_sdmx_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read an SDMX-CSV data message as received.

    Parameters
    ----------
    path
        The file. Labels may stand in a column of their own after the code's, or behind the code:
        ``VNM: Viet Nam`` under ``REF_AREA: Geographic area``.
    declared
        The publisher's areas and indicators, by code or label, to ours. Groups that are no code
        of ours are mapped in ``groups``, as ``Y0T4`` or ``AGE=Y0T4``.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row an observation, digits as the file spells them. A column that is neither a
        dimension of ours nor a known attribute counts as a dimension: its total is read, another
        group is quarantined, or left out if so declared. Persons times 1,000 become
        ``thousand_persons``; another multiplier, and a row that deletes, is quarantined.

    Raises
    ------
    SourceError
        If the file is not text, has no columns REF_AREA, TIME_PERIOD and OBS_VALUE, or a row is
        ragged, or there are several indicators and they are not mapped.

    References
    ----------
    .. [1] SDMX Technical Working Group, "SDMX-CSV field guide", versions 1.0 and 2.0.
    """
    cells = Collected(path, declared, source_id=source_id, known=_KNOWN)
    table = csv_columns(
        path, cells, is_header=_is_header, kind="SDMX-CSV", footer_rows=declared.footer_rows
    )
    columns = _columns(table.header, cells.where)
    dimensions = [name for name in columns if name not in ATTRIBUTES | _OWN]
    decisive = [name for name in (*dimensions, *_DECISIVE) if name in columns]
    spelled = {name: columns[name].of(table) for name in columns}
    widths = [len(spelled[name]) for name in decisive]

    def said(spelling: tuple[str, ...]) -> Mapping[str, Any]:
        rest = iter(spelling)
        names = {n: tuple(islice(rest, w)) for n, w in zip(decisive, widths, strict=True)}
        codes = {name: column[0] for name, column in names.items()}
        unit, broken = _unit(codes, declared)
        if codes.get("ACTION", "").upper() in {"D", "DELETE"}:
            broken = "the row deletes an observation; ask for the data as they stand"
        return {
            "indicators": names.get("INDICATOR", ()),
            "groups": [(name, _group_names(names[name])) for name in dimensions],
            "unit": unit,
            "status": codes.get("OBS_STATUS", ""),
            "broken": broken,
        }

    about = [column for name in decisive for column in spelled[name]]
    fields = Fields(
        **of_lines(table.lines, "OBS_VALUE"),
        areas=spelled_in(spelled["REF_AREA"]),
        periods=spelled_in(spelled["TIME_PERIOD"]),
        about=spelled_in(about or [constant("", pd.RangeIndex(len(table.lines)))]),
        text=spelled["OBS_VALUE"][0],
        lower=spelled.get("LOWER_BOUND", [None])[0],
        upper=spelled.get("UPPER_BOUND", [None])[0],
    )
    add_columns(cells, fields, said, lambda period: sdmx_period(period[0]))
    return cells.reading()


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a component stands: its code, its label if any, or both in one cell."""

    code: int
    label: int | None
    combined: bool

    def of(self, table: CsvColumns) -> list["pd.Series[Any]"]:
        """Return the codes, and the labels where there are any."""
        codes = table.cells[self.code]
        if self.combined:
            return [relabelled(codes, partial(_part, place)) for place in (0, 2)]
        return [codes] if self.label is None else [codes, table.cells[self.label]]


def _part(place: int, cell: str) -> str:
    return cell.partition(":")[place].strip()


def _is_header(cells: Sequence[str]) -> bool:
    ids = {cell.partition(":")[0].strip() for cell in cells}
    return {"REF_AREA", "TIME_PERIOD", "OBS_VALUE"} <= ids


def _columns(header: Sequence[str], where: str) -> dict[str, _Column]:
    """Return the components by id; a label column belongs to the one before it."""
    found: dict[str, _Column] = {}
    last = ""
    for position, heading in enumerate(header):
        name, colon, _ = heading.partition(":")
        name = name.strip()
        labelled = name.removesuffix("_LABEL")
        if labelled != name and labelled in found:
            found[labelled] = _Column(found[labelled].code, position, combined=False)
        elif COLUMN_ID.fullmatch(name):
            if name in found:
                raise SourceError(f"column {name!r} is in {where} twice; remove one")
            found[name] = _Column(position, None, combined=bool(colon))
            last = name
        elif last and found[last].label is None and not found[last].combined:
            found[last] = _Column(found[last].code, position, combined=False)
        else:
            raise SourceError(
                f"column {heading!r} of {where} is neither an SDMX id nor the label of the column "
                "before it; rename or remove it"
            )
    return found


def _group_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return code and label, none for a blank cell."""
    return tuple(names) if names[0] else ()


def _unit(codes: Mapping[str, str], declared: ReceivedFile) -> tuple[str, str]:
    """Return the row's unit as ours, and why it cannot be used."""
    code = folded(codes.get("UNIT_MEASURE", ""))
    unit = UNITS.get(code.upper(), "")
    if code and not unit and not (declared.unit or declared.units):
        return "", f"unknown unit {code!r}; declare unit in [file]"
    multiplier = codes.get("UNIT_MULTIPLIER") or codes.get("UNIT_MULT") or "0"
    if multiplier in {"0", "_Z"}:
        return unit, ""
    if multiplier == "3" and unit == "persons":
        return "thousand_persons", ""
    return unit, f"multiplied by 10^{multiplier}, which is not read; ask for unit multiplier 0"
