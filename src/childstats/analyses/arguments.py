"""What a notebook or an edition gives, refused where it is wrong: type, area, indicator, year."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from childstats.errors import CatalogueError, EditionError

if TYPE_CHECKING:
    from childstats.catalogue.catalogue import Catalogue

FIRST_YEAR, LAST_YEAR = 1900, 2099
AREA, INDICATOR, YEAR = "area", "indicator", "year"
EXAMPLES: Final = {AREA: "VN-71", INDICATOR: "infant_mortality_rate", YEAR: 2025}
KINDS: Final[Mapping[str, tuple[str, bool]]] = {
    **dict.fromkeys(("ref_area", "reference_area", "stratum_reference", "national_area"),
                    (AREA, False)),
    **dict.fromkeys(("areas", "comparator_areas", "reference_areas"), (AREA, True)),
    **dict.fromkeys(("indicator", "stratified_indicator"), (INDICATOR, False)),
    **dict.fromkeys(("indicators", "national_indicators", "ids", "headline"), (INDICATOR, True)),
    "time_period": (YEAR, False),
    **dict.fromkeys(("periods", "stratum_periods", "exposed_periods", "reference_periods"),
                    (YEAR, True)),
}  # fmt: skip
"""By the name of a parameter: what it holds, and whether it holds a list of them."""


def kind_of(name: str, default: Any, catalogue: "Catalogue") -> tuple[str, bool] | None:
    """Return what a notebook's parameter holds, by its name or else by its default value.

    Parameters
    ----------
    name
        Of the parameter.
    default
        Its value in the notebook.
    catalogue
        Areas and indicators.

    Returns
    -------
    tuple or None
        ``area``, ``indicator`` or ``year``, and whether it is a list; None where neither says it.
    """
    if name in KINDS:
        return KINDS[name]
    values = default if isinstance(default, list) else [default]
    for kind, known in ((INDICATOR, catalogue.indicators), (AREA, catalogue.areas)):
        if values and all(isinstance(v, str) and v in known for v in values):
            return kind, isinstance(default, list)
    return None


def refuse_wrong(
    name: str, value: Any, kind: tuple[str, bool], catalogue: "Catalogue", where: str = ""
) -> None:
    """Refuse a value that is not of a kind.

    Parameters
    ----------
    name
        Of the parameter.
    value
        What was given.
    kind
        As `kind_of`.
    catalogue
        Areas and indicators.
    where
        Place of the parameter, for the message.

    Raises
    ------
    EditionError
        If its type is another one, or a year is none.
    CatalogueError
        If an area or indicator is unknown; the message names the nearest one.
    """
    what, is_list = kind
    place = f" in {where}" if where else ""
    example = EXAMPLES[what]
    if is_list:
        if not isinstance(value, list | tuple | set | frozenset):
            raise EditionError(
                f"{name}{place} is {value!r}, a {_named(value)}; write a list such as {[example]!r}"
            )
        for part in value:
            refuse_wrong(f"an entry of {name}", part, (what, False), catalogue, where)
    elif what == YEAR:
        if type(value) is not int:
            raise EditionError(
                f"{name}{place} is {value!r}, a {_named(value)}; write a whole number such as "
                f"{example}"
            )
        if not FIRST_YEAR <= value <= LAST_YEAR:
            raise EditionError(f"{name} {value}{place} is no year; write one such as {example}")
    elif not isinstance(value, str):
        raise EditionError(
            f"{name}{place} is {value!r}, a {_named(value)}; write a code such as {example!r}"
        )
    else:
        try:
            (catalogue.indicator if what == INDICATOR else _area(catalogue))(value)
        except CatalogueError as error:
            raise CatalogueError(f"{name}{place}: {error}") from None


def _area(catalogue: "Catalogue") -> Callable[[str], object]:
    return lambda code: catalogue.areas.get(code) or catalogue.area(code)


def _named(value: Any) -> str:
    names = {str: "text", bool: "truth value", int: "number", float: "number", list: "list"}
    return names.get(type(value), type(value).__name__)


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of a report that refuses wrong areas, indicators and years at the call.

    Parameters
    ----------
    function
        Its first parameter is ``report``; any other function comes back as it is.

    Returns
    -------
    callable
        The same but for the refusal of arguments that `KINDS` names; None is let through.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function
    if next(iter(signature.parameters), "") != "report":
        return function

    @wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        given = signature.bind(*arguments, **keywords).arguments
        catalogue = given["report"].workspace.catalogue
        for name, value in given.items():
            if name in KINDS and value is not None:
                refuse_wrong(name, value, KINDS[name], catalogue)
        return function(*arguments, **keywords)

    return called
