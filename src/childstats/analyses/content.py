"""Whether a report has content: what has to be held of an area up to a year, for each notebook."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from childstats.analyses.comparisons import compare
from childstats.analyses.equity import gaps
from childstats.analyses.profile import table_levels
from childstats.analyses.report import Report
from childstats.blocks import Table
from childstats.observations.workspace import Workspace

Parameters = Mapping[str, Any]
COMPARED: Final = ("reference_areas", "national_indicators", "exposed_periods", "reference_periods")


def _levels(report: Report, parameters: Parameters) -> bool:
    areas = parameters.get("comparator_areas")
    return isinstance(table_levels(report, comparator_areas=areas), Table)


def _series(report: Report, parameters: Parameters) -> bool:
    return any(report.series(indicator) for indicator in _indicators(report, parameters))


def _groups(report: Report, parameters: Parameters) -> bool:
    return bool(gaps(report, _indicators(report, parameters)))


def _comparisons(report: Report, parameters: Parameters) -> bool:
    return bool(compare(report, **{n: parameters[n] for n in COMPARED if n in parameters}))


def _figures(report: Report, _: Parameters) -> bool:
    held = report.workspace.rows.observations(report.ref_area)
    return any(report.is_in_time(o) for o in held)


def _indicators(report: Report, parameters: Parameters) -> list[str]:
    known = report.workspace.catalogue.indicators
    values = [
        v for value in parameters.values() for v in (value if isinstance(value, list) else [value])
    ]
    return [value for value in values if isinstance(value, str) and value in known]


NEEDS: Final[Mapping[str, tuple[Callable[[Report, Parameters], bool], str]]] = {
    "annual_profile": (_levels, "no figure of any level of child protection is held"),
    "coverage_trends": (_series, "no series of coverage or survival is held"),
    "equity": (_groups, "no indicator by sex, residence or wealth is held"),
    "risk_ratios": (_comparisons, "no figure is held that may be compared with another one"),
    "data_quality": (_figures, "no figure is held"),
}
"""Of each of the project's notebooks the test of its content, and what is missing if it fails."""


def missing_content(name: str, workspace: Workspace, parameters: Parameters) -> str:
    """Return why a report would have no content; empty where it has some.

    Parameters
    ----------
    name
        Of the notebook; one that is not the project's is never refused.
    workspace
        Figures.
    parameters
        Of the report.

    Returns
    -------
    str
        One line: which report, what is missing, what to do.

    Raises
    ------
    InputError
        If a parameter cannot be used.
    """
    if name not in NEEDS:
        return ""
    report = Report(
        name,
        workspace=workspace,
        ref_area=parameters["ref_area"],
        time_period=parameters["time_period"],
        language="en",
    )
    has_content, missing = NEEDS[name]
    if has_content(report, parameters):
        return ""
    return (
        f"{name} of {report.area_name(report.ref_area)} {report.time_period}: {missing}; "
        "hold one in data/raw or leave the report out"
    )
