"""The naive route to a report: papermill, then nbconvert through a browser, as two commands.

Timed by `benchmarks/reports.py` in two environments: the lean one that builds the reports
(``.venv``) and the full one with JupyterLab (``.venv-lab``), in which every command also loads what
JupyterLab brings. Playwright is taken from ``.venv-browser``; the browser is Debian's ``chromium``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from childstats.reports.edition import Job

ROOT: Final = Path(__file__).parent.parent
ENVIRONMENTS: Final = {"full": ROOT / ".venv-lab" / "bin", "lean": ROOT / ".venv" / "bin"}
BROWSER: Final = ROOT / ".venv-browser"
NEEDED: Final = ("playwright", "greenlet", "pyee", "typing_extensions.py")
EXPECTED: Final = """
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    try:
        p.chromium.launch()
    except Exception as error:
        words = str(error).split()
        print(words[words.index("at") + 1])
"""


class NaiveRoute:
    """Builds reports by papermill and nbconvert, one process each.

    Parameters
    ----------
    scratch
        A folder for what is made on the way.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._environment = dict(os.environ)
        self.exporter = "webpdf" if self._find_browser() else "childstats-pdf"

    def environments(self) -> list[str]:
        """Return the names of the environments that are there."""
        return [name for name, folder in ENVIRONMENTS.items() if (folder / "papermill").exists()]

    def build(self, job: Job, environment: str) -> None:
        """Build one report's PDF."""
        folder = ENVIRONMENTS[environment]
        executed = self._scratch / f"{environment}-{job.file_name}.ipynb"
        parameters = [x for name, value in job.parameters.items() for x in ("-p", name, str(value))]
        sandbox = ["--WebPDFExporter.disable_sandbox=True"] if self.exporter == "webpdf" else []
        for command in (
            [folder / "papermill", job.notebook, executed, *parameters],
            [folder / "jupyter-nbconvert", "--to", self.exporter, *sandbox, executed],
        ):
            done = subprocess.run(
                command, check=False, capture_output=True, text=True,
                cwd=job.notebook.parent, env=self._environment,
            )  # fmt: skip
            if done.returncode:
                sys.exit(f"{command[0]} failed: {done.stderr[-2000:]}")

    def _find_browser(self) -> bool:
        """Put Debian's browser where Playwright looks for its own; return whether there is one."""
        chromium = shutil.which("chromium")
        python = BROWSER / "bin" / "python"
        if chromium is None or not python.exists():
            return False
        browsers = self._scratch / "browsers"
        environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(browsers)}
        told = subprocess.run(
            [python, "-c", EXPECTED], check=True, capture_output=True, text=True, env=environment
        ).stdout.strip()
        Path(told).parent.mkdir(parents=True)
        Path(told).symlink_to(chromium)
        packages = self._scratch / "packages"
        packages.mkdir()
        for name in NEEDED:
            for place in BROWSER.glob(f"lib/*/site-packages/{name}"):
                (packages / name).symlink_to(place)
        self._environment = {**environment, "PYTHONPATH": str(packages)}
        return True
