"""A result: numbers as a frame first, then the blocks that say the same."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

import pandas as pd

from childstats.analyses.report import Report
from childstats.analyses.standing import spread
from childstats.observations.table import Observation

COLUMNS: Final = (
    *("indicator", "ref_area", "area", "year", "value", "low", "high", "digits", "unit_measure"),
    *("verdict", "against", "figure_ids"),
)
"""Columns that the frames of results have in common; some have more."""


class Result:
    """What an analysis found.

    Parameters
    ----------
    report
        The report that it is of.
    """

    def __init__(self, report: Report) -> None:
        self.report = report

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The numbers, one row a statement; shares are proportions, `low` and `high` are limits.

        `figure_ids` names the published figures behind each; `year` is missing (`pd.NA`) where a
        number is of no calendar year.
        """
        rows = list(self._rows())
        more = dict.fromkeys(name for row in rows for name in row if name not in COLUMNS)
        table = pd.DataFrame(rows, columns=[*COLUMNS, *more])
        return table.astype({"year": "Int64", "digits": "Int64", "value": float})

    def _rows(self) -> Iterable[dict[str, Any]]:
        raise NotImplementedError

    def known(self, indicator: str) -> str:
        """Return the id of an indicator; `CatalogueError` names the nearest to an unknown one."""
        return self.report.indicator(indicator).indicator

    def row_of(self, o: Observation, **more: Any) -> dict[str, Any]:
        """Return an observation as a row of a frame."""
        around = spread(self.report, o)
        low, high = (around.low, around.high) if not around.of_share else (o.obs_low, None)
        year = o.time_period
        return {
            "indicator": o.indicator,
            "ref_area": o.ref_area,
            "area": self.report.area_name(o.ref_area),
            "year": year if isinstance(year, int) else pd.NA,
            "value": o.obs_value,
            "low": low,
            "high": o.obs_high if high is None else high,
            "digits": pd.NA if o.decimals is None else o.decimals,
            "unit_measure": str(o.unit_measure),
            "verdict": "",
            "against": "",
            "figure_ids": (o.figure_id,),
        } | more

    def _repr_html_(self) -> str:
        """Return the frame, as a notebook shows it."""
        return str(self.frame.to_html(max_rows=20))

    def __repr__(self) -> str:
        """Return the frame as text."""
        return f"{type(self).__name__} of {self.report.title}\n{self.frame}"
