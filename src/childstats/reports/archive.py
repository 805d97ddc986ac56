"""Earlier editions: kept whole below ``editions/``, each at an address of its own."""

from pathlib import Path

from childstats.errors import BuildError
from childstats.folders import ARCHIVE, SLUG
from childstats.intake import json_value


def superseded(reports: Path, edition_id: str) -> dict[str, Path]:
    """Return what is to be kept of the edition that is about to be replaced by another one.

    Parameters
    ----------
    reports
        Folder of the published edition.
    edition_id
        Name of the one that replaces it; an edition that is only built again is not kept.

    Returns
    -------
    dict
        Name below ``reports/`` to the file that has to stand there.

    Raises
    ------
    BuildError
        If a file of the old edition is gone; nothing is kept then, and nothing replaced.
    """
    old = _edition_of(reports)
    if old is None or old == edition_id or (reports / ARCHIVE / old).exists():
        return {}
    kept = {f"{ARCHIVE}/{old}/SHA256SUMS": reports / "SHA256SUMS"}
    for line in (reports / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        name = line.partition("  ")[2]
        if ".." in Path(name).parts or Path(name).is_absolute():
            continue
        if not (reports / name).is_file():
            raise BuildError(
                f"reports/{name} of the edition {old!r} is gone, which is to be kept; "
                "put it back, or build that edition again first"
            )
        kept[f"{ARCHIVE}/{old}/{name}"] = reports / name
    return kept


def earlier_editions(reports: Path, edition_id: str) -> list[tuple[str, str]]:
    """Return name and day of every earlier edition, the latest first, one to be kept included.

    Parameters
    ----------
    reports
        Folder of the published edition.
    edition_id
        Name of the present edition.
    """
    found = {}
    for folder in (*(reports / ARCHIVE).glob("[!.]*"), reports):
        name = _edition_of(folder)
        if name and name != edition_id:
            manifest = json_value((folder / "manifest.json").read_text(encoding="utf-8"))
            found[name] = str(manifest["date"])
    return sorted(found.items(), key=lambda item: (item[1], item[0]), reverse=True)


def _edition_of(folder: Path) -> str | None:
    """Return the name of the edition in a folder, if its list of files can be read."""
    try:
        manifest = json_value((folder / "manifest.json").read_text(encoding="utf-8"))
        name = manifest["edition"]
        known = isinstance(manifest["date"], str) and (folder / "SHA256SUMS").is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if known and isinstance(name, str) and SLUG.fullmatch(name) else None
