"""The World Bank's CSV: the bulk download of an indicator, and DataBank's with year codes."""

import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from childstats.sources.periods import sdmx_period
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.collected_columns import (
    Fields,
    Spelled,
    add_columns,
    melted,
    spelled_in,
)
from childstats.sources.readers.csv_tables import csv_columns, has
from childstats.sources.reading import Reading, ReceivedFile

AREAS: Final = ("Country Code", "Country Name")
INDICATORS: Final = ("Indicator Code", "Series Code", "Indicator Name", "Series Name")
FOOTERS: Final = ("Data from database", "Last Updated")
"""How DataBank's notes below the table begin."""
_YEAR_CODE: Final = re.compile(r"(.+) \[YR.+\]")


def read_worldbank_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a CSV download of the World Bank as received.

    Parameters
    ----------
    path
        The file: lines on source and date, then "Country Name", "Country Code", "Indicator Name",
        "Indicator Code" and a column a year, a comma at the end of each line; or DataBank's, with
        "Series Name" and ``1990 [YR1990]``.
    declared
        Areas and indicators, by code or name, to ours.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a country and year, digits as the file spells them; an empty cell is a row without
        text, status M. A column that is no period is quarantined.

    Raises
    ------
    SourceError
        If the file is not text, has no such header, a ragged row, or holds several indicators
        that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id)
    table = csv_columns(
        path,
        cells,
        is_header=has("Country Code"),
        kind="a CSV download of the World Bank",
        footers=FOOTERS,
        footer_rows=declared.footer_rows,
    )
    titled = {heading.casefold(): column for column, heading in enumerate(table.header)}
    areas, indicators = (
        [titled[name.casefold()] for name in known if name.casefold() in titled]
        for known in (AREAS, INDICATORS)
    )
    years = [c for c in range(len(table.header)) if c not in areas + indicators]
    if not years or not len(table.lines):
        return cells.reading()
    size, columns = len(table.lines), [(c + 1, table.header[c]) for c in years]
    named = spelled_in([table.cells[c] for c in indicators]) if indicators else None
    about = named.codes if named else np.zeros(size, dtype=np.int64)
    of_areas = spelled_in([table.cells[c] for c in areas])
    lines, codes = table.lines.tolist(), table.cells[areas[0]].tolist()
    fields = Fields(
        pd.Series([f"{line}.{c}" for line in lines for c, _ in columns], dtype=object),
        pd.Series([f"line {line}, {h}" for line in lines for _, h in columns], dtype=object),
        pd.Series([f"row {code}, column {h}" for code in codes for _, h in columns], dtype=object),
        areas=Spelled(np.repeat(of_areas.codes, len(years)), of_areas.spellings),
        periods=Spelled(np.tile(np.arange(len(years)), size), [(h,) for _, h in columns]),
        about=Spelled(np.repeat(about, len(years)), named.spellings if named else [()]),
        text=melted([table.cells[c] for c in years]),
    )
    add_columns(cells, fields, lambda names: {"indicators": names}, _period)
    return cells.reading()


def _period(heading: tuple[str, ...]) -> str | None:
    return sdmx_period(_YEAR_CODE.sub(r"\1", heading[0]))
