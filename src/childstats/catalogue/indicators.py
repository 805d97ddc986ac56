"""Indicators: what is counted, out of what, and how it may be used."""

from dataclasses import dataclass

from childstats.catalogue.reading import number
from childstats.codes import Level, Uncertainty, UnitMeasure
from childstats.errors import CatalogueError


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator counts, out of what, and how it may be used.

    Attributes
    ----------
    indicator
        Its id.
    name_en, name_vi, definition_en, definition_vi
        For readers; the definition says who is counted out of whom.
    level
        The level of child protection that it belongs to.
    unit_measure
        Unit of its observations.
    nature
        ``stock`` (a state at a date) or ``flow`` (events in a period).
    age
        Age group, SDMX style: ``Y0T15`` is under 16.
    minimum, maximum
        Smallest and largest possible value, in the unit of its observations; None where there is
        no limit: a count, or coverage of an estimated number of children.
    polarity
        ``higher``, ``lower`` (which is better) or ``none``.
    uncertainty
        Whether a confidence interval means anything for it.
    comparability
        Indicators of one group share their definition.
    numerator, denominator
        Indicators whose counts are its numerator and denominator; "" when not published.
        A count's denominator is the whole of which it is a part.
    resembles
        An indicator that this one is easily mistaken for, though they must not be compared.
    target, target_year, target_source
        The value that a plan sets, the year by which, and the document with its number; None and
        "" where no citable plan sets one.
    national_reference
        Where national rules define the indicator; "" where that is not certain.
    sdg, unicef, who
        Code of the Sustainable Development Goals indicator, of UNICEF's data warehouse, and of
        WHO's Global Health Observatory; "" where none is the same indicator, or none could be
        confirmed (see docs/assumptions.md).
    subpopulation
        The people it is limited to beyond age and area, as a dimension and a code:
        ``ethnicity=minority``; "" for everybody.
    """

    indicator: str
    name_en: str
    name_vi: str
    definition_en: str
    definition_vi: str
    level: Level
    unit_measure: UnitMeasure
    nature: str
    age: str
    minimum: float | None
    maximum: float | None
    polarity: str
    uncertainty: Uncertainty
    comparability: str
    numerator: str
    denominator: str
    resembles: str
    target: float | None
    target_year: int | None
    target_source: str
    national_reference: str
    sdg: str
    unicef: str
    who: str
    subpopulation: str


def indicator_of(row: dict[str, str], where: str) -> Indicator:
    """Return the indicator that a row of ``indicators.csv`` defines.

    Raises
    ------
    CatalogueError
        If a code or number in it is none, or its target has no document or lies outside.
    """
    try:
        found = Indicator(
            **{
                **row,
                "level": Level(row["level"]),
                "unit_measure": UnitMeasure(row["unit_measure"]),
                "uncertainty": Uncertainty(row["uncertainty"]),
                "minimum": number(row, "minimum"),
                "maximum": number(row, "maximum"),
                "target": number(row, "target"),
                "target_year": int(row["target_year"]) if row["target_year"] else None,
            }  # type: ignore[arg-type]  # every other field of a row is text
        )
    except ValueError as error:
        raise CatalogueError(f"{error} in {where}") from None
    given = {found.target is not None, found.target_year is not None, bool(found.target_source)}
    if len(given) > 1:
        raise CatalogueError(
            f"target, target_year and target_source in {where} belong together; give all or none"
        )
    low = found.minimum if found.minimum is not None else float("-inf")
    high = found.maximum if found.maximum is not None else float("inf")
    if not low <= (found.target if found.target is not None else low) <= high:
        raise CatalogueError(
            f"{found.indicator} in {where}: minimum, target and maximum are not in order"
        )
    return found
