"""``childstats`` and ``python -m childstats``."""

from childstats.cli import main

if __name__ == "__main__":
    main()
