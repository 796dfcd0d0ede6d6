"""Tiles in the launcher of a real JupyterLab behind a prefix, as on a hub."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from jupyter_process import jupyterlab
from kept_run import KeptRun
from playwright.sync_api import expect

from workbench.config import Settings
from workbench.live.events import StatusChange
from workbench.live.snapshot import SectionState, Snapshot
from workbench.workflow.loop import BackgroundLoop

BASE = "/user/ann/"
LIMIT_MS = 90_000


@pytest.fixture(scope="module")
def tiled_lab(tmp_path_factory, shared_home):
    """JupyterLab whose server process has this test's home; yields it and the folder that it serves."""
    with jupyterlab(tmp_path_factory.mktemp("lab"), BASE, WORKBENCH_HOME=str(shared_home)) as (jupyter, root, _):
        yield jupyter, root


@pytest.fixture
def kept(shared_home):
    """A run that is being drafted."""
    run = KeptRun(
        Settings(home=shared_home),
        Snapshot(
            thread_id="on-a-tile", user_id="ann", case_id="wu", status="generating",
            sections=(SectionState(section_id="intro", title="Introduction", content="Dr. Wu is a physicist."),),
        ),
    )  # fmt: skip
    yield run
    run.close()
    BackgroundLoop.current().close()


def open_tile(page, jupyter, title):
    """Clicks a tile of the launcher; returns the page that it opens."""
    page.goto(f"{jupyter.origin}{BASE}lab?reset&token={jupyter.token}", wait_until="load", timeout=LIMIT_MS)
    tile = page.locator(".jp-LauncherCard", has_text=title)
    tile.wait_for(timeout=LIMIT_MS)
    with page.expect_popup() as opened:
        icon = tile.locator("img")
        page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=icon.element_handle())
        tile.click()
    return opened.value


def test_tile_shows_the_runs(tiled_lab, kept, page, pictures):
    jupyter, _ = tiled_lab
    runs = open_tile(page, jupyter, "EB-1A petitions")
    page.screenshot(path=pictures / "launcher.png")
    sockets: list[str] = []
    runs.on("websocket", lambda opened: sockets.append(opened.url))
    card = runs.get_by_role("list", name="Petitions").get_by_role("button")
    expect(card).to_contain_text("wu", timeout=LIMIT_MS)
    runs.screenshot(path=pictures / "launcher-petitions.png")
    card.click()
    expect(runs.locator(".wbv-standing")).to_have_attribute("data-is", "live", timeout=LIMIT_MS)
    kept.write([StatusChange(status="paused").with_stamp(thread_id="on-a-tile", event_id="5-1", at="")])
    expect(runs.get_by_role("complementary", name="The run")).to_contain_text("Paused")
    expect(runs.locator(".wbm-paper")).to_contain_text("Dr. Wu is a physicist.")
    assert (urlsplit(runs.url).path, urlsplit(runs.url).query) == (f"{BASE}workbench/view/", "")
    [socket] = map(urlsplit, sockets)
    assert (socket.path, parse_qs(socket.query).get("token")) == (f"{BASE}workbench/api/ws/document/on-a-tile", None)
    assert runs.get_by_role("button", name=re.compile("Pause|Resume|Cancel|Approve|Share")).count() == 0


def test_tile_opens_the_start_page(tiled_lab, kept, page, pictures):
    jupyter, root = tiled_lab
    start = open_tile(page, jupyter, "EB-1A start page")
    start.get_by_role("heading", name="EB-1A Workbench").wait_for(timeout=LIMIT_MS)
    start.screenshot(path=pictures / "launcher-start.png")
    assert urlsplit(start.url).path.endswith("/tree/workbench-notebooks/start.ipynb")
    assert list((root / "workbench-notebooks" / "runs").glob("*-on-a-tile.ipynb")) != []
    start.get_by_role("link", name="New client").click()
    start.get_by_role("heading", name="A new client").wait_for(timeout=LIMIT_MS)
