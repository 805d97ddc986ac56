"""The doctor: what an installation and a workspace need, each looked at, with what to do."""

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from childstats.errors import ChildstatsError
from childstats.folders import workspace_folder

PACKAGE: Final = "childstats"
LOCK: Final = "requirements.lock"
FREE_BYTES: Final = 200_000_000
"""A workspace's reports, built beside the ones in place, with room to spare."""
WEIGHTS: Final = ("Regular", "SemiBold", "Bold")
INSTALL: Final = "install again, into a new environment: docs/tutorial.md, step 1"


class Health(StrEnum):
    """What an examination found."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at.

    Attributes
    ----------
    health
        Whether it is well; a note stops nothing.
    said
        What was found, and for a fault what to do, in one line.
    """

    health: Health
    said: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{self.health.value}: {' '.join(self.said.split())}"


def examine(
    path: str | Path = ".", *, published: str | Path | None = None, now: datetime | None = None
) -> list[Examined]:
    """Look at everything that building reports needs.

    Parameters
    ----------
    path
        A workspace or a folder inside it; where there is none, only the installation is examined.
    published
        Optional: a folder of published reports, which must not be older than 36 hours.
    now
        The time that its age is counted to; the clock where it is not given.

    Returns
    -------
    list of Examined
        In a fixed order. An examination that breaks down is a fault, not an exception.
    """
    examinations: list[Callable[[], Iterator[Examined]]] = [
        _python, _packages, _fonts, _typesetting, _fork, _kernel,
    ]  # fmt: skip
    try:
        root = workspace_folder(path)
        examinations += [lambda: _locked(root), lambda: _folder(root), lambda: _workspace(root)]
    except ChildstatsError:
        examinations.append(_no_workspace)
    if published is not None:
        examinations.append(lambda: _published(Path(published), now or datetime.now(UTC)))
    return [found for examination in examinations for found in _told(examination)]


def _told(examination: Callable[[], Iterator[Examined]]) -> Iterator[Examined]:
    try:
        yield from examination()
    except Exception as error:  # a broken installation breaks in any way it likes
        name = getattr(examination, "__name__", "examination").strip("_<>")
        yield Examined(Health.FAULT, f"{name}: {type(error).__name__}: {error}; {INSTALL}")


def _python() -> Iterator[Examined]:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  # only here

    version = ".".join(map(str, sys.version_info[:3]))
    needed = importlib.metadata.metadata(PACKAGE)["Requires-Python"]
    if version in SpecifierSet(needed):
        yield Examined(Health.OK, f"this is Python {version}")
    else:
        yield Examined(Health.FAULT, f"this is Python {version}, not {needed}; use another one")


def _packages() -> Iterator[Examined]:
    from packaging.requirements import Requirement  # noqa: PLC0415  # only here

    wanted = map(Requirement, importlib.metadata.requires(PACKAGE) or ())
    needed = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    faults = 0
    for requirement in needed:
        installed = _installed(requirement.name)
        if installed is None or installed not in requirement.specifier:
            faults += 1
            found = f"{requirement.name} {installed}" if installed else "it is not installed"
            yield Examined(Health.FAULT, f"{requirement} is needed, {found}; {INSTALL}")
    if not faults:
        yield Examined(Health.OK, f"all {len(needed)} packages that it needs are installed")


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _locked(root: Path) -> Iterator[Examined]:
    """Compare with the lock beside the workspace, which only the project's own folder has."""
    from packaging.requirements import Requirement  # noqa: PLC0415  # only here

    if not (root / LOCK).is_file():
        return
    text = (root / LOCK).read_text(encoding="utf-8")
    pins = map(Requirement, re.findall(r"^([A-Za-z0-9][^\s\\]*==[^\\\n]+)", text, re.M))
    for pin in pins:
        installed = _installed(pin.name)
        applies = pin.marker is None or pin.marker.evaluate()
        if applies and installed and installed not in pin.specifier:
            yield Examined(
                Health.NOTE,
                f"{pin.name} {installed} is installed, {LOCK} has {pin.specifier}: "
                "reports may differ from the published ones; run make clean reports",
            )


def _fonts() -> Iterator[Examined]:
    from childstats.charts.palette import font_folder  # noqa: PLC0415  # matplotlib

    missing = [
        name
        for weight in WEIGHTS
        if not (font_folder() / (name := f"BeVietnamPro-{weight}.ttf")).is_file()
    ]
    if missing:
        yield Examined(Health.FAULT, f"no font {', '.join(missing)}; {INSTALL}")
    else:
        yield Examined(Health.OK, "the font Be Vietnam Pro is there")


def _typesetting() -> Iterator[Examined]:
    import typst  # noqa: PLC0415  # slow to load

    from childstats.charts.palette import font_folder  # noqa: PLC0415  # matplotlib

    page = (
        b'#set document(title: "Doctor")\n#set text(font: "Be Vietnam Pro", lang: "vi")\n#title()'
    )
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its stub mixes no kinds of path
        page, font_paths=[str(font_folder())], ignore_system_fonts=True, format="pdf"
    )
    if not made.startswith(b"%PDF-"):
        yield Examined(Health.FAULT, f"a page was typeset, but is no PDF; {INSTALL}")
    else:
        yield Examined(Health.OK, f"a page was typeset by typst {_installed('typst')}")


def _fork() -> Iterator[Examined]:
    if hasattr(os, "fork"):
        yield Examined(Health.OK, "reports can be made in forks of a warm process")
    else:
        yield Examined(Health.NOTE, "no fork here: each report starts a kernel, which is slower")


def _kernel() -> Iterator[Examined]:
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415  # slow to load

    known = KernelSpecManager().find_kernel_specs()
    if "python3" in known:
        yield Examined(Health.OK, "the kernel python3 is there, for builds without fork")
    else:
        yield Examined(
            Health.FAULT,
            f"no kernel python3; write: {sys.executable} -m ipykernel install --sys-prefix",
        )


def _no_workspace() -> Iterator[Examined]:
    yield Examined(
        Health.NOTE, "no workspace here; make one with childstats new, or name it: --workspace"
    )


def _folder(root: Path) -> Iterator[Examined]:
    """Try to write where a build writes, and ask how much room there is."""
    for folder in (root, root / "data", root / "reports"):
        if folder.is_dir():
            try:
                with NamedTemporaryFile(prefix=".doctor-", dir=folder):
                    pass
            except OSError as error:
                yield Examined(
                    Health.FAULT,
                    f"{folder} cannot be written ({error.strerror}); ask its owner for the right",
                )
                return
    yield Examined(Health.OK, f"{root} can be written")
    free = shutil.disk_usage(root).free
    said = f"{free / 1e6:,.0f} MB are free"
    if free < FREE_BYTES:
        needed = f"a build needs about {FREE_BYTES / 1e6:,.0f} MB; make room"
        yield Examined(Health.FAULT, f"{said}, {needed}")
    else:
        yield Examined(Health.OK, said)


def _workspace(root: Path) -> Iterator[Examined]:
    from childstats.observations.workspace import open_workspace  # noqa: PLC0415  # pandas
    from childstats.reports.edition import read_edition  # noqa: PLC0415  # only here

    try:
        opened = open_workspace(root)
        edition = read_edition(opened)
    except ChildstatsError as error:
        yield Examined(Health.FAULT, str(error))
        return
    yield Examined(
        Health.OK,
        f"the workspace is read: {edition.edition_id}; "
        f"figures: {len(opened.figures)}, reports to make: {len(edition.jobs)}",
    )


def _published(folder: Path, now: datetime) -> Iterator[Examined]:
    from childstats.reports.freshness import OLDEST, last_build  # noqa: PLC0415  # only here

    try:
        built = last_build(folder)
    except ChildstatsError as error:
        yield Examined(Health.FAULT, str(error))
        return
    hours = (now - built).total_seconds() / 3600
    said = f"the reports in {folder} were built {hours:.0f} hours ago"
    if now - built > OLDEST:
        yield Examined(
            Health.FAULT,
            f"{said}, more than {OLDEST.total_seconds() / 3600:.0f}; see what the last night said",
        )
    else:
        yield Examined(Health.OK, said)
