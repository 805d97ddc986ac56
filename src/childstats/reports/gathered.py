"""A published folder, gathered whole: only the files that its checksums vouch for."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from childstats.errors import EditionError

SUMS: Final = "SHA256SUMS"


def published_files(folder: Path) -> dict[str, str]:
    """Return the checksum of every file of a published folder, each checked.

    Parameters
    ----------
    folder
        Such as ``reports``.

    Returns
    -------
    dict
        Name below the folder, with slashes, to its SHA-256; ``SHA256SUMS`` itself left out.

    Raises
    ------
    EditionError
        If there is no list of checksums, or a file is missing, changed or outside the folder.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise EditionError(f"no {SUMS} in {folder}; build the edition first") from None
    found = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    for name, checksum in found.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise EditionError(f"{name!r} in {folder}/{SUMS} leads out of the folder; build again")
        try:
            content = (folder / name).read_bytes()
        except OSError:
            raise EditionError(f"{folder}/{name} is missing; build the edition again") from None
        if sha256(content).hexdigest() != checksum:
            raise EditionError(
                f"{folder}/{name} is not the file that {SUMS} lists; build the edition again"
            )
    return found
