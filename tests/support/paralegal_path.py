"""Path of a paralegal: a shared page on two screens, and a Word letter checked."""

from __future__ import annotations

import re
from pathlib import Path

import docx
from newcomer import Newcomer
from notebook_page import LIMIT_MS, NotebookPage
from playwright.sync_api import Page, expect
from qr_reader import decode_png

SCREENS = ((1280, 800), (390, 844))
"""Width and height of a computer's window and a phone's, in pixels."""
SERVING = r"(http://\S+:\d+)"


def walk_paralegal_path(me: Newcomer) -> None:
    """Watches a draft by a link, reads an exhibit page and the findings, and checks a letter."""
    me.set_up()
    terminal = me.open_terminal()
    serve = me.guides.line("workbench serve --host 0.0.0.0", guide="docs/server.md")
    with me.transcript.step("At the attorney's: a server for others in the office", None, serve) as step:
        serving = terminal.serve(serve.text, SERVING)
        step.printed, _ = serving.__enter__()
        me.transcript.draw_terminal(step, serve.text)
    try:
        with me.lab(me.open_terminal(), me.guides.line("bin/workbench lab")) as page:
            notebook = NotebookPage(page)
            link = share_run(me, notebook)
            for width, height in SCREENS:
                watch(me, me.open_page(width, height), link, width)
            with me.transcript.step("At the attorney's: the panel says who has opened the link", page):
                share = page.get_by_role("button", name="Share", exact=True)
                share.click()
                share.click()
                expect(page.get_by_role("list", name="Links of this run")).to_contain_text("opened")
            check_letter(me, notebook)
    finally:
        serving.__exit__(None, None, None)


def share_run(me: Newcomer, notebook: NotebookPage) -> str:
    """Makes a link in the monitor while the sample is drafted; returns it as a phone reads its QR code."""
    page = notebook.page
    with me.transcript.step("At the attorney's: Try the sample, slowly", page):
        notebook.follow("Try the sample", "Draft a petition")
        notebook.change_cell("WORDS_PER_SECOND = 200", "WORDS_PER_SECOND = 40")
        notebook.run_all()
        notebook.show(notebook.panel.locator(".wbm").first)
        notebook.panel.locator(".wbm-caret").first.wait_for(timeout=LIMIT_MS)
    with me.transcript.step("At the attorney's: Share, Make a link", page) as step:
        page.get_by_role("button", name="Share", exact=True).click()
        box = page.get_by_role("group", name="Share the run")
        box.get_by_role("button", name="Make a link").click()
        expect(box.get_by_label("The link")).to_have_value(re.compile("^http"), timeout=LIMIT_MS)
        step.printed = box.inner_text()
        code = box.get_by_role("img", name=re.compile("QR code"))
        code.scroll_into_view_if_needed()
        # A camera sees more than a pixel of the page for each of its own.
        devices = page.context.new_cdp_session(page)
        devices.send(
            "Emulation.setDeviceMetricsOverride",
            {**page.viewport_size, "deviceScaleFactor": 3, "mobile": False},
        )
        link = decode_png(code.screenshot(scale="device"))
        devices.send("Emulation.clearDeviceMetricsOverride")
        if link != box.get_by_label("The link").input_value():
            raise AssertionError(f"the QR code holds {link!r}")
    return link


def watch(me: Newcomer, page: Page, link: str, width: int) -> None:
    """Follows the draft on one screen, opens an exhibit page, and turns to the findings."""
    page.set_default_timeout(60_000)
    with me.transcript.step(f"Opens the link, {width} px wide", page):
        page.goto(link)
        expect(page.locator(".wbv-standing")).to_have_attribute("data-is", "live", timeout=LIMIT_MS)
        page.locator(".wbm-paper p").first.wait_for()
        page.wait_for_timeout(1500)
    with me.transcript.step(f"Opens an exhibit page behind a citation, {width} px wide", page):
        page.locator(".wbm-cite").first.click()
        page.locator(".wbm-drawer .wbm-page").wait_for()
        page.wait_for_timeout(1500)
    with me.transcript.step(f"Closes it, and turns to Findings, {width} px wide", page):
        page.get_by_role("button", name="Close the exhibit (Escape)").click()
        page.get_by_role("tab", name="Findings").click()
        page.wait_for_timeout(500)
    with me.transcript.step(f"Turns to Statistics, {width} px wide", page):
        page.get_by_role("tab", name="Statistics").click()
        page.wait_for_timeout(500)
    page.context.close()


def check_letter(me: Newcomer, notebook: NotebookPage) -> None:
    """Checks a Word letter by notebook 04."""
    page = notebook.page
    write_letter(me.clone / "data/cases/wu/letter-to-check.md", me.clone / "workbench-notebooks" / "letter.docx")
    with me.transcript.step("Opens Check a letter, writes the letter's name, and runs all cells", page):
        notebook.return_to("start.ipynb")
        notebook.follow("Check a letter", "Check a draft")
        notebook.change_cell("LETTER = None", 'LETTER = "letter.docx"')
        notebook.run_all()
        notebook.wait_for_cells()
    if raised := notebook.errors():
        raise AssertionError(f"notebook 04: {raised}")
    for heading in ("What a person must look at", "The letter, with its findings", "Sentence by sentence",
                    "What was checked, and what was not", "Files for others"):  # fmt: skip
        with me.transcript.step(f"Reads: {heading}", page):
            notebook.lift(notebook.panel.get_by_role("heading", name=heading))


def write_letter(source: Path, path: Path) -> None:
    """Writes a letter as somebody has it in Word: headings and plain paragraphs."""
    document = docx.Document()
    for block in source.read_text("utf-8").split("\n\n"):
        text = " ".join(block.replace("*", "").split("\n"))
        mark, _, words = text.partition(" ")
        if set(mark) == {"#"}:
            document.add_heading(words, len(mark))
        else:
            document.add_paragraph(text)
    document.save(str(path))
