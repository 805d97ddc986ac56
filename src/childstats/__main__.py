"""``childstats`` and ``python -m childstats``: a build with nothing to do ends before it begins."""

import sys

from childstats.reports import unchanged


def main() -> None:
    """Run the command line; every step takes longer than the one before."""
    root = unchanged.asked_for(sys.argv[1:])
    said = unchanged.answer(root) if root else ""
    if root and not said:
        from childstats.reports import standing  # noqa: PLC0415  # checksums and notes

        said = standing.answer(root)
    if said:
        print(said)
        return
    from childstats.cli import main as run  # noqa: PLC0415  # takes longer than the answer

    run()


if __name__ == "__main__":
    main()
