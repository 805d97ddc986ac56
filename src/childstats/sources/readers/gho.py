"""What both GHO layouts of the World Health Organization share: groups, and printed intervals."""

import re
from typing import Final

TOTAL_WORDS: Final = (
    *("BTSX", "Both sexes", "TOTL", "TOTAL", "AGEALL", "ALLAGES", "All ages", "YEARSALL"),
    *("AGEGROUP_YEARSALL", "SEX_BTSX", "RESIDENCEAREATYPE_TOTL", "RESIDENCEAREATYPE_TOTAL"),
    *("WEALTHQUINTILE_TOTL", "HOUSEHOLDWEALTH_TOTL", "AGEGROUP_YEARSTOTL"),
)
_GROUPS: Final = {
    **{word: {"sex": "M"} for word in ("MLE", "SEX_MLE", "Male")},
    **{word: {"sex": "F"} for word in ("FMLE", "SEX_FMLE", "Female")},
    **{word: {"residence": "U"} for word in ("URB", "RESIDENCEAREATYPE_URB", "Urban")},
    **{word: {"residence": "R"} for word in ("RUR", "RESIDENCEAREATYPE_RUR", "Rural")},
    **{
        f"{prefix}WQ{n}": {"wealth_quintile": f"Q{n}"}
        for prefix in ("", "WEALTHQUINTILE_", "HOUSEHOLDWEALTH_")
        for n in range(1, 6)
    },
}
KNOWN: Final[dict[str, dict[str, str]]] = {
    **{word.casefold(): {} for word in TOTAL_WORDS},
    **{word.casefold(): dimensions for word, dimensions in _GROUPS.items()},
}
"""GHO's codes and words for groups, in lower case; ages are mapped in ``[file.groups]``."""
NO_DATA: Final = frozenset({"", "-", ".", "..", "no data", "not available", "not applicable"})
"""What GHO displays where it has no figure, in lower case."""
_INTERVAL: Final = re.compile(
    r"(?P<value>[^\[\]]+?)\s*"
    r"\[(?P<low>\s*-?\s*[^\s\[\]–-][^\[\]–-]*)[–-](?P<high>\s*-?\s*[^\s\[\]–-][^\[\]–-]*)\]"
)


def printed_interval(
    display: str, *, value: str = "", low: str = "", high: str = ""
) -> tuple[str, str, str]:
    """Return figure, low and high of a display value, each as printed.

    Parameters
    ----------
    display
        What GHO displays, with or without an interval.
    value, low, high
        What it gives beside it as numbers, for where nothing, or no interval, is displayed.

    Returns
    -------
    tuple of str
        All empty where there is no figure.

    Examples
    --------
    >>> printed_interval("21.6 [18.6-25.8]", value="21.57")
    ('21.6', '18.6', '25.8')
    >>> printed_interval("21.6", low="18.60", high="25.80"), printed_interval("No data")
    (('21.6', '18.60', '25.80'), ('', '', ''))
    """
    match = _INTERVAL.fullmatch(display.strip())
    if match:
        return match["value"].strip(), match["low"].strip(), match["high"].strip()
    if display.strip().casefold() in NO_DATA:
        return value.strip(), low.strip(), high.strip()
    return display.strip(), low.strip(), high.strip()
