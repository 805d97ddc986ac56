"""The World Bank's CSV: the bulk download of an indicator, and DataBank's with year codes."""

import re
from pathlib import Path
from typing import Final

from childstats.sources.decoding import decoded
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.csv_tables import csv_table, has
from childstats.sources.readers.periods import sdmx_period
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
    text = decoded(path, encoding=declared.encoding, where=cells.where)
    table = csv_table(
        text,
        cells.where,
        is_header=has("Country Code"),
        kind="a CSV download of the World Bank",
        footers=FOOTERS,
        footer_rows=declared.footer_rows,
    )
    titled = dict(zip(table.header, range(len(table.header)), strict=True))
    names = {"areas": AREAS, "indicators": INDICATORS}
    at = {field: [titled[n] for n in known if n in titled] for field, known in names.items()}
    headings = [
        (column, heading, _YEAR_CODE.sub(r"\1", heading))
        for heading, column in titled.items()
        if column not in at["areas"] + at["indicators"]
    ]
    for line, row in table.rows:
        area, indicator = ([row[column] for column in at[field]] for field in names)
        for column, heading, year in headings:
            cells.add(
                place=f"{line}.{column + 1}",
                at=f"line {line}, {heading}",
                locator=f"row {area[0].strip()}, column {heading}",
                text=row[column],
                areas=area,
                indicators=indicator,
                period=sdmx_period(year),
                period_text=heading,
            )
    return cells.reading()
