"""Text that would run, load or disguise something wherever it is taken for markup, and runs that are full of it."""

from __future__ import annotations

from workbench.checks.finding import Finding
from workbench.live import keys
from workbench.live.audit import AuditEntry
from workbench.live.events import (
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
)
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot

EVIL = "evil.example"
"""The host that the text has things loaded from; nothing answers there."""

HOSTILE = (
    "<script>pwned('script')</script><img src=x onerror=\"pwned('handler')\"><svg onload=\"pwned('svg')\">"
    "<animate onbegin=\"pwned('animate')\" attributeName=x dur=1s /></svg>"
    "<iframe srcdoc=\"<script>parent.pwned('srcdoc')</script>\"></iframe><details open ontoggle=\"pwned('toggle')\">"
    "\"'><svg/onload=pwned('attribute')></svg></title></style></textarea><script>pwned('closing')</script>"
    "<style>@import 'http://evil.example/x.css';*{background:url(http://evil.example/x.png)}</style>"
    "<link rel=stylesheet href=http://evil.example/y.css><base href=http://evil.example/>"
    "<a href=\"javascript:pwned('anchor')\">a</a> [md](javascript:pwned('markdown')) <javascript:pwned('auto')>"
    "![i](x\" onerror=\"pwned('image')) ![j](http://evil.example/j.png) [r]: javascript:pwned('reference)"
    "<form action=\"javascript:pwned('form')\"><button formaction=\"javascript:pwned('button')\">b</button></form>"
    "${pwned('template')}{{pwned('mustache')}} [@wolf-prize\"><b onclick=pwned('cite')>, p. 1] \u202eevil\u202c"
)
"""Text that calls the page's ``pwned`` if it is executed (:class:`probe.Probe`)."""

SIGN = "<script>pwned('script')</script>"
"""By which a page is seen to show it as the text it is."""

MADE = (
    ":is(script:not([src]), img, a, iframe, form:not(.wbm-exception-form), base, style, details[open], animate, "
    "object, embed)"
)
"""Elements that only such a text, taken for markup, would have made; a host may have some of its own."""

PAGES = {("wolf-prize", 1): HOSTILE, ("wolf-prize", 2): HOSTILE}


def hostile(run: Snapshot) -> Snapshot:
    """A run with hostile text wherever text comes from somebody."""
    finding = Finding(check=HOSTILE, severity="error", message=HOSTILE, quote=HOSTILE, suggestion=HOSTILE)
    shapes = (HOSTILE, f"> {HOSTILE}", f"- {HOSTILE}", f"```html\n{HOSTILE}\n```", f"### {HOSTILE}")
    text = "\n\n".join((*shapes, "One [@wolf-prize, p. 2]."))
    changes = {"title": HOSTILE, "content": text, "findings": (finding,), "edited_by": HOSTILE}
    letter = {"case_title": HOSTILE, "petitioner": HOSTILE, "beneficiary": HOSTILE, "field_of_endeavor": HOSTILE}
    return run.model_copy(
        update={
            "sections": tuple(section.model_copy(update=changes) for section in run.sections),
            "exhibits": tuple(
                exhibit.model_copy(update={"title": HOSTILE, "kind": HOSTILE, "date": HOSTILE})
                for exhibit in run.exhibits
            ),
            "logs": tuple(line.model_copy(update={"message": HOSTILE, "agent": HOSTILE}) for line in run.logs[:5]),
            "letter": run.letter.model_copy(update={**letter, "counsel": (HOSTILE,), "sample": HOSTILE}),
            "user_id": HOSTILE, "model": HOSTILE, "error": HOSTILE, "unresolved": (HOSTILE,),
        }
    )  # fmt: skip


def small_run(thread_id: str) -> Snapshot:
    """Three sections and an exhibit of two pages, as a run stands before its first event."""
    names = ("intro", "awards", "conclusion")
    exhibit = ExhibitState(
        exhibit_id="wolf-prize",
        number=4,
        title="Prize",
        kind="award",
        date="1978",
        pages=2,
        sha256="0" * 64,
        has_pictures=False,
    )
    return Snapshot(
        thread_id=thread_id, user_id="a", case_id="wu", letter=LetterHead(beneficiary="B"), model="m",
        sections=tuple(SectionState(section_id=name, title=name.title()) for name in names), exhibits=(exhibit,),
    )  # fmt: skip


def story(run: Snapshot) -> list[Event]:
    """Events that lead to the run of :func:`hostile`, so that its history is full of the same text."""
    full = hostile(run)
    head = full.model_copy(update={"sections": run.sections}).to_dict()
    for name in ("schema", "thread_id", "status", "logs", "last_event_id", "_updated_at"):
        del head[name]
    events: list[Event] = [
        WorkflowUpdate(update=head),
        StatusChange(status="generating"),
        LogEntry(log=LogLine(level="error", message=HOSTILE, agent=HOSTILE, at="")),
    ]
    for section in full.sections:
        name = section.section_id
        findings = [finding.model_dump() for finding in section.findings]
        events += [
            SectionUpdate(section_id=name, status="in_progress", title=HOSTILE, prompt_version=HOSTILE),
            SectionDelta(section_id=name, text=HOSTILE),
            SectionUpdate(section_id=name, status="pending", instruction=HOSTILE),
            SectionUpdate(
                section_id=name, status="needs_review", content=section.content, findings=findings, edited_by=HOSTILE
            ),
        ]
    events += [
        SectionUpdate(section_id="intro", status="approved", approved_by=HOSTILE),
        ErrorRaised(message=HOSTILE, section_id="awards"),
        ErrorRaised(message=HOSTILE),
        WorkflowUpdate(update={"error": HOSTILE, "unresolved": [HOSTILE]}),
        StatusChange(status="paused"),
    ]
    return [
        event.with_stamp(thread_id=run.thread_id, event_id=f"{1_795_446_000_000 + number}-0", at="2026-11-23T15:00:00Z")
        for number, event in enumerate(events)
    ]


def record() -> dict[str, dict[str, bytes]]:
    """An audit record of the same kind, as a store keeps it."""
    acts = [("edit", "awards"), ("approve", "intro"), ("export", None)]
    entries = [
        AuditEntry(
            number=number, at=HOSTILE, user_id=HOSTILE, action=act, section_id=section, note=HOSTILE, via=HOSTILE
        )
        for number, (act, section) in enumerate(acts, 1)
    ]  # fmt: skip
    return {keys.AUDIT: {str(entry.number): entry.to_json() for entry in entries}}
