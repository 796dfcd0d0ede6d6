"""The Share button in a real JupyterLab."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from probe import probing

LIMIT_MS = 90_000
NAME = re.compile(r"\bWu\b|Chien-Shiung")

WATCH = """
window.shown = { named: [], lengths: [] };
new MutationObserver(() => {
  const text = document.body?.innerText ?? "";
  const paper = document.querySelector(".wbm-paper")?.textContent.length ?? 0;
  shown.named.push(...((document.title + text).match(/.{0,40}(?:\\bWu\\b|Chien-Shiung).{0,40}/g) ?? []));
  if (paper > (shown.lengths.at(-1) ?? 0)) shown.lengths.push(paper);
  if (shown.lengths.length > 20 && paper > 3000) document.documentElement.dataset.grown = "yes";
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Notes, as the page changes, whether it names her, and how the letter grows."""

SECONDS = """() => document.querySelector(".wbm-figure-elapsed").textContent
  .split(":").reduce((all, part) => all * 60 + Number(part), 0)"""

GROWS_AND_GETS_OLDER = f"""([length, seconds]) =>
  document.querySelector(".wbm-paper").textContent.length > length && ({SECONDS})() >= seconds"""


def seconds(page):
    """Returns the run's age as its page shows it."""
    return page.evaluate(SECONDS)


def share_without_names(page):
    """Makes a link; returns it and the panel."""
    page.get_by_role("button", name="Share", exact=True).click(timeout=LIMIT_MS)
    box = page.get_by_role("group", name="Share the run")
    box.get_by_label("Works for").select_option("1 hour")
    box.get_by_label("Hide names").check()
    box.get_by_role("button", name="Make a link").click()
    link = box.get_by_label("The link")
    expect(link).to_have_value(re.compile("^http://127.0.0.1"), timeout=LIMIT_MS)
    return link.input_value(), box


def test_link_is_made_followed_and_withdrawn(lab, page, browser, run_all, pictures):
    run_all(page, lab("share.ipynb"))
    page.locator(".wbm-caret").first.wait_for(timeout=LIMIT_MS)
    url, box = share_without_names(page)
    expect(box).to_contain_text("Only this machine can open it.")
    page.screenshot(path=pictures / "share-lab.png")
    with probing(browser) as colleague:
        theirs = colleague.page
        theirs.add_init_script(WATCH)
        theirs.goto(url)
        standing = theirs.locator(".wbv-standing")
        expect(standing).to_have_attribute("data-is", "live", timeout=LIMIT_MS)
        theirs.locator("html[data-grown=yes]").wait_for(state="attached", timeout=LIMIT_MS)
        theirs.screenshot(path=pictures / "share-live.png")
        assert page.locator(".wbm").get_attribute("data-status") == "generating", "it was followed while it was written"
        assert NAME.search(page.locator(".wbm-paper").inner_text()), "the author reads her name"
        assert theirs.evaluate("shown.named") == []
        assert not NAME.search(theirs.content()), "nor does it stand where it is not seen"
        assert theirs.get_by_role("button", name=re.compile("Pause|Cancel|Approve|Share")).count() == 0

        share = page.get_by_role("button", name="Share", exact=True)
        share.click()
        share.click()  # opened again, it lists the links anew
        expect(box.get_by_role("listitem")).to_contain_text(re.compile("opened 1 time, last .* from 127.0.0.1"))
        page.screenshot(path=pictures / "share-links.png")
        box.get_by_role("button", name="Withdraw").click()
        expect(box.get_by_role("listitem")).to_contain_text("withdrawn")
        expect(standing).to_have_text("Link expired", timeout=LIMIT_MS)
        expect(theirs.locator(".wbv-banner")).to_contain_text("What is shown is how the petition stood then.")
        theirs.screenshot(path=pictures / "share-withdrawn.png")
        stood = theirs.locator(".wbm").inner_text()
        written = page.locator(".wbm-paper").evaluate("(paper) => paper.textContent.length")
        page.wait_for_function(GROWS_AND_GETS_OLDER, arg=[written, seconds(page) + 3], timeout=LIMIT_MS)
        assert theirs.locator(".wbm").inner_text() == stood, "the run goes on, and this page has no part in it"
        assert theirs.evaluate("shown.named") == []
        assert colleague.wrong == []
        assert theirs.goto(url).status == 401
        expect(theirs.locator("h1")).to_have_text("This link does not work")
