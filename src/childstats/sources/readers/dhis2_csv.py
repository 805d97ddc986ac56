"""DHIS2's analytics as CSV: one value a line, or the table layout of a pivot table."""

from collections.abc import Sequence
from pathlib import Path

from childstats.sources.readers.collected import Collected
from childstats.sources.readers.csv_tables import csv_columns
from childstats.sources.readers.dhis2 import KNOWN, Names, columns_of, dimension_of
from childstats.sources.readers.dhis2_table import add_table
from childstats.sources.reading import Reading, ReceivedFile


def read_dhis2_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a CSV of DHIS2 as received.

    Parameters
    ----------
    path
        The file: ``analytics.csv`` with columns Data, Period, Organisation unit, Value (or dx,
        pe, ou, value), ids or names in its cells; the table layout, with ``organisationunitid``,
        ``organisationunitname`` and a column for each "ANC 1st visit January 2016"; or
        ``dataValueSets.csv``.
    declared
        Areas and indicators by id, name or code, to ours; category option combinations in
        ``groups``. What all figures share and the file does not say: ``indicator``,
        ``time_period``, or a single area.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a value; an empty cell of the table layout is a row without text, status M. A
        heading that can be taken apart in no way, or in several, is quarantined.

    Raises
    ------
    SourceError
        If the file is not text, has no such header, a ragged row, or holds several indicators
        that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id, known=KNOWN)
    table = csv_columns(
        path,
        cells,
        is_header=_is_header,
        kind="CSV of DHIS2's analytics",
        footer_rows=declared.footer_rows,
    )
    columns = columns_of([(heading,) for heading in table.header], cells.where)
    add_table(cells, columns, table.lines, table.cells, Names(), word="line")
    return cells.reading()


def _is_header(header: Sequence[str]) -> bool:
    """Return whether a header has DHIS2's data or organisation units, by whatever name."""
    return any(dimension_of((name,))[0] in {"dx", "ou"} for name in header)
