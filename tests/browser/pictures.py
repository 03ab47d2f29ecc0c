"""Makes the pictures of the documentation from the committed report of the golden pull request.

`python tests/browser/pictures.py` writes `docs/pictures/*.png`; it needs chromium and playwright.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "tests" / "golden" / "pull_request" / "report.html"
PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    """Wide and light, the statements and the picture; then narrow, and dark."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        wide = opened(browser, 1440, 980, "light")
        wide.screenshot(path=PICTURES / "report.png")
        wide.locator("#picture").scroll_into_view_if_needed()
        wide.locator("#picture").screenshot(path=PICTURES / "report-picture.png")
        dark = opened(browser, 1440, 980, "dark")
        dark.locator(".statement summary").nth(4).click()
        dark.locator("#statements").screenshot(path=PICTURES / "report-statements-dark.png")
        opened(browser, 390, 844, "dark").screenshot(path=PICTURES / "report-narrow-dark.png")
        browser.close()


def opened(browser: Any, width: int, height: int, scheme: str) -> Any:
    """The report on a screen of this size."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(REPORT.as_uri())
    return page


if __name__ == "__main__":
    main()
