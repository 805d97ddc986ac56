"""Run what a document tells its readers to type, and hold its outputs against what it shows."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

BLOCK = re.compile(r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", re.M | re.S)
WHERE = "<<where>>"


@dataclass(frozen=True)
class Block:
    kind: str
    """``sh`` to run, ``text`` what the commands before it print, else a file to write."""
    of: str
    """Exit code of ``sh``, or the file's name."""
    text: str


def blocks_of(path: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(path.read_text(encoding="utf-8"))]


class Reader:
    """Somebody who types everything that a document says, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""

    def follow(self, path: Path) -> int:
        """Do what the document says; return how many commands were run."""
        ran = 0
        for block in blocks_of(path):
            if block.kind == "sh":
                self.run(block)
                ran += 1
            elif block.kind == "text" and not block.of:
                missing = [line for line in block.text.splitlines() if line not in self.said]
                assert not missing, f"{path.name} shows {missing}; printed was:\n{self.said}"
            elif block.of:
                target = self.folder / block.of
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
        return ran

    def run(self, block: Block) -> None:
        bin_folder = Path(sys.executable).parent
        environment = os.environ | {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
        }
        done = subprocess.run(
            ["bash", "-e", "-c", f'{block.text}\necho "{WHERE}$PWD"'],
            check=False,  # the document says which exit code it expects
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        out, _, where = done.stdout.partition(WHERE)
        self.said = out + done.stderr
        assert done.returncode == int(block.of or 0), f"{block.text}\n{self.said}"
        self.folder = Path(where.strip()) if where else self.folder
