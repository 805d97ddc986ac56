"""GHO's CSV: Athena's, with codes or with codes and names, and today's download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from childstats.sources.decoding import decoded
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.csv_tables import csv_table, has
from childstats.sources.readers.gho import KNOWN, printed_interval
from childstats.sources.readers.periods import sdmx_period
from childstats.sources.reading import Reading, ReceivedFile


@dataclass(frozen=True, slots=True)
class _Form:
    """The headings of one generation of the layout.

    Attributes
    ----------
    marks
        Headings by which it is known.
    indicators, display, value, low, high, period
        Where these stand; of several headings for a display the first that the file has.
    areas
        Levels of area from the most to the least detailed, each its code and names; a row of an
        aggregate leaves the more detailed ones empty.
    notes
        Headings that are no dimension; a heading that begins with one of them neither.
    """

    marks: tuple[str, ...]
    indicators: tuple[str, ...]
    display: tuple[str, ...]
    value: str
    low: str
    high: str
    period: tuple[str, ...]
    areas: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


_ATHENA_LEVELS: Final = ("COUNTRY", "REGION", "UNREGION", "MGHEREG", "WORLDBANKINCOMEGROUP")
_ATHENA_NOTES: Final = (
    *("GHO", "PUBLISHSTATE", "YEAR", "STARTYEAR", "ENDYEAR", "DATASOURCE", "DISPLAY VALUE"),
    *("VALUE", "NUMERIC", "LOW", "HIGH", "STDERR", "STDDEV", "COMMENTS", "DIMENSION (TYPE)"),
)
_CODES: Final = _Form(
    marks=("GHO", "YEAR", "Display Value"),
    indicators=("GHO",),
    display=("Display Value",),
    value="Numeric",
    low="Low",
    high="High",
    period=("YEAR",),
    areas=tuple((level,) for level in _ATHENA_LEVELS),
    notes=_ATHENA_NOTES,
)
_NAMES: Final = _Form(
    marks=("GHO (CODE)", "YEAR (DISPLAY)", "Numeric"),
    indicators=("GHO (CODE)", "GHO (DISPLAY)"),
    display=("Display Value", "Value"),
    value="Numeric",
    low="Low",
    high="High",
    period=("YEAR (DISPLAY)", "YEAR (CODE)"),
    areas=tuple((f"{level} (CODE)", f"{level} (DISPLAY)") for level in _ATHENA_LEVELS),
    notes=_ATHENA_NOTES,
)
_DOWNLOAD: Final = _Form(
    marks=("Indicator", "Location", "Period", "Value"),
    indicators=("IndicatorCode", "Indicator"),
    display=("Value",),
    value="FactValueNumeric",
    low="FactValueNumericLow",
    high="FactValueNumericHigh",
    period=("Period",),
    areas=(("SpatialDimValueCode", "Location"),),
    notes=(),
)
_FORMS: Final = (_NAMES, _CODES, _DOWNLOAD)
_DOWNLOAD_GROUPS: Final = ("Dim1", "Dim2", "Dim3")


def read_gho_csv(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read a CSV file of WHO's Global Health Observatory as received.

    Parameters
    ----------
    path
        The file: Athena's with columns GHO, YEAR, COUNTRY, "Display Value"; Athena's with
        "GHO (CODE)" and "GHO (DISPLAY)", also as HDX hands it on, with a row of tags below the
        header; or the download with IndicatorCode, SpatialDimValueCode, Period, Value.
    declared
        The publisher's areas and indicators, by code or name, to ours; ages and other groups.
        An aggregate has no COUNTRY: its area is its region or income group.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row a figure, as displayed, with the interval as displayed; without a display the
        number beside it. "No data" is a row without text, status M.

    Raises
    ------
    SourceError
        If the file is not text, none of the three, has a ragged row, or holds several indicators
        that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id, known=KNOWN)
    text = decoded(path, encoding=declared.encoding, where=cells.where)
    table = csv_table(
        text,
        cells.where,
        is_header=lambda header: any(has(*form.marks)(header) for form in _FORMS),
        kind="CSV of the Global Health Observatory",
        footer_rows=declared.footer_rows,
    )
    form = next(form for form in _FORMS if has(*form.marks)(table.header))
    heading = next((name for name in form.display if name in table.header), form.value)
    groups = _groups_of(form, table.header)
    for line, row in table.rows:
        cell = {name: text.strip() for name, text in zip(table.header, row, strict=True)}
        if all(text.startswith("#") for text in filter(None, cell.values())):
            continue
        given = (cell.get(name, "") for name in (form.value, form.low, form.high))
        value, low, high = printed_interval(
            cell[heading], **dict(zip(("value", "low", "high"), given, strict=True))
        )
        period = next((cell[name] for name in form.period if cell.get(name)), "")
        cells.add(
            place=str(line),
            at=f"line {line}, {heading}",
            locator=f"row {line}, {heading}",
            text=value,
            areas=_area(form, cell),
            indicators=[cell[name] for name in form.indicators if name in cell],
            period=sdmx_period(period),
            period_text=period,
            groups=[(name, [cell[n] for n in names]) for name, names in groups.items()],
            lower=low,
            upper=high,
            broken=_unpublished(cell),
        )
    return cells.reading()


def _area(form: _Form, cell: Mapping[str, str]) -> Sequence[str]:
    """Return code and name of the row's area; a country comes before what it is part of."""
    levels = [[cell[n] for n in names if cell.get(n)] for names in form.areas]
    given = [names for names in levels if names]
    if not given:
        return ()
    if levels[0] or len(given) == 1:
        return given[0]
    return (" and ".join(names[0] for names in given),)


def _groups_of(form: _Form, header: Sequence[str]) -> dict[str, list[str]]:
    """Return each dimension that the form does not know, and where its code and name stand."""
    if form is _DOWNLOAD:
        return {
            name: [n for n in (f"{name}ValueCode", name) if n in header]
            for name in _DOWNLOAD_GROUPS
            if name in header
        }
    used = {name for names in form.areas for name in names} | set(_ATHENA_LEVELS)
    groups: dict[str, list[str]] = {}
    for name in header:
        dimension = name.partition(" (")[0]
        note = name.upper() in form.notes or dimension.upper() in form.notes
        if not note and name not in used and dimension not in used and "(URL)" not in name:
            groups.setdefault(dimension, []).append(name)
    return groups


def _unpublished(cell: Mapping[str, str]) -> str:
    state = cell.get("PUBLISHSTATE") or cell.get("PUBLISHSTATE (CODE)") or "PUBLISHED"
    if state.upper() == "PUBLISHED":
        return ""
    return f"publish state {state!r}; only published figures are read"
