"""A revision that loses a fact, through the workflow, with a model that is an endpoint on the network."""

from __future__ import annotations

from scripted_endpoint import fails, streams

import workbench
from workbench.live.snapshot import SectionState
from workbench.workflow.context import RunOptions
from workbench.workflow.planning import plan_section

MEDAL = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1]."
UNDATED = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1]."
COUNTRIES = "Newspapers in nine countries reported the ceremony [@medal, p. 2]."
WHOLE = f"{MEDAL} {COUNTRIES}\n"


def start(online, *, revisions=2):
    options = RunOptions(max_revisions=revisions, sections=("awards",))
    return workbench.start("minimal", settings=online, options=options, new=True)


def wait_for_draft(run, endpoint, *texts, note):
    endpoint.acts = [streams(text) for text in texts]
    run.reject("awards", note, user_id="ada")
    return run.wait(60).section("awards")


def lost(section):
    return [finding for finding in section.findings if finding.check == "fact-lost"]


def sent(endpoint):
    return endpoint.posted[-1].body["messages"][1]["content"]


def test_lost_fact_goes_back_to_writer(online, endpoint):
    endpoint.acts = [
        streams(f"{MEDAL} {COUNTRIES} [TODO]\n"),
        streams(f"{UNDATED} {COUNTRIES}\n"),
        streams(WHOLE),
    ]
    section = start(online).wait(60).section("awards")
    assert len(endpoint.posted) == 3
    assert "Lost in the revision: “4 May 2021”" in sent(endpoint)
    assert MEDAL in sent(endpoint)
    assert f"Words: “{UNDATED}”" in sent(endpoint), "the sentence that lost it"
    assert (section.status, section.content, lost(section), section.earlier) == ("completed", WHOLE, [], ())


def test_fact_of_first_draft_outlives_second(online, endpoint):
    endpoint.acts = [
        streams(f"{MEDAL} {COUNTRIES} [TODO]\n"),
        streams(f"{UNDATED} {COUNTRIES} [TODO]\n"),
        streams(f"{UNDATED} {COUNTRIES}\n"),
    ]
    section = start(online).wait(60).section("awards")
    (found,) = lost(section)
    assert (found.severity, section.status) == ("warning", "completed")
    assert found.evidence[0].exhibit_id == "medal"
    assert section.earlier[0].content.startswith(MEDAL)


def test_rejected_approved_section_keeps_its_facts(online, endpoint):
    endpoint.acts = [streams(WHOLE)]
    run = start(online, revisions=0)
    run.wait(60)
    run.approve("awards", user_id="ada")
    section = wait_for_draft(run, endpoint, f"{MEDAL}\n", note="Make it shorter.")
    assert section.earlier[0].approved_by == "ada"
    (found,) = lost(section)
    assert COUNTRIES in found.message
    # Sent back once more, the writer is given the reason; a note that asks for the removal settles it.
    section = wait_for_draft(run, endpoint, f"{MEDAL}\n", note="Leave the newspapers out.")
    assert COUNTRIES in sent(endpoint)
    assert (lost(section), section.earlier) == ([], ())


def test_edit_by_hand_loses_nothing(online, endpoint):
    endpoint.acts = [streams(WHOLE)]
    run = start(online, revisions=0)
    run.wait(60)
    run.edit("awards", f"{MEDAL}\n", user_id="ada")
    assert lost(run.snapshot.section("awards")) == []
    section = wait_for_draft(run, endpoint, f"{COUNTRIES}\n", note="Name the jury.")
    (found,) = lost(section)
    assert MEDAL in found.message
    assert COUNTRIES not in found.message


def test_approval_settles_lost_facts(online, endpoint):
    endpoint.acts = [streams(WHOLE)]
    run = start(online, revisions=0)
    run.wait(60)
    assert lost(wait_for_draft(run, endpoint, f"{MEDAL}\n", note="Shorter."))
    run.approve("awards", user_id="ada")
    assert run.snapshot.section("awards").earlier == ()


def test_pause_before_check_keeps_earlier_text(online, endpoint):
    endpoint.acts = [streams(f"{MEDAL} {COUNTRIES} [TODO]\n"), fails(401, message="key revoked")]
    run = start(online)
    paused = run.wait(60)
    assert paused.status == "paused"
    assert paused.section("awards").earlier[0].content.startswith(MEDAL)
    endpoint.acts = [streams(f"{MEDAL}\n"), streams(WHOLE)]
    run.resume()
    section = run.wait(60).section("awards")
    assert (section.content, lost(section)) == (WHOLE, [])


def test_cut_off_revision_begins_from_earlier():
    section = SectionState(
        section_id="awards", title="A", status="revising", attempts=2, content="half a", earlier=({"content": WHOLE},)
    )
    work = plan_section(section)
    assert work is not None
    assert (work["content"], work["attempts"]) == (WHOLE, 1)
