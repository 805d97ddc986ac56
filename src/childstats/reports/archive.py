"""Earlier editions: kept whole below ``editions/``, each at an address of its own."""

import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

from childstats.errors import BuildError
from childstats.folders import ARCHIVE, SLUG


def archive_superseded(reports: Path, edition_id: str) -> None:
    """Keep the edition that is about to be replaced by another one.

    Parameters
    ----------
    reports
        Folder of the published edition.
    edition_id
        Name of the one that replaces it; an edition that is only built again is not kept.

    Raises
    ------
    BuildError
        If a file of the old edition is gone; nothing is kept then, and nothing replaced.
    """
    old = _edition_of(reports)
    if old is None or old == edition_id or (reports / ARCHIVE / old).exists():
        return
    (reports / ARCHIVE).mkdir(exist_ok=True)
    incoming = Path(mkdtemp(prefix=".incoming-", dir=reports / ARCHIVE))
    try:
        for line in (reports / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
            name = line.partition("  ")[2]
            target = incoming / name
            if ".." in Path(name).parts or Path(name).is_absolute():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(reports / name, target)
        shutil.copy2(reports / "SHA256SUMS", incoming)
        incoming.chmod(0o755)
        incoming.replace(reports / ARCHIVE / old)
    except FileNotFoundError as error:
        shutil.rmtree(incoming, ignore_errors=True)
        raise BuildError(
            f"reports/{Path(error.filename).relative_to(reports)} of the edition {old!r} is gone, "
            "which is to be kept; put it back, or build that edition again first"
        ) from None
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise


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
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            found[name] = str(manifest["date"])
    return sorted(found.items(), key=lambda item: (item[1], item[0]), reverse=True)


def _edition_of(folder: Path) -> str | None:
    """Return the name of the edition in a folder, if its list of files can be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        name = manifest["edition"]
        known = isinstance(manifest["date"], str) and (folder / "SHA256SUMS").is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if known and isinstance(name, str) and SLUG.fullmatch(name) else None
