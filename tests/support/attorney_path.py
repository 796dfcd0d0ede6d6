"""Path of an attorney with her own client: from loose documents to a package, and a final that is refused."""

from __future__ import annotations

import re
from pathlib import Path

from newcomer import Newcomer
from notebook_page import LIMIT_MS, NotebookPage
from PIL import Image
from playwright.sync_api import Locator, expect

MESSAGE = "span[role=status],b[role=alert]"
CRITERIA = ("(h)(3)(i)", "(h)(3)(ii)", "(h)(3)(iii)", "(h)(3)(iv)", "(h)(3)(viii)", "Background", "Final merits",
            "Continuing work", "Benefit")  # fmt: skip
LEFT = "awards"
"""Section that is not approved."""
FACTS = 8
"""Most facts that are accepted of one criterion."""
NOTICE = "Notice of the Harbor Prize for Coastal Science"
SENTENCE = "Twelve Fellows were elected in that year"


def walk_attorney_path(me: Newcomer) -> None:
    """Takes a client in, drafts, edits, approves, exports, and is refused a final."""
    me.set_up()
    terminal = me.open_terminal()
    build = me.guides.line("build.py mail", guide="docs/intake.md")
    me.transcript.run(terminal, build, "Gets ten loose documents of an invented client")
    convert_to_jpeg(me.clone / "mail" / "scan0001.png")
    with me.lab(terminal, me.guides.line("bin/workbench lab")) as page:
        notebook = NotebookPage(page)
        take_in_client(me, notebook)
        draft_client(me, notebook)
    with me.lab(terminal, me.guides.line("bin/workbench lab")) as page:
        notebook = NotebookPage(page)
        review_client(me, notebook)
        file_client(me, notebook)


def convert_to_jpeg(path: Path) -> None:
    """Makes of a scan what a phone makes of a certificate."""
    Image.open(path).convert("L").save(path.with_suffix(".jpg"), quality=85)
    path.unlink()


def take_in_client(me: Newcomer, notebook: NotebookPage) -> None:
    """Makes a case of the documents by the form of notebook 00."""
    page = notebook.page
    make = page.get_by_role("button", name="Make the case")
    with me.transcript.step("Clicks New client, and runs all cells", page):
        notebook.follow("New client", "A new client")
        notebook.run_all()
        notebook.show(make)
    with me.transcript.step("Presses Make the case before a folder is named", page) as step:
        make.click()
        step.printed = page.locator("b[role=alert]").inner_text()
    with me.transcript.step("Writes folder, name and field, and makes the case", page):
        page.get_by_label("Folder of documents").fill(str(me.clone / "mail"))
        page.get_by_label("Name of beneficiary").fill("Mira Solvang")
        page.get_by_label("Field of endeavor").fill("coastal oceanography")
        make.click()
        page.get_by_text("guesses and gaps are to be settled").first.wait_for(timeout=LIMIT_MS)
        notebook.show(page.get_by_role("tab", name="To settle"))
    with me.transcript.step("Writes the filing date, the pronouns, and the title of the photograph", page) as step:
        for label, value in (("filing date", "2026-12-14"), ("pronouns", "she/her/hers"), ("title", NOTICE)):
            row = page.locator(".widget-hbox", has=page.get_by_label(label, exact=True)).last
            row.get_by_role("textbox").fill(value)
            row.get_by_role("textbox").press("Tab")
            press_and_wait(row.get_by_role("button", name="Set"))
        step.printed = page.locator(MESSAGE).first.inner_text()
    with me.transcript.step("Says of each exhibit that its guesses are right", page) as step:
        press_all(page.get_by_role("button", name="All guesses are right"))
        step.printed = page.locator(MESSAGE).first.inner_text()
        notebook.show(page.get_by_role("button", name=re.compile("^(Right|Leave)")).last)
    with me.transcript.step("Settles what is left", page) as step:
        press_all(page.get_by_role("button", name=re.compile("^(Right|Leave)")))
        step.printed = page.locator(MESSAGE).first.inner_text()
        notebook.show(page.get_by_role("tab", name="To settle"))
    accept_facts(me, notebook)


def press_and_wait(button: Locator) -> None:
    """Presses a button whose row goes with it."""
    handle = button.first.element_handle()
    button.first.click()
    handle.wait_for_element_state("hidden", timeout=LIMIT_MS)


def press_all(buttons: Locator, most: int = 60) -> int:
    """Presses the first of some buttons until there is none; returns how many were pressed."""
    pressed = 0
    while pressed < most and buttons.count():
        press_and_wait(buttons)
        pressed += 1
    return pressed


def accept_facts(me: Newcomer, notebook: NotebookPage) -> None:
    """Accepts the first proposals of the criteria that the documents speak of."""
    page = notebook.page
    accept, choice = page.get_by_role("button", name="Accept"), page.get_by_label("Criterion")
    with me.transcript.step("Looks at criteria and facts", page):
        page.get_by_role("tab", name="Criteria and facts").click()
        choice.wait_for()
        notebook.show(page.get_by_role("tab", name="Criteria and facts"))
    with me.transcript.step("Accepts facts of each criterion", page) as step:
        labels = choice.locator("option").all_inner_texts()
        for label in (one for one in labels if one.startswith(CRITERIA)):
            before = page.locator("h4").first.element_handle()
            choice.select_option(label=label)
            if labels.index(label) != 1:  # shown at the beginning
                before.wait_for_element_state("hidden", timeout=LIMIT_MS)
            page.locator("h4").first.wait_for()
            step.noted.append(f"{label}: {press_all(accept, FACTS)} facts")
        notebook.show(choice)


def draft_client(me: Newcomer, notebook: NotebookPage) -> None:
    """Drafts the case by notebook 01."""
    page = notebook.page
    with me.transcript.step("Follows the next step to notebook 01, and writes the folder as CASE", page):
        notebook.follow("01_draft_petition.ipynb", "Draft a petition")
        notebook.change_cell('CASE = "wu"', 'CASE = "new-client"')
    with me.transcript.step("Runs all cells: the monitor while it writes", page):
        notebook.run_all()
        monitor = notebook.show(notebook.panel.locator(".wbm").first)
        bar = monitor.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", re.compile(r"[3-9]\d|100"), timeout=LIMIT_MS)
    with me.transcript.step("The draft is complete", page):
        notebook.wait_for_cells()
        notebook.show(notebook.panel.locator(".wbm").first)
    if raised := notebook.errors():
        raise AssertionError(f"notebook 01: {raised}")
    with me.transcript.step("Reads the page behind a citation", page):
        notebook.panel.locator(".wbm-cite").first.click()
        notebook.panel.locator(".wbm-drawer .wbm-page").wait_for()
        page.wait_for_timeout(500)
    with me.transcript.step("Sees the files, and what is next", page) as step:
        page.keyboard.press("Escape")
        notebook.lift(notebook.panel.get_by_role("heading", name="Export the files"))
        me.transcript.take_picture(step, page)
        notebook.show(notebook.panel.get_by_role("heading", name="The next step"))


def review_client(me: Newcomer, notebook: NotebookPage) -> None:
    """Opens the run from the start page, edits a sentence with a citation, and approves."""
    page = notebook.page
    with me.transcript.step("Clicks the run that the start page lists, and runs its cell", page):
        notebook.panel.get_by_role("link", name="Mira Solvang").first.click()
        notebook.panel.get_by_role("heading", name="Mira Solvang").first.wait_for()
        notebook.run_all()
        monitor = notebook.show(notebook.panel.locator(".wbm").first)
        notebook.wait_for_cells()
    with me.transcript.step("Presses Edit at a section", page):
        press(monitor, "membership", "Edit")
        editor = monitor.get_by_role("group", name="Edit the section")
        text = editor.get_by_role("textbox", name="Text of the section")
        text.wait_for()
    with me.transcript.step("Writes a sentence, and picks its citation from the list", page) as step:
        page.keyboard.press("Control+End")
        page.keyboard.type(f"\n\n{SENTENCE} ")
        page.keyboard.press("Control+k")
        editor.get_by_role("dialog", name="Cite an exhibit").wait_for()
        page.keyboard.type("Certificate")
        me.transcript.take_picture(step, page)
        page.keyboard.press("Enter")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        page.keyboard.type(".")
        expect(text).to_have_value(re.compile(rf"{SENTENCE} \[@certificate-of-membership, p. 1\]\.$"))
    with me.transcript.step("Saves: the sentence is checked", page):
        editor.get_by_role("button", name="Save", exact=True).click()
        editor.wait_for(state="hidden")
        added = monitor.locator(".wbm-section[data-section=membership]", has_text=SENTENCE)
        notebook.show(added.get_by_text(SENTENCE).first)
    approve_sections(me, notebook, monitor)


def approve_sections(me: Newcomer, notebook: NotebookPage, monitor: Locator) -> None:
    """Approves every section but one, the first with the name that is asked for."""
    page = notebook.page
    with me.transcript.step("Approves the first section, and is asked for a name", page):
        press(monitor, "intro", "Approve")
        form = monitor.get_by_role("group", name="Keep and approve")
        form.get_by_role("textbox").fill("E. Marsh")
        form.get_by_role("textbox").scroll_into_view_if_needed()
    with me.transcript.step("Approves every section but one", page) as step:
        form.get_by_role("button", name="Keep and approve").click()
        names = [one.get_attribute("data-section") or "" for one in monitor.locator(".wbm-section").all()]
        for name in names:
            section = monitor.locator(f".wbm-section[data-section={name}]")
            if name == LEFT:
                continue
            if name != "intro":
                press(monitor, name, "Approve")
            note = section.get_by_role("group", name="Approve with findings")
            approved = section.get_by_role("button", name="Withdraw", exact=True)
            note.or_(approved).first.wait_for(state="attached")
            page.wait_for_timeout(300)
            if note.is_visible():
                step.noted.append(
                    f"{name}: {' '.join(section.locator('.wbm-finding, .wbm-flag').all_inner_texts())[:300]}"
                )
                note.get_by_role("textbox").fill("Read against the exhibit; the statement stands.")
                note.get_by_role("button", name="Approve with findings").click()
        notebook.show(monitor)


def press(monitor: Locator, name: str, button: str) -> None:
    """Presses a command of a section's toolbar, reached as by hand."""
    place = monitor.locator(f".wbm-section[data-section={name}]")
    place.scroll_into_view_if_needed()
    place.hover()
    place.get_by_role("toolbar").get_by_role("button", name=button, exact=True).click()


def file_client(me: Newcomer, notebook: NotebookPage) -> None:
    """Exports, packages, and asks for a final by notebook 05."""
    page = notebook.page
    shown = me.transcript.run(me.open_terminal(), me.guides.command("workbench status"), "Looks up the run's id")
    [line] = [line for line in shown.splitlines() if "new-client" in line]
    with me.transcript.step("Opens notebook 05, writes case and run, and runs all cells", page):
        notebook.follow("05_file_a_petition.ipynb", "File a petition")
        notebook.change_cell('CASE = "wu"', 'CASE = "new-client"')
        notebook.change_cell("THREAD = None", f'THREAD = "{line.split()[0]}"')
        notebook.run_all()
        notebook.wait_for_cells()
        notebook.lift(notebook.panel.get_by_role("heading", name="What stands against filing"))
    for heading in ("The letter", "The package", "The proof"):
        with me.transcript.step(f"Reads: {heading}", page) as step:
            notebook.lift(notebook.panel.get_by_role("heading", name=heading, exact=True))
            step.noted += notebook.errors()
    with me.transcript.step("Asks for the final files", page) as step:
        notebook.change_cell("FINAL = False", "FINAL = True")
        notebook.run_all()
        notebook.wait_for_cells()
        notebook.lift(notebook.panel.get_by_role("heading", name="The letter", exact=True))
        refusal = notebook.show(
            notebook.panel.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").first
        )
        step.printed = refusal.inner_text()
