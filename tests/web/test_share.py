"""The Share form in a real browser."""

from __future__ import annotations

import pytest
from monitor_page import DONE, push, sent, show
from playwright.sync_api import Page, expect
from qr_reader import decode_png

from workbench.server.shared_links import SharedLink
from workbench.widgets.messages import make_shared_message

LINK = "https://mirror.example.org/view/wu-1978-demo?token=abc.def.ghi"
UNTIL = "2026-11-25T10:00:00Z"
SHARED = SharedLink("k3y", LINK, "abc.def.ghi", UNTIL, "serve")


def push_link(page: Page, asked: dict, link: SharedLink = SHARED, **fields: str) -> None:
    """Answers a request for a link as the kernel does."""
    push(page, **{**make_shared_message(link, asked), **fields})


def ask(page: Page, hours: str = "24", *, hide: bool = False) -> dict:
    show(page, DONE)
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Works for").select_option(hours)
    page.get_by_label("Hide names").set_checked(hide)
    page.get_by_role("button", name="Make a link").click()
    return sent(page)[-1]


@pytest.mark.parametrize(("hours", "hide"), [("1", False), ("24", True), ("168", False)])
def test_share_request_carries_hours_and_redaction(page, hours, hide):
    message = ask(page, hours, hide=hide)
    assert (message["type"], message["hours"], message["redact"]) == ("share", int(hours), hide)
    assert message["request"]


def test_link_is_shown_and_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = ask(page)
    until = "2026-11-25T10:00:00.000000Z"
    push_link(page, message, expires_at=until)
    url = page.get_by_label("The link")
    expect(url).to_have_value(LINK)
    expect(url).to_be_focused()
    expect(page.locator(".wbm-share-made")).to_contain_text("Works until 25 Nov 2026")
    expect(page.locator(".wbm-share-made")).to_contain_text(
        "can reach mirror.example.org can open it. A workbench serve"
    )
    assert sent(page)[-1] == {"type": "links", "bytes": []}
    page.locator(".wbm-share-made").get_by_role("button", name="Copy").click()
    expect(page.locator(".wbm-share-said")).to_have_text("The link is on the clipboard.")
    assert page.evaluate("navigator.clipboard.readText()") == LINK


ROW = {
    "id": "k3y", "created_at": "2026-11-24T10:00:00Z", "expires_at": "2026-11-25T10:00:00Z", "redact": False,
    "revoked": False, "opened": 2, "last_at": "2026-11-24T11:30:00Z", "last_from": "192.0.2.7",
}  # fmt: skip


def test_links_are_listed_and_withdrawn(page):
    show(page, DONE)
    page.get_by_role("button", name="Share").click()
    assert sent(page)[-1]["type"] == "links"
    fresh = {**ROW, "id": "n3w", "redact": True, "opened": 0, "last_at": None, "last_from": None}
    push(page, type="links", links=[fresh, ROW])
    links = page.get_by_role("list", name="Links of this run").get_by_role("listitem")
    expect(links.nth(0)).to_contain_text("names hidden · not opened yet")
    expect(links.nth(1)).to_contain_text("opened 2 times, last 24 Nov 2026")
    expect(links.nth(1)).to_contain_text("from 192.0.2.7")
    links.nth(1).get_by_role("button", name="Withdraw").click()
    assert sent(page)[-1] == {"type": "unshare", "id": "k3y", "bytes": []}
    push(page, type="links", links=[fresh, {**ROW, "revoked": True}])
    expect(links.nth(1)).to_contain_text("withdrawn")
    expect(links.nth(1).get_by_role("button")).to_be_hidden()
    push(page, type="failure", about="share", message="the store is away: try again")
    expect(page.locator(".wbm-share-said")).to_have_text("the store is away: try again")


def test_link_of_this_machine_says_so(page):
    message = ask(page)
    url = "http://127.0.0.1:8765/view/wu?token=abc.def.ghi"
    push_link(
        page, message, SharedLink("k3y", url, "abc", UNTIL, "kernel", ("Run this:", "workbench serve --port 8766"))
    )
    made = page.locator(".wbm-share-made")
    expect(made).to_contain_text("Only this machine can open it.")
    expect(made).to_contain_text("stops opening when the kernel ends.")
    expect(made.get_by_role("img")).to_be_hidden()
    expect(page.get_by_label("The command", exact=True)).to_have_value("workbench serve --port 8766")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the command").click()
    expect(page.locator(".wbm-share-said")).to_have_text("The command is on the clipboard.")
    assert page.evaluate("navigator.clipboard.readText()") == "workbench serve --port 8766"


@pytest.mark.parametrize(("width", "scheme", "least"), [(390, "dark", 300), (390, "light", 300), (1160, "dark", 220)])
def test_qr_code_holds_the_link(shared_page, monitor_url, pictures, width, scheme, least):
    """Of the length that a link of a hub has."""
    url = f"https://hub.firm.example/user/ada/workbench/view/{'1f0a3c1e' * 4}?token={'eyJhbGciOiJIUzI1' * 20}"
    with shared_page.renew(width, 844, scheme) as (page, wrong):
        page.goto(monitor_url)
        page.wait_for_function("window.ready")
        push_link(page, ask(page), SharedLink("k3y", url, "abc", UNTIL, "public"))
        code = page.get_by_role("img", name="QR code of the link")
        expect(code).to_be_visible()
        code.scroll_into_view_if_needed()
        assert decode_png(code.screenshot()) == url
        assert code.bounding_box()["width"] >= least
        assert code.evaluate("(image) => getComputedStyle(image).backgroundColor") == "rgb(255, 255, 255)"
        page.screenshot(path=pictures / f"share-qr-{width}-{scheme}.png")
        assert wrong == []


def test_share_refusal_is_shown_in_form(page):
    message = ask(page)
    push(page, type="failure", about="share", message="the store is away: try again", request=message["request"])
    expect(page.locator(".wbm-share-said")).to_have_text("the store is away: try again")
    expect(page.locator(".wbm-share-made")).to_be_hidden()
    expect(page.locator(".wbm-banner:visible")).to_have_count(0)
    page.get_by_role("button", name="Make a link").click()
    assert sent(page)[-1]["request"] != message["request"]


def test_link_of_other_view_is_ignored(page):
    ask(page)
    push(page, type="shared", url=LINK, expires_at="", id="x", reach="", duration="", request="somebody else's")
    expect(page.locator(".wbm-share-made")).to_be_hidden()
    expect(page.locator(".wbm-share-said")).to_have_text("Making the link…")


def test_keyboard_opens_and_closes_share_form(page):
    show(page, DONE)
    button = page.get_by_role("button", name="Share")
    button.press("Enter")
    expect(page.get_by_label("Works for")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    button.press("Enter")
    expect(page.locator(".wbm-share")).to_be_hidden()


def test_read_only_view_cannot_share(page):
    show(page, DONE, controls=False)
    assert page.locator(".wbm-share, .wbm-share-open").count() == 0


def test_share_form_fits(page, pictures):
    message = ask(page)
    push_link(page, message)
    page.locator(".wbm").screenshot(path=pictures / "share.png")
    box = page.locator(".wbm-run")
    assert box.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
