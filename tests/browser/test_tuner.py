"""The tuner in a real JupyterLab with a small model."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from workbench.config import Settings
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.reviews.ratings import Ratings

from .conftest import prepared_lab

SLOW_MS = 240_000
"""For four drafts of a small model on a machine that has other work."""

REPEATS = 2
SENTENCE = "Answer in one short sentence."


@pytest.fixture
def settings(shared_home):
    return Settings(home=shared_home)


@pytest.fixture
def lab(jupyter_lab, tmp_path, shared_home):
    """JupyterLab whose model writes at most 64 tokens: at 65 a second of processor time, its drafts were the half."""
    with prepared_lab(jupyter_lab, tmp_path, shared_home, WORKBENCH_MAX_OUTPUT_TOKENS="64") as lab:
        yield lab


def file_a_short_prompt(store):
    """Files a prompt that asks for fewer words."""
    text = f"{store.active('benefit').text}Answer in two sentences.\n"
    short = store.save("benefit", text, note="two sentences", author="a.attorney")
    store.promote(short.ref, user_id="a.attorney", reason="for the test")
    return short.ref


def test_tuner_edits_runs_promotes_rolls_back(  # noqa: PLR0915 - one sitting, in its order
    lab, page, run_all, pictures, settings
):
    store = PromptStore(settings)
    filed = file_a_short_prompt(store)
    run_all(page, lab("tune.ipynb"))
    tuner = page.locator(".wbu").first
    editor = tuner.get_by_role("textbox", name="Prompt of the section")
    editor.wait_for(timeout=90_000)

    # A mistake is marked at its line, and nothing runs with it.
    text = editor.input_value()
    last = text.rstrip("\n").count("\n") + 2
    editor.fill(f"{text}Name {{{{benefciary}}}}.\n")
    wrong = tuner.get_by_role("list", name="What is wrong with this prompt")
    wrong.get_by_text("did you mean {{beneficiary}}?").wait_for(timeout=20_000)
    assert wrong.get_by_role("button", name=f"Line {last}").is_visible()
    assert tuner.get_by_role("button", name=re.compile("^Run")).get_attribute("aria-disabled") == "true"
    page.screenshot(path=pictures / "tuner-mistake.png")

    # Mended, it is seen as the model will be sent it.
    editor.fill(f"{text}{SENTENCE}\n")
    tuner.get_by_role("tabpanel", name="As sent").get_by_text(SENTENCE).wait_for(timeout=20_000)
    wrong.wait_for(state="hidden")
    assert re.search(r"about [\d,]+ tokens", tuner.get_by_role("list", name="Length of the prompt").inner_text())

    # Two versions, two repeats, side by side.
    tuner.get_by_role("spinbutton", name="Repeats").fill(str(REPEATS))
    tuner.get_by_role("button", name=f"Run {2 * REPEATS} drafts").click()
    tuner.locator(".wbu-card[data-status=writing] .wbm-text p").first.wait_for(timeout=SLOW_MS)
    tuner.get_by_role("tab", name=re.compile("^Drafts")).scroll_into_view_if_needed()
    page.screenshot(path=pictures / "tuner-writing.png")
    done = tuner.locator(".wbu-card[data-status=done]")
    done.nth(2 * REPEATS - 1).wait_for(timeout=SLOW_MS)
    table = tuner.get_by_role("table", name="The drafts compared")
    # The small model does not always stop by itself.
    ended, cut_off = (table.get_by_text(outcome, exact=True) for outcome in ("New", "Without its end"))
    expect(ended.or_(cut_off)).to_have_count(2 * REPEATS)
    assert table.get_by_role("rowheader", name="Mean").count() == 2
    counted = tuner.get_by_role("list", name="Length of the prompt")
    counted.get_by_text("counted by local").wait_for(timeout=20_000)

    # What one says of a draft is kept.
    first = done.first
    first.get_by_role("radio", name="4 stars").check(force=True)
    first.get_by_role("button", name="Keep").click()
    first.get_by_role("button", name="Keep", pressed=True).wait_for(timeout=20_000)
    page.screenshot(path=pictures / "tuner-drafts.png")
    [said] = Ratings(settings).latest().values()
    assert (said.rating, said.kept, said.user, said.section) == (4, True, "a.attorney", "benefit")

    # The redline of two drafts, one of each version.
    first.get_by_role("button", name="Redline").click()
    tuner.get_by_role("combobox", name="To").select_option(label="Edit 1, local, no. 1")
    redline = tuner.get_by_role("region", name=re.compile("^Redline from"))
    redline.locator("ins").first.wait_for(timeout=20_000)
    assert redline.locator("del").count() > 0
    page.screenshot(path=pictures / "tuner-redline.png")

    # And of two prompts.
    tuner.get_by_role("region", name="Editor").get_by_role("button", name="Redline").click()
    redline.locator("ins", has_text=SENTENCE).wait_for(timeout=20_000)

    # Once more: nothing is asked again, and the latency is of the first time.
    tuner.get_by_role("tab", name=re.compile("^Drafts")).click()
    latency = table.locator("tbody tr").first.locator("td").nth(-2).text_content()
    tuner.get_by_role("button", name=f"Run {2 * REPEATS} drafts").click()
    table.get_by_text("Cached", exact=True).nth(2 * REPEATS - 1).wait_for(timeout=60_000)
    assert table.locator("tbody tr").first.locator("td").nth(-2).text_content() == latency

    # A version, which files nothing yet.
    tuner.get_by_role("button", name="Save as version…").click()
    tuner.get_by_role("textbox", name="What was changed, and why").fill("one short sentence")
    tuner.get_by_role("button", name="Save", exact=True).click()
    tuner.get_by_role("tab", name="Versions 4").click(timeout=20_000)
    candidate = tuner.locator(".wbu-version[data-standing=candidate]")
    ref = candidate.get_attribute("data-ref")
    assert store.get(ref).note == "one short sentence"
    assert store.active("benefit").ref == filed

    # Without golden cases the gate is undecided; a reason lets it pass, and one call goes back.
    candidate.get_by_role("button", name="Promote…").click()
    reason = tuner.get_by_role("textbox", name="Reason")
    reason.wait_for(timeout=60_000)
    assert "Undecided" in tuner.locator(".wbu-said-box").inner_text()
    assert store.active("benefit").ref == filed
    reason.fill("A rehearsal.")
    page.screenshot(path=pictures / "tuner-gate.png")
    tuner.get_by_role("button", name="Promote over the gate").click()
    tuner.locator(f".wbu-version[data-standing=filing][data-ref='{ref}']").wait_for(timeout=60_000)
    assert store.active("benefit").ref == ref
    assert store.history("benefit")[-1].by == "a.attorney"

    tuner.get_by_role("region", name="Prompt of the section").get_by_role("button", name="Roll back…").click()
    tuner.get_by_role("textbox", name="Reason").fill("The rehearsal is over.")
    tuner.get_by_role("button", name="Roll back", exact=True).click()
    tuner.locator(f".wbu-version[data-standing=filing][data-ref='{filed}']").wait_for(timeout=60_000)
    assert store.active("benefit").ref == filed
    page.screenshot(path=pictures / "tuner-rolled-back.png")

    # Nothing of it stays in the notebook: no prompt, no draft.
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    kept = page.evaluate("() => JSON.stringify(window.jupyterapp.shell.currentWidget.content.model.toJSON())")
    assert SENTENCE not in kept
    assert said.content[:40] not in kept

    # In the dark, and as wide as a phone.
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    tuner.get_by_role("tab", name=re.compile("^Drafts")).click()
    page.screenshot(path=pictures / "tuner-dark.png")
