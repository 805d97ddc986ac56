"""Open every notebook in a real JupyterLab, run all its cells, and look for errors and charts.

`make lab-test` runs it. It needs Debian's ``chromium`` (or another one, named in CHROMIUM), the
JupyterLab of ``.venv-lab``, and Playwright, which brings no browser of its own. It works on a copy
of the workspace, listens on this machine only, and leaves pictures of the last chart and table of
each notebook in ``dist/lab``. The exit code is 0 when every notebook ran to its end without an
error and drew what it should.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from analyst_walk import write_walk  # noqa: E402  # of the tests, which build the same notebook

JUPYTER: Final = ROOT / ".venv-lab" / "bin" / "jupyter"
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PICTURES: Final = ROOT / "dist" / "lab"
WITHOUT_CHARTS: Final = {"data_quality"}
START_SECONDS, RUN_SECONDS = 90, 240
STATE: Final = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells;
    const outputs = cells.flatMap(cell => cell.outputs || []);
    const code = cells.filter(cell => cell.cell_type === 'code');
    return {
        errors: outputs.filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue),
        warnings: outputs.filter(o => o.output_type === 'stream').map(o => o.text),
        not_run: code.filter(cell => cell.execution_count === null).length,
        silent: code.length - code.filter(cell => (cell.outputs || []).length).length,
        ended: JSON.stringify(code.at(-1).outputs).includes('"type":"end"'),
    };
}"""


def main() -> int:
    """Try every notebook and return how many failed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    failed = 0
    with TemporaryDirectory() as scratch, _lab(Path(scratch)) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for path in [*sorted((ROOT / "notebooks").glob("*.ipynb")), Path("analyst_walk.ipynb")]:
            page = browser.new_page(viewport={"width": 1200, "height": 1400})
            faults = _faults(page, address, path.stem)
            print(f"{path.stem}: {'; '.join(faults) or 'ran to its end'}")
            failed += bool(faults)
            page.close()
        browser.close()
    return failed


@contextmanager
def _lab(scratch: Path) -> Iterator[str]:
    """Serve a copy of the workspace and yield the address of a notebook, with its token."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, scratch / "workspace" / name)
    shutil.copy(ROOT / "childstats.toml", scratch / "workspace")
    # an analyst's walk: frames, a pivot, an altered chart, a chart and a table of his own
    write_walk(scratch / "workspace" / "notebooks" / "analyst_walk.ipynb")
    settings = {
        # every cell stands in the page, also those that are scrolled out of sight
        "notebook-extension/tracker": '{"windowingMode": "none"}',
        # no question about news in front of the notebook
        "apputils-extension/notification": '{"fetchNews": "false"}',
    }
    for name, text in settings.items():
        path = scratch / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "HOME": str(scratch),
        "JUPYTER_TOKEN": token,
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
    }
    arguments = [
        *("lab", "--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}"),
        f"--notebook-dir={scratch / 'workspace' / 'notebooks'}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (scratch / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen([JUPYTER, *arguments], env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={token}")
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}.ipynb?token={token}&reset"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _faults(page: Page, address: str, name: str) -> list[str]:
    """Run one notebook in the page, keep a picture, and return what is wrong with it."""
    page.goto(address.format(name))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START_SECONDS * 1000)
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel",
        timeout=60000,
    )
    page.set_default_timeout(RUN_SECONDS * 1000)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
        ".every(prompt => /\\[\\d+\\]/.test(prompt.textContent))",
        timeout=RUN_SECONDS * 1000,
    )
    state: dict[str, Any] = page.evaluate(STATE)
    drawn = page.locator(".jp-OutputArea figure :is(svg, img)")
    visible = sum(_is_drawn(drawn.nth(i).bounding_box()) for i in range(drawn.count()))
    for kind, shown in (("chart", drawn), ("table", page.locator(".jp-OutputArea table"))):
        if shown.count():
            shown.last.scroll_into_view_if_needed()
            page.screenshot(path=PICTURES / f"{name}-{kind}.png")
    faults = [*state["errors"], *(f"printed {text!r}" for text in state["warnings"])]
    if state["not_run"]:
        faults.append(f"{state['not_run']} cells did not run")
    if not state["ended"]:
        faults.append("the last cell is not the end of the report")
    if not visible and name not in WITHOUT_CHARTS:
        faults.append("no chart is visible")
    if not page.locator(".jp-OutputArea table").count():
        faults.append("no table is visible")
    return faults


def _is_drawn(box: Any) -> bool:
    return box is not None and box["width"] > 300 and box["height"] > 60


if __name__ == "__main__":
    sys.exit(main())
