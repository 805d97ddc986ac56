"""Build again as a machine with another processor would, and compare every published file.

Run: make processors, after make reports

NumPy chooses faster instructions where the processor has them, the C library and OpenBLAS do the
same, and their last bits differ. Which can be switched off is read from NumPy on this machine. The
workspace is copied, built with all of them switched off, and every file of reports/ and
data/processed compared with those of the working tree and with those that are committed.

`features` prints NumPy's names alone, for NumPy's variable NPY_DISABLE_CPU_FEATURES.
"""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from numpy._core import _multiarray_umath as umath

ROOT = Path(__file__).parent.parent
PUBLISHED = ("reports", "data/processed")
INPUTS = ("childstats.toml", "data", "notebooks")
OLDEST_CORE = {"x86_64": "Prescott", "AMD64": "Prescott", "aarch64": "ARMV8", "arm64": "ARMV8"}
"""OpenBLAS' name of the plainest processor of a machine's kind."""
C_LIBRARY = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX512VL"
MOST_NAMED = 20


SWITCH = "NPY_DISABLE_CPU_FEATURES"


def features() -> list[str]:
    """Return the instruction sets that NumPy would use here and can do without."""
    used = [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__.get(name)]
    return sorted({*used, *os.environ.get(SWITCH, "").split()})


def plain_processor() -> dict[str, str]:
    """Return the environment in which nothing newer than NumPy's baseline is used."""
    found = {SWITCH: " ".join(features()), "GLIBC_TUNABLES": C_LIBRARY}
    core = OLDEST_CORE.get(platform.machine())
    return found | ({"OPENBLAS_CORETYPE": core} if core else {})


def files_of(root: Path) -> dict[str, bytes]:
    """Return every published file below a workspace."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in PUBLISHED
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def committed_files(root: Path) -> dict[str, bytes] | None:
    """Return every published file as it is committed; None outside of a clone, or without git."""
    if not (root / ".git").exists() or not shutil.which("git"):
        return None
    command = ["git", "-C", str(root), "archive", "HEAD", *PUBLISHED]
    packed = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        members = [(m.name, archive.extractfile(m)) for m in archive.getmembers()]
        return {name: file.read() for name, file in members if file is not None}


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Return the names of files that are not the same in both, or are in one alone."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def built_plainly(root: Path, folder: Path) -> dict[str, bytes]:
    """Return what a workspace gives, built in a folder without any newer instruction set."""
    for name in INPUTS:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / name)
    shutil.rmtree(folder / "data" / "processed", ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "childstats", "build", "--workspace", str(folder)],
        env={**os.environ, **plain_processor()}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return files_of(folder)


def main() -> None:
    """Build, compare, and end with exit code 1 where a file differs."""
    print("switched off:", ", ".join(f"{k}={v}" for k, v in plain_processor().items()), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        built = built_plainly(ROOT, Path(folder))
    others = {"the first build": files_of(ROOT), "the committed files": committed_files(ROOT)}
    faults = 0
    for name, files in others.items():
        if files is None:
            print(f"not compared with {name}: this is no clone")
            continue
        names = differing(built, files)
        faults += len(names)
        print(f"{len(built)} files, {len(names)} of them differ from {name}")
        print("".join(f"  {n}\n" for n in names[:MOST_NAMED]), end="")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["features"]:
        print(*features())
    else:
        main()
