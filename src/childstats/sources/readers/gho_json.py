"""GHO's OData interface: one object an observation."""

from pathlib import Path
from typing import Any, Final

from childstats.errors import SourceError
from childstats.sources.readers.collected import Collected
from childstats.sources.readers.gho import KNOWN, printed_interval
from childstats.sources.readers.json_answers import json_answer, objects, spelled
from childstats.sources.readers.periods import sdmx_period
from childstats.sources.reading import Reading, ReceivedFile

GROUPS: Final = ("Dim1", "Dim2", "Dim3")
NEEDED: Final = ("IndicatorCode", "SpatialDim", "TimeDim")


def read_gho_json(path: Path, declared: ReceivedFile, *, source_id: str) -> Reading:
    """Read an answer of WHO's GHO OData interface as received.

    Parameters
    ----------
    path
        The file: ``{"value": [{"IndicatorCode": …, "SpatialDim": …, "TimeDim": …}, …]}``.
    declared
        The publisher's codes of areas and indicators to ours; ages and other groups.
    source_id
        Folder of the source.

    Returns
    -------
    Reading
        One row an observation, as displayed in Value, with its interval as displayed; without a
        display NumericValue, Low and High. An empty list of values gives no rows.

    Raises
    ------
    SourceError
        If the file is not such an answer, is an error message, goes on in another file
        (``@odata.nextLink``), or holds several indicators that are not mapped.
    """
    cells = Collected(path, declared, source_id=source_id, known=KNOWN)
    answer = json_answer(path, encoding=declared.encoding, where=cells.where)
    if not isinstance(answer, dict) or "value" not in answer:
        message = _message(answer)
        raise SourceError(
            f"{cells.where} is no answer of GHO's OData interface{message}; it has no list value"
        )
    if "@odata.nextLink" in answer:
        raise SourceError(f"{cells.where} goes on at @odata.nextLink; ask for all at once")
    values = objects(answer["value"], cells.where, "a list of GHO observations")
    for number, value in enumerate(values):
        missing = next((name for name in NEEDED if name not in value), None)
        if missing:
            raise SourceError(f"value {number} of {cells.where} has no {missing}; check the layout")
        text, low, high = printed_interval(
            spelled(value.get("Value")),
            value=spelled(value.get("NumericValue")),
            low=spelled(value.get("Low")),
            high=spelled(value.get("High")),
        )
        period = spelled(value["TimeDim"])
        cells.add(
            place=f"value/{number}",
            at=f"value {number}",
            locator=f"{spelled(value['IndicatorCode'])}, {spelled(value['SpatialDim'])}, {period}"
            f" (value {number})",
            text=text,
            areas=(spelled(value["SpatialDim"]),),
            indicators=(spelled(value["IndicatorCode"]),),
            period=sdmx_period(period),
            period_text=period,
            groups=[
                (spelled(value.get(f"{name}Type")) or name, (spelled(value.get(name)),))
                for name in GROUPS
            ],
            lower=low,
            upper=high,
        )
    return cells.reading()


def _message(answer: Any) -> str:
    """Return the interface's own error message, to go into ours."""
    error = answer.get("error") if isinstance(answer, dict) else None
    text = error.get("message") if isinstance(error, dict) else error
    return f" but the error {' '.join(spelled(text).split())!r}" if text else ""
