"""Commands in a real JupyterLab."""

from __future__ import annotations

import re

import pytest
from lab_page import press, section

import workbench
from workbench.config import Settings
from workbench.live.audit import find_broken_entry

PLACEHOLDER = "Dr. Example received [TODO] [@medal, p. 1]."


def wait_for_status(monitor, status, timeout=90_000):
    monitor.page.wait_for_function(
        "([monitor, status]) => monitor.dataset.status === status",
        arg=[monitor.element_handle(), status],
        timeout=timeout,
    )


@pytest.fixture
def kept(shared_home):
    """The runs as the command line would see them."""
    settings = Settings(home=shared_home)
    return lambda thread_id: workbench.attach(thread_id, settings=settings)


def test_commands_and_attach_after_restart(lab, page, run_all, pictures, kept):
    run_all(page, lab("steer.ipynb"))
    monitor = page.locator(".wbm").first
    monitor.get_by_role("button", name="Pause").click(timeout=90_000)
    monitor.get_by_role("button", name="Resume").wait_for(timeout=60_000)
    monitor.get_by_role("button", name="Resume").click()
    wait_for_status(monitor, "completed")

    press(monitor, "awards", "Edit")
    editor = monitor.get_by_role("group", name="Edit the section")
    editor.get_by_role("textbox", name="Text of the section").fill(PLACEHOLDER)
    page.screenshot(path=pictures / "lab-edit.png")
    editor.get_by_role("button", name="Save").click()
    wait_for_status(monitor, "needs_review")
    page.screenshot(path=pictures / "lab-needs-review.png")

    press(monitor, "membership", "Approve")
    section(monitor, "membership").get_by_text("Approved by a.attorney").wait_for(timeout=20_000)

    place = press(monitor, "awards", "Regenerate…")
    place.get_by_role("textbox", name="Instruction").fill("Name the medal.")
    place.get_by_role("button", name="Regenerate", exact=True).click()
    wait_for_status(monitor, "completed")
    assert "[TODO]" not in section(monitor, "awards").inner_text()
    page.screenshot(path=pictures / "lab-decided.png")

    timeline = page.locator(".wbt").first
    timeline.scroll_into_view_if_needed()
    timeline.get_by_role("option", name=re.compile("Approved")).first.click()
    timeline.get_by_role("button", name="Fork here").click()
    said = timeline.get_by_text("A new run begins here")
    said.wait_for(timeout=30_000)
    page.screenshot(path=pictures / "lab-fork.png")
    branch = re.search(r'attach\("([^"]+)"\)', timeline.inner_text())[1]
    assert kept(branch).snapshot.forked_from.thread_id == "steered"
    assert kept(branch).snapshot.section("awards").content.strip() == PLACEHOLDER

    page.evaluate("""async () => {
        const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
        await context.session.kernel.restart();
        await context.session.kernel.info;
    }""")
    run_all(page, lab("attach.ipynb"))
    again = page.locator(".wbm:visible").first
    again.wait_for(timeout=60_000)
    section(again, "membership").get_by_text("Approved by a.attorney").wait_for(timeout=20_000)
    press(again, "awards", "Approve")
    section(again, "awards").get_by_text("Approved by a.attorney").wait_for(timeout=30_000)
    page.screenshot(path=pictures / "lab-attached.png")

    run = kept("steered")
    assert run.snapshot.section("awards").status == "approved"
    assert [entry.action for entry in run.audit() if entry.via == "widget"] == [
        "pause", "resume", "edit", "approve", "regenerate", "approve",
    ]  # fmt: skip
    assert find_broken_entry(run.audit()) is None


def test_pause_works_past_busy_cell(lab, page, run_all, kept):
    run_all(page, lab("busy.ipynb"))
    monitor = page.locator(".wbm").first
    monitor.locator(".wbm-caret").first.wait_for(timeout=90_000)
    letter = monitor.locator(".wbm-paper").first
    page.wait_for_function(
        "([letter, length]) => letter.textContent.length > length + 100",
        arg=[letter.element_handle(), len(letter.text_content())],
        timeout=30_000,
    )
    monitor.get_by_role("button", name="Pause").click()
    wait_for_status(monitor, "paused", timeout=60_000)
    assert page.locator(".jp-InputArea-prompt", has_text="[*]").count() >= 1, "the cell still blocks the kernel"
    assert kept("busy").snapshot.status == "paused"
