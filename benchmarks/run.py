"""Run the benchmarks one after another, each in a process of its own, and name the machine.

Run: make bench, or make bench WHAT=statistics_speed

Sizes are chosen for about a quarter of an hour in all; each script says how to run it larger. Only
ratios travel between machines. Not run: synthetic and naive (parts of reports), attack,
attack_system, sweep_files and samples (need files of yours), random_workspaces (measures no speed),
lab_proof and pages_proof (`make lab-test`, `make pages-test`), processors (`make processors`),
crash and mutations (they measure no speed; docs/reliability.md says what they found). R is used by
other_packages if it is there.
"""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).parent
BENCHMARKS = {
    "statistics_speed": [],
    "other_packages": ["summary"],
    "simulated_coverage": [str(Path(tempfile.gettempdir()) / "coverage.svg")],
    "cleaning": ["300000", "3"],
    "readers_speed": [],
    "disclosure_speed": ["45", "490"],
    "fuzz_figures": ["100000"],
    "reports": ["6", "1"],
    "phases": ["6"],
    "scale": ["none", "45", "450"],
}
PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "zepid")


def processor() -> str:
    """Return the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def machine() -> str:
    """Return what a reader has to know to compare the ratios with others."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{processor()}, {os.cpu_count()} cores, {system}, {', '.join(versions)}"


def load() -> str:
    """Return how busy the machine was in the last minute; Windows does not say."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def main(names: list[str]) -> None:
    """Run the benchmarks named, or all, and stop with the names of those that failed."""
    if unknown := [name for name in names if name not in BENCHMARKS]:
        sys.exit(f"unknown benchmark {unknown[0]!r}; choose from {', '.join(BENCHMARKS)}")
    print(f"machine: {machine()}")
    print("Rscript: " + (shutil.which("Rscript") or "not found; what needs R is left out"))
    failed = []
    for name in names or BENCHMARKS:
        print(f"\n== {name}, load {load()} before ==", flush=True)
        start = time.perf_counter()
        command = [sys.executable, str(FOLDER / f"{name}.py"), *BENCHMARKS[name]]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        print(f"== {name} took {time.perf_counter() - start:.0f} s ==", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
