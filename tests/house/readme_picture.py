"""Makes the README's picture: the monitor in JupyterLab, while the sample petition is written.

Run ``PYTHONPATH=.:tests/support python tests/house/readme_picture.py``. It writes ``docs/monitor.png`` (about 250 KB)
and needs Chromium. Nothing in the picture is drawn by hand: the notebook is ``01_draft_petition.ipynb``, the case the
sample, the model the offline assembler.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from jupyter_process import TOP, Lab, jupyterlab
from lab_page import run_all_cells
from playwright.sync_api import sync_playwright
from tools import CHROMIUM, CHROMIUM_OPTIONS, find_program

PICTURE = TOP / "docs" / "monitor.png"
SIZE = {"width": 1280, "height": 720}
DRAFTED_PERCENT = 60
"""Progress of the run at which the picture is taken."""


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    try:
        with jupyterlab(folder) as (jupyter, root, settings), sync_playwright() as playwright:
            lab = Lab(jupyter, root, "sample")
            lab.prepare(settings, {"WORKBENCH_HOME": str(folder / "home")})
            browser = playwright.chromium.launch(executable_path=find_program(*CHROMIUM), args=CHROMIUM_OPTIONS)
            page = browser.new_page(viewport=SIZE)
            run_all_cells(page, lab("01_draft_petition.ipynb"))
            page.locator(".wbm").first.scroll_into_view_if_needed(timeout=90_000)
            page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
            page.wait_for_function(
                "percent => Number(document.querySelector('.wbm [role=progressbar]').ariaValueNow) >= percent",
                arg=DRAFTED_PERCENT,
                timeout=90_000,
            )
            page.locator(".wbm").first.evaluate("monitor => monitor.scrollIntoView({block: 'center'})")
            page.screenshot(path=PICTURE)
            browser.close()
            lab.end_kernels()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
