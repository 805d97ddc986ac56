"""``childstats`` and ``python -m childstats``: a build with nothing to do ends before it begins."""

import sys

from childstats.reports.standing import answer


def main() -> None:
    """Run the command line."""
    if said := answer(sys.argv[1:]):
        print(said)
        return
    from childstats.cli import main as run  # noqa: PLC0415  # takes longer than the answer

    run()


if __name__ == "__main__":
    main()
