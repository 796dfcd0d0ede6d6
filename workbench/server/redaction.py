"""Redaction of a run: snapshot and stream of events.

Redacted are the names of beneficiary, petitioner and counsel, the ids of users and of the case, and e-mail addresses.
The story of the letter is not: a reader who knows the field may still recognise the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.report import CheckReport
from workbench.live.events import (
    UNDER_WAY,
    ErrorRaised,
    Event,
    LogEntry,
    LogLine,
    SectionDelta,
    SectionUpdate,
    StatusChange,
    WorkflowUpdate,
    parse_event,
)
from workbench.live.snapshot import ExhibitState, SectionState, SentenceRemark, Snapshot, apply
from workbench.server.name_matcher import MARK, Names, StreamingRedactor, finder
from workbench.text.digest import text_digest

STREAMING = frozenset({"in_progress", "revising"})
"""Section statuses in which the text may end in the middle of a name."""

_STAMP = frozenset({"schema", "thread_id", "last_event_id", "_updated_at"})


class Redactor:
    """Replaces the names of one run in texts and snapshots.

    Args:
        names: Names of the run, from :meth:`Names.of`.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.finder = finder(names)
        self._replacements = dict(names.exhibits)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Redactor:
        """Creates the redactor for the names of a snapshot."""
        return cls(Names.of(snapshot))

    def text(self, text: str) -> str:
        """Redacts a text."""
        return self.finder.hide(text)

    def exhibit_id(self, shown: str) -> str | None:
        """Returns the real id of an exhibit as it is shown.

        None for an id that contains a name: whether there is such an exhibit must not be found out by asking.
        """
        if shown in self._replacements:
            return None
        return next((exhibit_id for exhibit_id, called in self._replacements.items() if called == shown), shown)

    def snapshot(self, snapshot: Snapshot, contents: Mapping[str, str] | None = None) -> Snapshot:
        """Redacts a snapshot.

        Args:
            snapshot: The run.
            contents: Texts that are redacted already, by section id: those whose end is still held back.
        """
        letter = snapshot.letter
        contents = contents or {}
        return snapshot.model_copy(
            update={
                "user_id": MARK,
                "case_id": MARK,
                # A digest of the case would let a guess of its content be tested.
                "case_digest": "",
                "sections": tuple(self.section(part, contents.get(part.section_id)) for part in snapshot.sections),
                "exhibits": tuple(self._exhibit(exhibit) for exhibit in snapshot.exhibits),
                "logs": tuple(self.log(line) for line in snapshot.logs),
                "letter": letter.model_copy(
                    update={
                        "case_title": self.text(letter.case_title),
                        "petitioner": MARK if letter.petitioner else "",
                        "beneficiary": self._redact_person(letter.beneficiary),
                        "field_of_endeavor": self.text(letter.field_of_endeavor),
                        "counsel": (MARK,) if letter.counsel else (),
                        "sample": self._maybe(letter.sample),
                    }
                ),
                "unresolved": tuple(map(self.text, snapshot.unresolved)),
                "letter_findings": tuple(map(self._redact_finding, snapshot.letter_findings)),
                "error": self._maybe(snapshot.error),
                # The id of the other run could name the case.
                "forked_from": None,
                # Its digest covers names, too.
                "audit": None,
            }
        )

    def section(self, section: SectionState, content: str | None = None) -> SectionState:
        """Redacts a section.

        ``content`` is its text where that is redacted already.
        """
        shown = self.text(section.content) if content is None else content
        return section.model_copy(
            update={
                "title": self.text(section.title),
                "content": shown,
                "findings": tuple(map(self._redact_finding, section.findings)),
                "approved_by": section.approved_by and MARK,
                "approved_sha256": _hash_redacted(section, shown),
                "approval_note": self._maybe(section.approval_note),
                "edited_by": section.edited_by and MARK,
                "instruction": self._maybe(section.instruction),
                "remarks": tuple(map(self._redact_remark, section.remarks)),
                # For the checks alone: no page shows them.
                "earlier": (),
            }
        )

    def report(self, report: CheckReport) -> CheckReport:
        """Redacts a check report."""
        return report.model_copy(
            update={
                # A digest of the text would let a guess of the name be tested.
                "sha256": "",
                "findings": tuple(map(self._redact_finding, report.findings)),
                "sentences": tuple(
                    each.model_copy(
                        update={
                            "text": self.text(each.text),
                            "why": self.text(each.why),
                            "evidence": each.evidence and self.place(each.evidence),
                        }
                    )
                    for each in report.sentences
                ),
                "checked": {
                    name: count.model_copy(update={"why": {self.text(why): n for why, n in count.why.items()}})
                    for name, count in report.checked.items()
                },
            }
        )

    def log(self, line: LogLine) -> LogLine:
        """Redacts a line of the log.

        The attorney is named in brackets at its end.
        """
        redacted = re.sub(r" \(.*\)$", f" ({MARK})", line.message) if line.agent == "attorney" else line.message
        # Runs of former releases have lines of the case file here.
        redacted = re.sub(r"^(the changed case was accepted)\b[\s\S]*", r"\1", redacted)
        return line.model_copy(update={"message": self.text(redacted)})

    def _exhibit(self, exhibit: ExhibitState) -> ExhibitState:
        # No digest of the file: whoever has the file could recognise the case by it.
        called = self._replacements.get(exhibit.exhibit_id, exhibit.exhibit_id)
        return exhibit.model_copy(update={"exhibit_id": called, "title": self.text(exhibit.title), "sha256": ""})

    def _redact_remark(self, remark: SentenceRemark) -> SentenceRemark:
        # The digest is that of the text shown, by which a page finds the sentence again.
        shown = self.text(remark.sentence)
        return remark.model_copy(
            update={
                "sentence": shown,
                "sentence_sha256": text_digest(shown),
                "note": self._maybe(remark.note),
                "user_id": MARK,
            }
        )

    def place(self, place: EvidencePlace) -> EvidencePlace:
        """Redacts words of an exhibit, and its id."""
        called = self._replacements.get(place.exhibit_id, place.exhibit_id)
        return place.model_copy(update={"exhibit_id": called, "quote": self.text(place.quote)})

    def _redact_finding(self, finding: Finding) -> Finding:
        redacted: dict[str, Any] = {
            name: self._maybe(getattr(finding, name)) for name in ("message", "quote", "suggestion")
        }
        redacted["evidence"] = tuple(map(self.place, finding.evidence))
        return finding.model_copy(update=redacted)

    def _redact_person(self, name: str) -> str:
        """Redacts a person's name to ``Dr. REDACTED``.

        Where the patterns miss it, all of it is replaced.
        """
        shown = self.text(name)
        return shown if shown != name else MARK if name else ""

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)


def _hash_redacted(section: SectionState, shown: str) -> str | None:
    """Returns the approval's hash of the redacted text.

    The hash of the real text would let a viewer test guesses of the name.
    """
    if section.approved_sha256 is None or section.approved_sha256 != text_digest(section.content):
        return None
    return text_digest(shown)


class RedactedStream:
    """Stream of a run's events without names.

    Each event becomes one frame with the same id.

    Text that may be the beginning of a name is held back until the next frame of its section or the section's end.
    Where a name becomes known later (another user approves), the frame of that event replaces what was shown before.

    Args:
        snapshot: The run before the first event. Later events are given to :meth:`frame`, in order.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.redactor = Redactor.of(snapshot)
        self._texts: dict[str, StreamingRedactor] = {}
        self._reset_texts()

    @property
    def last_event_id(self) -> str:
        """Id of the last event."""
        return self._snapshot.last_event_id

    def initial(self) -> bytes:
        """Returns the run as shown so far, as JSON.

        It is a snapshot of what the frames have told.
        """
        return self._redact_snapshot().to_json()

    def frame(self, data: bytes) -> bytes | None:
        """Returns the redacted next event.

        None for an unknown or unreadable one.
        """
        try:
            event = parse_event(data)
        except ValueError:
            return None
        if event is None:
            return None
        self._snapshot = apply(self._snapshot, event)
        names = self.redactor.names | Names.of(self._snapshot)
        # A new name changes text that was sent already, so the whole run is sent again.
        if names != self.redactor.names:
            self.redactor = Redactor(names)
            self._reset_texts()
            whole = {name: value for name, value in self._redact_snapshot().to_dict().items() if name not in _STAMP}
            return _as_workflow_update(event, whole)
        return self._redact_event(event)

    def _redact_event(self, event: Event) -> bytes:
        redactor, body = self.redactor, event.to_dict()
        match event:
            case SectionDelta():
                return self._redact_delta(event, body)
            case SectionUpdate():
                body |= self._redact_section_update(event)
            case WorkflowUpdate(update=update) if set(update) == {"audit"}:
                body["update"] = {"audit": None}  # without redacting a whole snapshot for it
            case WorkflowUpdate(update=update):
                if "sections" in update:
                    self._reset_texts()
                shown = self._redact_snapshot().to_dict()
                body["update"] = {name: shown[name] for name in update if name in shown and name not in _STAMP}
            # The run stops: what was held back will get no further text.
            case StatusChange(status=status) if status not in UNDER_WAY and self._release_texts():
                return _as_workflow_update(
                    event, {"status": status, "sections": self._redact_snapshot().to_dict()["sections"]}
                )
            case LogEntry(log=line):
                body["log"] = redactor.log(line).model_dump()
            case ErrorRaised(message=message):
                body["message"] = redactor.text(message)
        return orjson.dumps(body)

    def _redact_delta(self, event: SectionDelta, body: dict[str, Any]) -> bytes:
        text, section = self._texts.get(event.section_id), self._section(event.section_id)
        if text is None or section is None:
            # A frame all the same: it moves the viewer's place in the stream.
            return orjson.dumps({**body, "text": ""})
        piece = text.add(event.text)
        if piece is not None and section.approved_sha256 is None:
            return orjson.dumps({**body, "text": piece})
        # Sent whole: the text before has changed, or the approval's hash is bound to all of it.
        stamp = {name: body[name] for name in ("id", "at", "thread_id", "schema", "section_id")}
        anew = {"content": text.shown, "approved_sha256": _hash_redacted(section, text.shown)}
        return orjson.dumps({"type": "section_update", **stamp, **anew})

    def _redact_section_update(self, event: SectionUpdate) -> dict[str, Any]:
        """Returns the redacted changes of a section.

        They include the text that was held back until now.
        """
        section = self._section(event.section_id)
        if section is None:
            return dict.fromkeys(event.model_fields_set & _WORDS)
        named = set(event.model_fields_set)
        text = self._texts[section.section_id]
        fresh = StreamingRedactor(self.redactor.finder, section.content)
        # The update may set another text than the deltas made, after a retry or an edit.
        if section.content != text.raw or fresh.shown == text.shown:
            text = self._texts[section.section_id] = fresh
        was_held = text.is_holding
        if section.status not in STREAMING:
            text.end()
            named |= {"content"} if was_held else set()
        if section.approved_sha256 is not None:  # bound to what is shown, so it changes with that
            named.add("approved_sha256")
        shown = self.redactor.section(section, text.shown).model_dump(mode="json")
        return {name: shown[name] for name in named if name in shown}

    def _section(self, section_id: str) -> SectionState | None:
        return next((part for part in self._snapshot.sections if part.section_id == section_id), None)

    def _redact_snapshot(self) -> Snapshot:
        return self.redactor.snapshot(self._snapshot, {id_: text.shown for id_, text in self._texts.items()})

    def _reset_texts(self) -> None:
        self._texts = {}
        for section in self._snapshot.sections:
            text = self._texts[section.section_id] = StreamingRedactor(self.redactor.finder, section.content)
            if section.status not in STREAMING or self._snapshot.status not in UNDER_WAY:
                text.end()

    def _release_texts(self) -> bool:
        """Releases the text held back; True where any was."""
        held = [text for text in self._texts.values() if text.is_holding]
        for text in held:
            text.end()
        return bool(held)


_WORDS = frozenset(
    {
        "title",
        "content",
        "findings",
        "approved_by",
        "approved_sha256",
        "approval_note",
        "edited_by",
        "instruction",
        "remarks",
        "earlier",
        "prompt_version",
    }
)


def _as_workflow_update(event: Event, update: dict[str, Any]) -> bytes:
    """Returns a ``workflow_update`` under an event's id.

    It may change more fields than the event.
    """
    stamp = {name: value for name, value in event.to_dict().items() if name in {"id", "at", "thread_id", "schema"}}
    return orjson.dumps({"type": "workflow_update", **stamp, "update": update})
