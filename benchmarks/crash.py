"""Kill a build at every call of the system that changes a disk, from outside, by strace.

Run: python benchmarks/crash.py [CALL ...]

The tests kill a build from inside (`tests/crash/test_kill_points.py`). Here the kernel's own calls
are counted, whoever makes them: for each of the calls below and n = 1, 2, … a build that replaces
one tiny edition by another is killed at its n-th such call, then what is published is looked at,
and built again. Printed for each call: how many there are, how many files were torn, how often two
editions were mixed, and how often the plain build ended otherwise than an undisturbed one. All but
the first have to be 0.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
SOURCE = Path(__file__).parents[1] / "src"
CALLS = (
    *("write", "fsync", "rename", "renameat2", "link", "linkat", "mkdir", "unlink", "unlinkat"),
    *("rmdir", "ftruncate", "chmod"),
)
ONE = '{"notebooks": ("profile",), "languages": ("en",)}'
BUILD = (
    "import sys; from pathlib import Path; from tiny_editions import Tiny\n"
    f"Tiny(sys.argv[2], edition_id=sys.argv[3], **{ONE}).build(Path(sys.argv[1]))"
)


def run(folder: Path, text: str, edition: str, *before: str) -> int:
    """Build an edition in a process of its own, under the words before; return how it ended."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(SOURCE), str(TESTS)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [*before, sys.executable, "-c", BUILD, str(folder), text, edition]
    return subprocess.run(
        command, env=environment, stderr=subprocess.DEVNULL, check=False
    ).returncode


def main(calls: list[str]) -> None:
    """Kill builds at each of some calls, and print what was found."""
    if shutil.which("strace") is None:
        sys.exit("strace is not installed; tests/crash does the same from inside")
    sys.path[:0] = [str(SOURCE), str(TESTS)]
    from tiny_editions import Tiny, published, tiny_workspace  # noqa: PLC0415  # needs the path

    again = Tiny("new", edition_id="second", notebooks=("profile",), languages=("en",))
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        old = tiny_workspace(Path(scratch) / "old")
        undisturbed = Path(scratch) / "new"
        assert run(old, "old", "first") == 0
        shutil.copytree(old, undisturbed)
        assert run(undisturbed, "new", "second") == 0
        before, new = published(old), published(undisturbed)
        sites = [{n: d for n, d in files.items() if n.startswith("reports/")}
                 for files in (before, new)]  # fmt: skip
        for call in calls:
            number = torn = mixed = other = 0
            while True:
                number += 1
                folder = Path(shutil.copytree(old, Path(scratch) / "tried"))
                inject = f"inject={call}:signal=SIGKILL:when={number}"
                trace = ("strace", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", inject)
                lived = run(folder, "new", "second", *trace) == 0
                after = {n: d for n, d in published(folder).items() if ".incoming-" not in n}
                torn += sum(d not in {before.get(n), new.get(n)} for n, d in after.items())
                mixed += {n: d for n, d in after.items() if n.startswith("reports/")} not in sites
                again.build(folder)
                other += published(folder) != new
                shutil.rmtree(folder)
                if lived:
                    break
            found.append((number - 1, torn, mixed, other))
            print(f"{call:<10} {number - 1:>4} {torn:>4} {mixed:>4} {other:>4}", flush=True)
    print("all        {:>4} {:>4} {:>4} {:>4}".format(*map(sum, zip(*found, strict=True))))
    if any(any(counts[1:]) for counts in found):
        sys.exit(1)


if __name__ == "__main__":
    print("call       kills torn mixed otherwise")
    main(sys.argv[1:] or list(CALLS))
