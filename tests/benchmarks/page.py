"""From opening a link to the first painted state, in a real browser: the Voila dashboard and the plain page.

Floor: a stock Voila page of one slider, in the same run, on the same machine, in the same browser. Each page is opened
in a fresh profile, in turns, and once more in the same profile: with what the browser has kept. The run is a finished
petition of the sample case. A page counts as painted at the second frame after its content stands in the document.
"""

from __future__ import annotations

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import nbformat
import psutil
from dashboard_process import Dashboard, dashboard_process
from measure import CASES, report, rounds
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from tools import CHROMIUM, CHROMIUM_OPTIONS, find_program

import workbench
from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.workflow.loop import BackgroundLoop

ROUNDS = 5
"""With ``--rounds 1`` the run is of a small case, and no page is opened again."""
LIMIT_MS = 60_000

PAINTED = """
const selector = %r;
new MutationObserver((_, watcher) => {
  if (!document.querySelector(selector)) return;
  watcher.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.paintedAt = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
RUN = '.wbv[data-shows="run"] .wbm-paper h3, .wbv[data-shows="run"] .wbm-paper h2'
SLIDER = ".widget-slider, .jupyter-widgets .noUi-target"


def opened(context: BrowserContext, url: str, selector: str) -> float:
    """Milliseconds from the navigation to the painted content."""
    page = context.new_page()
    page.route(lambda asked: not asked.startswith(("http://127.0.0.1", "data:", "blob:")), lambda route: route.abort())
    page.add_init_script(PAINTED % selector)
    page.goto(url, wait_until="commit")
    end = time.monotonic() + LIMIT_MS / 1e3
    while (painted := page.evaluate("window.paintedAt ?? null")) is None:
        if time.monotonic() > end:
            raise SystemExit(f"{urlsplit(url).path} is not painted in {LIMIT_MS / 1e3:.0f} s")
        page.wait_for_timeout(20)
    page.close()
    return float(painted)


@contextlib.contextmanager
def stock_voila(folder: Path) -> Iterator[str]:
    """Voila as it comes, on a notebook of one slider."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider()")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "slider.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "voila", str(folder / "slider.ipynb"), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(urllib.error.HTTPError, OSError):
                urllib.request.urlopen(f"{url}voila/static/voila.js", timeout=5).close()  # noqa: S310 - on loopback
                break
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def finished_run(settings: Settings) -> str:
    """The sample petition, drafted; its thread."""
    case = "wu" if rounds(ROUNDS) > 1 else CASES / "minimal"
    run = workbench.start(case, settings=settings, options=workbench.RunOptions(unattended=True))
    run.wait(300)
    BackgroundLoop.current().close()
    return str(run.thread_id)


def plain_page(dashboard: Dashboard, thread: str) -> str:
    """The address of the same run's plain page on the dashboard's server."""
    listening = {
        each.laddr.port
        for each in psutil.Process(dashboard.process.pid).net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    return f"http://127.0.0.1:{listening.pop()}/view/{thread}?token={dashboard.token}"


def kernel_of_a_page(browser: Browser, dashboard: Dashboard) -> tuple[float, float, int]:
    """MiB of a page's kernel, the seconds that it lives, and how many are left then, with the page still open."""
    context = browser.new_context()
    page = context.new_page()
    began = time.monotonic()
    page.goto(dashboard.url)
    page.locator(RUN).first.wait_for(timeout=LIMIT_MS)
    [kernel] = dashboard.kernels()
    memory = kernel.memory_full_info().uss / 2**20
    psutil.wait_procs([kernel], timeout=60)
    lived = time.monotonic() - began
    left = len(dashboard.kernels())
    context.close()
    return memory, lived, left


def no_kernels(dashboard: Dashboard) -> None:
    """Waits until the pages before have left no kernel, which would take time from the next."""
    psutil.wait_procs(dashboard.kernels(), timeout=60)


def measure() -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    with tempfile.TemporaryDirectory(prefix="wb-", dir="/tmp") as folder, sync_playwright() as playwright:
        settings = Settings(home=Path(folder) / "home")
        os.environ["WORKBENCH_HOME"] = str(settings.home)
        try:
            thread = finished_run(settings)
            browser = playwright.chromium.launch(executable_path=find_program(*CHROMIUM), args=CHROMIUM_OPTIONS)
            with dashboard_process(thread) as dashboard, stock_voila(Path(folder)) as slider:
                pages = {
                    "Voila dashboard": (dashboard.url, RUN),
                    "plain page": (plain_page(dashboard, thread), RUN),
                    "stock Voila, one slider": (slider, SLIDER),
                }
                first: dict[str, list[float]] = {name: [] for name in pages}
                again: dict[str, list[float]] = {name: [] for name in pages}
                for _ in range(rounds(ROUNDS)):
                    for name, (url, selector) in pages.items():
                        context = browser.new_context()
                        first[name].append(opened(context, url, selector))
                        if rounds(ROUNDS) > 1:
                            again[name].append(opened(context, url, selector))
                        context.close()
                        no_kernels(dashboard)
                memory, lived, left = kernel_of_a_page(browser, dashboard)
            browser.close()
        finally:
            stop_server(settings)
    figures: dict[str, Any] = {f"{name}, ms to painted": statistics.median(times) for name, times in first.items()}
    figures |= {f"{name}, opened again, ms": statistics.median(times) for name, times in again.items() if times}
    figures |= {"a page's kernel, MiB": memory, "a page's kernel, seconds that it lives": lived}
    return figures, {
        "Voila dashboard to a stock Voila page of one slider": (ratio(first, "Voila dashboard"), 1.2),
        "plain page to a stock Voila page of one slider": (ratio(first, "plain page"), 0.5),
        "kernels left once the page lives on the socket": (left, 0),
    }


def ratio(times: dict[str, list[float]], name: str) -> float:
    """To the floor, by the medians."""
    return statistics.median(times[name]) / statistics.median(times["stock Voila, one slider"])


if __name__ == "__main__":
    report("page", *measure())
