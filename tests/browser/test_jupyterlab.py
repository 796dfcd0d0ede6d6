"""Notebook 01 in JupyterLab, as an attorney sees it."""

from __future__ import annotations

import re

import pytest
from lab_page import run_all_cells

from .conftest import opened_page, prepared_lab

WATCH = """
window.seen = { lengths: [], carets: 0, values: [] };
new MutationObserver(() => {
  const paper = document.querySelector(".wbm-paper"), bar = document.querySelector(".wbm [role=progressbar]");
  if (!paper || !bar) return;
  const length = paper.textContent.length, value = Number(bar.getAttribute("aria-valuenow"));
  if (length > (seen.lengths.at(-1) ?? 0)) seen.lengths.push(length);
  if (value !== seen.values.at(-1)) seen.values.push(value);
  if (document.querySelector(".wbm-caret")) seen.carets += 1;
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""
"""Notes, as the page changes, how long the letter is, where the bar stands, and whether a caret writes."""

COLOUR = """node => {
  const pixel = document.createElement("canvas").getContext("2d");
  pixel.fillStyle = getComputedStyle(node).backgroundColor;
  pixel.fillRect(0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""
"""The background of a node: red, green, blue, 0-255, however the style writes it."""


@pytest.fixture(scope="module")
def notebook(jupyter_lab, tmp_path_factory, shared_home, browser):
    """The page of notebook 01, and the notebook's address: one for the tests of this file, which run it in turn."""
    folder = tmp_path_factory.mktemp("notebook-01")
    with prepared_lab(jupyter_lab, folder, shared_home) as lab, opened_page(browser) as page:
        yield page, lab("01_draft_petition.ipynb")


@pytest.fixture
def written(notebook, pictures):
    """The page with notebook 01 run to its end.

    A picture of the letter is taken while it is written.
    """
    page, address = notebook
    page.add_init_script(WATCH)
    run_all_cells(page, address)
    page.locator(".wbm").first.scroll_into_view_if_needed(timeout=90_000)
    page.wait_for_function("window.seen.values.at(-1) >= 20", timeout=90_000)
    page.screenshot(path=pictures / "notebook-01-writing.png")
    end = page.locator(".jp-OutputArea-output", has_text=re.compile(r"<Run .*: drafted, 0 of 10 approved>"))
    end.wait_for(timeout=120_000)
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    return page


def test_monitor_shows_petition_while_written(written, pictures):
    page = written
    monitor = page.locator(".wbm").first
    bar = monitor.get_by_role("progressbar")
    assert bar.get_attribute("aria-valuenow") == "100"
    seen = page.evaluate("window.seen")
    assert len(seen["lengths"]) > 30, "the letter grows in many small steps"
    assert seen["carets"] > 10
    assert seen["values"][-1] == 100
    assert any(0 < value < 100 for value in seen["values"]), "the bar moves before it is full"

    monitor.scroll_into_view_if_needed()
    page.screenshot(path=pictures / "notebook-01.png")
    monitor.locator(".wbm-cite").first.click()
    drawer = monitor.locator(".wbm-drawer")
    drawer.get_by_text("SAMPLE EXHIBIT").wait_for(timeout=20_000)
    page.screenshot(path=pictures / "notebook-01-citation.png")

    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached", timeout=20_000)
    page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=20_000)
    page.screenshot(path=pictures / "notebook-01-dark.png")
    assert max(monitor.locator(".wbm-paper").evaluate(COLOUR)) < 100, "the paper is dark in a dark theme"


def test_pause_and_resume_by_button(notebook):
    page, address = notebook
    run_all_cells(page, address, in_place=True)
    monitor = page.locator(".wbm").first
    bar = monitor.get_by_role("progressbar")
    pause = monitor.get_by_role("button", name="Pause")
    pause.click(timeout=90_000)
    resume = monitor.get_by_role("button", name="Resume")
    resume.wait_for(timeout=60_000)
    assert bar.get_attribute("aria-valuenow") != "100"
    resume.click()
    page.wait_for_function(
        "bar => bar.getAttribute('aria-valuenow') === '100'", arg=bar.element_handle(), timeout=90_000
    )
