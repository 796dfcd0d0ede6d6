"""A kernel that is killed under its monitor, in a real JupyterLab."""

from __future__ import annotations

import os
import re
import signal

from playwright.sync_api import expect

from workbench.config import Settings
from workbench.workflow import repository


def test_monitor_says_that_kernel_died(lab, page, run_all, pictures, shared_home):
    run_all(page, lab("killed.ipynb"))
    monitor = page.locator(".wbm").first
    monitor.locator(".wbm-caret").first.wait_for(timeout=90_000)
    banner = monitor.locator(".wbm-writer")
    expect(banner).to_be_hidden()
    pid = int(re.search(r"pid (\d+)", page.locator(".jp-OutputArea-output", has_text="pid ").first.inner_text())[1])
    os.kill(pid, signal.SIGKILL)
    expect(banner).to_contain_text("The kernel has not been heard from", timeout=30_000)
    settings = Settings(home=shared_home)
    [run] = repository.list_runs(settings=settings).runs
    expect(banner.locator("code")).to_have_text(f'run = workbench.resume("{run.thread_id}")')
    elapsed = monitor.locator(".wbm-figure-elapsed")
    before = elapsed.inner_text()
    page.screenshot(path=pictures / "lab-dead-kernel.png")
    page.evaluate("() => new Promise((done) => setTimeout(done, 2500))")
    assert elapsed.inner_text() == before, "the clock stands still"

    run_all(page, lab("killed.ipynb"))  # again: it asks, and makes no second run
    question = page.locator(".jp-OutputArea-output", has_text="was interrupted").first
    question.wait_for(timeout=90_000)
    assert f'run = workbench.resume("{run.thread_id}")' in question.inner_text()
    assert "Traceback" not in question.inner_text()
    page.screenshot(path=pictures / "lab-interrupted.png")
    assert [each.thread_id for each in repository.list_runs(settings=settings).runs] == [run.thread_id]
