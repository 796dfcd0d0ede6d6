"""Sections of the test page: their buttons and fields, the editor, and the kernel's answers."""

from __future__ import annotations

from monitor_page import DONE as STORY
from monitor_page import content, push, push_events, sent, show

from workbench.live.events import SectionUpdate
from workbench.live.snapshot import Snapshot

# By a language model (the offline assembler is not asked for the same again), with errors that a reason lifts.
DONE = STORY.model_copy(
    update={
        "model": "small-model at example.org",
        "sections": tuple(
            section.model_copy(
                update={"findings": tuple(f.model_copy(update={"check": "claim-uncited"}) for f in section.findings)}
            )
            for section in STORY.sections
        ),
    }
)
HOSTILE = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"> \u202eevil\u202c ' + "W" * 900


def section(page, section_id="awards"):
    return page.locator(f"[data-section={section_id}]")


def button(page, name, section_id="awards"):
    return section(page, section_id).get_by_role("button", name=name, exact=True)


def box(page, name, section_id="awards"):
    return section(page, section_id).get_by_role("textbox", name=name, exact=True)


def sections(section_id, snapshot=DONE, **more):
    changed = tuple(s.model_copy(update=more) if s.section_id == section_id else s for s in snapshot.sections)
    return snapshot.model_copy(update={"sections": changed})


def asked(page):
    """The last message, without the request's id, and that id."""
    message = dict(sent(page)[-1])
    message.pop("bytes")
    return message, message.pop("request")


def answer(page, **more):
    _, request = asked(page)
    push(page, about="decide", request=request, **more)


def change(page, section_id="awards", number=0, **fields):
    event = SectionUpdate(section_id=section_id, **fields)
    push_events(page, [event.with_stamp(thread_id="wu", event_id=f"1999999999999-{number}", at="")])


TEXT = DONE.section("awards").content
CLEAN = sections("awards", findings=(), status="completed")


def editor(page):
    return page.get_by_role("group", name="Edit the section")


def field(page):
    return editor(page).get_by_role("textbox", name="Text of the section")


def edit(page, text):
    """Opens the editor and replaces the whole text."""
    button(page, "Edit").click()
    field(page).fill(text)


def save(page):
    editor(page).get_by_role("button", name="Save", exact=True).click()


def preview(page):
    return editor(page).get_by_role("region", name="Preview")


def begin(page, text: str, caret: int | None = None, snapshot: Snapshot | None = None):
    """Opens the editor on a text, with the caret at its end or at an offset."""
    show(page, snapshot or content("awards", text))
    button(page, "Edit").click()
    at = len(text) if caret is None else caret
    field(page).evaluate("(field, at) => field.setSelectionRange(at, at)", at)


def change_exhibit(snapshot: Snapshot, **changed):
    """The snapshot with its first exhibit changed."""
    first, *others = snapshot.exhibits
    return snapshot.model_copy(update={"exhibits": (first.model_copy(update=changed), *others)})


PARAGRAPHS = "\n\n".join(
    f"Paragraph {number} of the text. " + "It has words enough for lines. " * 6 for number in range(40)
)
