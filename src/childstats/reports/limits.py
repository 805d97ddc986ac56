"""What one notebook may use of time, memory and disk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one notebook may use.

    Attributes
    ----------
    cell_seconds, notebook_seconds
        Time of one cell, and of the whole notebook with everything around it.
    memory
        Bytes that may be claimed beyond what the notebook starts with.
    output
        Bytes of outputs.
    """

    cell_seconds: float = 600
    notebook_seconds: float = 3600
    memory: int = 4 << 30
    output: int = 100 << 20
