"""The dashboard in Voila, in a real Chromium."""

from __future__ import annotations

import time
import uuid
from urllib.parse import quote, urlsplit

import psutil
import pytest
from dashboard_process import dashboard_process
from run_process import Forked

from workbench.config import Settings
from workbench.workflow import start
from workbench.workflow.loop import BackgroundLoop

SLOW = {"unattended": True, "offline_words_per_s": 100}
QUICK = {"unattended": True}
KERNEL_GOES_S = 45  # the page lets it go; culling would take longer


@pytest.fixture(scope="module")
def dashboard(shared_home):
    with dashboard_process(WORKBENCH_HOME=str(shared_home)) as it:
        yield it


def said_of(message):
    """Returns a complaint and its address without the query."""
    return f"{message.text} ({message.location.get('url', '').split('?')[0]})"


@pytest.fixture
def said(page):
    """Dialogs, and what the console complained of."""
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
    page.on("console", lambda message: heard.append(said_of(message)) if message.type == "error" else None)
    return heard


@pytest.fixture
def written(shared_home):
    """Starts a process that writes a run.

    ``written(**options)`` returns the process and the thread's id.
    """
    begun = []

    def begin(*, do="start", thread_id=None, **options):
        thread_id = thread_id or str(uuid.uuid4())
        process = Forked(
            do=do, thread_id=thread_id, case="wu", settings={"home": str(shared_home)}, options=options, lock_ttl_s=2
        )
        begun.append(process)
        return process, thread_id

    yield begin
    for process in begun:
        process.__exit__()


@pytest.fixture(scope="module")
def finished(shared_home):
    """The thread of a finished run, for the tests that change nothing in it."""
    thread_id = str(uuid.uuid4())
    with Forked(
        do="start", thread_id=thread_id, case="wu", settings={"home": str(shared_home)}, options=QUICK, lock_ttl_s=2
    ) as process:
        process.expect("halted", timeout_s=120)
        process.leave()
    return thread_id


def kept(shared_home, thread_id):
    """The run as the store has it."""
    run = start.attach(thread_id, settings=Settings(home=shared_home))
    snapshot = run.snapshot
    BackgroundLoop.current().close()
    return snapshot


def gone(page, processes: list[psutil.Process]) -> None:
    """Waits until processes have ended.

    The page's requests pass through this process, which must not block.
    """
    end = time.monotonic() + KERNEL_GOES_S
    while any(each.is_running() for each in processes):
        assert time.monotonic() < end, processes
        page.wait_for_timeout(100)


def wait_for_letters(page, count, timeout_s=60):
    """Waits until the letter is longer; returns its length.

    Playwright's own waiting needs eval, which the page forbids.
    """
    end = time.monotonic() + timeout_s
    while (length := page.evaluate("document.querySelector('.wbm-paper')?.textContent.length ?? 0")) <= count:
        assert time.monotonic() < end, f"{length} letters"
        page.wait_for_timeout(100)
    return length


def wait_for_end(page):
    page.locator('.wbv .wbm[data-status="completed"]').wait_for(timeout=120_000)


def test_list_opens_run_without_kernel(dashboard, page, said, written, pictures, shared_home):
    page.goto(dashboard.url)
    page.locator(".wbv").wait_for(timeout=60_000)
    gone(page, dashboard.kernels())
    process, thread_id = written(**SLOW)  # begins when no kernel is there any more
    card = page.locator(f".wbv-run[data-thread='{thread_id}']")
    card.wait_for(timeout=30_000)
    page.screenshot(path=pictures / "dashboard-list.png")
    card.click()
    page.locator('.wbv-standing[data-is="live"]').wait_for(timeout=30_000)
    seen = wait_for_letters(page, 2000)
    wait_for_letters(page, seen + 1000)
    page.screenshot(path=pictures / "dashboard-writing.png")
    assert dashboard.kernels() == [], "it grew by the socket alone"
    process.expect("halted", timeout_s=120)
    wait_for_end(page)
    shown = page.locator(".wbm-paper").inner_text()
    for section in kept(shared_home, thread_id).sections:
        assert section.title in shown
    page.get_by_role("tab", name="Statistics").click()
    page.locator(".wbv-statistics-panel svg").first.wait_for(timeout=10_000)
    page.screenshot(path=pictures / "dashboard-statistics.png")
    assert page.locator(".wbm button", has_text="Approve").count() == 0
    assert page.locator(".wbm button", has_text="Pause").count() == 0
    assert said == []


def test_viewer_survives_change_of_writer(dashboard, page, said, written, shared_home):
    process, thread_id = written(**SLOW)
    process.expect("wrote")
    page.goto(f"{dashboard.url}&thread={thread_id}")
    wait_for_letters(page, 1500)
    process.kill()
    written(do="resume", thread_id=thread_id)
    wait_for_end(page)
    snapshot = kept(shared_home, thread_id)
    assert snapshot.status == "completed"
    state = page.evaluate(
        """async ([server, thread, token]) => (await fetch(`${server}/api/document/preview/${thread}`,
           { headers: { Authorization: `Bearer ${token}` } })).json()""",
        [server_of(dashboard), thread_id, dashboard.token],
    )
    assert [section["content"] for section in state["sections"]] == [each.content for each in snapshot.sections]
    shown = " ".join(page.locator(".wbm-paper").inner_text().split())
    for section in snapshot.sections:
        first = section.content.split(" [@")[0].split("\n")[0].strip("# *")
        assert " ".join(first.split())[:60] in shown, section.section_id
    assert said == []


def server_of(dashboard):
    """The server beside Voila: the other port of the command."""
    ports = {
        each.laddr.port
        for each in psutil.Process(dashboard.process.pid).net_connections("tcp")
        if each.status == "LISTEN"
    }
    [port] = ports - {urlsplit(dashboard.base).port}
    return f"http://127.0.0.1:{port}"


def test_dashboard_fits_a_phone(dashboard, browser, finished, pictures):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{dashboard.url}&thread={finished}")
    wait_for_end(page)
    for tab in ("Petition", "Sections", "Statistics", "Findings", "Run"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        page.screenshot(path=pictures / f"dashboard-phone-{tab.lower()}.png")
    box = page.locator(".wbv").bounding_box()
    assert (round(box["width"]), round(box["height"])) == (390, 844), "the viewer fills the window, no more"
    page.goto("about:blank")  # the page is left, which ends its kernel; with its context it would only be destroyed
    gone(page, dashboard.kernels())
    context.close()


def test_kernel_stays_without_reachable_server(dashboard, page, finished, pictures):
    gone(page, dashboard.kernels())  # of other pages
    port = urlsplit(server_of(dashboard)).port
    page.route(f"**/*:{port}/**", lambda route: route.abort())
    page.route(f"**/proxy/{port}/**", lambda route: route.abort())
    page.route_web_socket(lambda url: str(port) in url, lambda socket: socket.close())
    page.goto(f"{dashboard.url}&thread={quote(finished)}")
    page.locator('.wbv-standing[data-is="comm"]').wait_for(timeout=90_000)
    wait_for_end(page)
    page.screenshot(path=pictures / "dashboard-comm.png")
    page.locator(".wbm-cite").first.click()
    page.get_by_text("SAMPLE EXHIBIT").first.wait_for(timeout=20_000)
    [kernel] = dashboard.kernels()
    page.goto("about:blank")  # the page is left
    gone(page, [kernel])


def test_invalid_link_is_explained(dashboard, page):
    page.goto(f"{dashboard.base}/?token=nonsense")
    page.get_by_text("ask whoever sent it for a new one").wait_for(timeout=10_000)
