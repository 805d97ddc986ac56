"""``python -m childstats`` is the same as ``childstats``."""

from childstats.cli import main

main()
