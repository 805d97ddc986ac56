"""The document that sets a target, and who is quoted for it, in the report's language."""

import re
from datetime import date
from typing import Final

from childstats.language import Language

DECISION: Final = re.compile(
    r"Quyết định (\S+) ngày (\d{2})/(\d{2})/(\d{4})(?:, theo bản tóm tắt của (\S+))?"
)
"""How the catalogue names a decision, and the publisher of a summary where that was read."""


def document_year(source: str) -> int:
    """Return the year of the document that sets a target; 0 where it is not said."""
    years = re.findall(r"\b(?:19|20)\d\d\b", source)
    return int(years[0]) if years else 0


def target_source(t: Language, source: str) -> str:
    """Return the document that sets a target, in the report's language.

    Parameters
    ----------
    t
        The language.
    source
        ``target_source`` of an indicator, as the catalogue has it: in Vietnamese.

    Returns
    -------
    str
        As it stands, unless the language is another and the document a decision.
    """
    found = DECISION.fullmatch(source)
    if found is None or t.code == "vi":
        return source
    number, day, month, year, publisher = found.groups()
    when = t.date(date(int(year), int(month), int(day)))
    decision = t.say("Decision {number} of {date}", number=number, date=when)
    if not publisher:
        return decision
    return t.say("{document}, as summarised by {publisher}", document=decision, publisher=publisher)
