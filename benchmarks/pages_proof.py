"""Every published page in a real browser: accessible, readable on a phone, without scripts.

Run: make pages-test (needs Debian's package chromium)

Each page of reports/ is opened at 320, 768 and 1,280 pixels, light and dark. axe-core finds no
violation of WCAG 2.2 A and AA or of its best practices; nothing is wider than the window; the
first key leads past the navigation; without JavaScript the same words are there; on paper nothing
is cut off. Prints a line a page and stops with the first fault. Screenshots go to the folder named.
"""

import shutil
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

REPORTS = Path(__file__).parents[1] / "reports"
WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PRINTED_WIDTH = 794
"""Pixels of the width of A4 at 96 an inch."""


def faults_of(page: Page) -> list[str]:
    """Return what axe-core and the window find wrong with an open page."""
    options = {"runOnly": {"type": "tag", "values": list(RULES)}}
    found = Axe().run(page, options=options).response["violations"]
    faults = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:
        faults.append(f"it is {width} pixels wide in a window of {page.viewport_size['width']}")
    return faults


def looked_at(browser: Browser, path: Path, pictures: Path | None) -> list[str]:
    """Open a page in every way and return its faults."""
    faults = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            window = {"width": width, "height": 900}
            context = browser.new_context(viewport=window, color_scheme=scheme)
            page = context.new_page()
            page.goto(path.as_uri())
            faults += [f"{width} px, {scheme}: {fault}" for fault in faults_of(page)]
            if pictures:
                page.screenshot(path=pictures / f"{path.stem}-{width}-{scheme}.png", full_page=True)
            context.close()
    page = browser.new_context(viewport={"width": PRINTED_WIDTH, "height": 1123}).new_page()
    page.goto(path.as_uri())
    words = page.inner_text("main")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.getAttribute('href')") != "#content":
        faults.append("the first key does not lead to the content")
    page.emulate_media(media="print")
    if page.evaluate("document.documentElement.scrollWidth") > PRINTED_WIDTH:
        faults.append("something is cut off on paper")
    without = browser.new_context(
        viewport={"width": PRINTED_WIDTH, "height": 1123}, java_script_enabled=False
    ).new_page()
    without.goto(path.as_uri())
    if without.inner_text("main") != words:
        faults.append("it says something else without JavaScript")
    return faults


def main(pictures: Path | None = None) -> None:
    """Look at every page of the edition."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this machine; install Debian's package chromium")
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    pages = sorted(REPORTS.glob("*.html"))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in pages:
            faults = looked_at(browser, path, pictures)
            if faults:
                sys.exit(f"{path.name}: " + "; ".join(faults))
            print(f"{path.name}: no fault in {len(WIDTHS) * len(SCHEMES)} windows", flush=True)
        browser.close()
    print(f"{len(pages)} pages, 0 faults")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
