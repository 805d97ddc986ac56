"""Words for what happened to a figure between two editions."""

from typing import Final

from childstats.codes import ChangeKind
from childstats.language import mark

KINDS: Final = {
    ChangeKind.CORRECTED: mark("Corrected: another number of the same source"),
    ChangeKind.REVISED: mark("Revised by a publisher"),
    ChangeKind.NEW: mark("New"),
    ChangeKind.REMOVED: mark("Removed"),
}
