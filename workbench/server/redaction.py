"""Redaction: a run without the names in it, as one snapshot and as a stream of events.

Withheld are the names of beneficiary, petitioner and counsel, the ids of users and of the case, and every e-mail
address. What the letter tells of a life is not: whoever knows the field may know the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from workbench.checks.finding import Finding
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
from workbench.live.snapshot import ExhibitState, SectionState, Snapshot, apply
from workbench.server.withheld import MARK, HeldText, Names, finder
from workbench.text.digest import text_digest

STREAMING = frozenset({"in_progress", "revising"})
"""Section statuses in which text may be in the middle of a name."""

_STAMP = frozenset({"schema", "thread_id", "last_event_id", "_updated_at"})


class Redactor:
    """Takes names out of what is shown of one run.

    Args:
        names: Of the run; :meth:`of` finds them.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.finder = finder(names)
        self._called = dict(names.exhibits)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Redactor:
        """The one for a run as it stands."""
        return cls(Names.of(snapshot))

    def text(self, text: str) -> str:
        """The text with every name replaced."""
        return self.finder.hide(text)

    def exhibit_id(self, shown: str) -> str:
        """The id of an exhibit by the one that was shown."""
        return next((exhibit_id for exhibit_id, called in self._called.items() if called == shown), shown)

    def snapshot(self, snapshot: Snapshot, contents: Mapping[str, str] | None = None) -> Snapshot:
        """The run without names.

        Args:
            snapshot: The run as it is.
            contents: Texts of sections that are redacted already, by id: those whose end is held back.
        """
        letter = snapshot.letter
        contents = contents or {}
        return snapshot.model_copy(
            update={
                "user_id": MARK,
                "case_id": MARK,
                "case_digest": "",
                "sections": tuple(self.section(part, contents.get(part.section_id)) for part in snapshot.sections),
                "exhibits": tuple(self._exhibit(exhibit) for exhibit in snapshot.exhibits),
                "logs": tuple(self.log(line) for line in snapshot.logs),
                "letter": letter.model_copy(
                    update={
                        "case_title": self.text(letter.case_title),
                        "petitioner": MARK if letter.petitioner else "",
                        "beneficiary": self._person(letter.beneficiary),
                        "field_of_endeavor": self.text(letter.field_of_endeavor),
                        "counsel": (MARK,) if letter.counsel else (),
                        "sample": self._maybe(letter.sample),
                    }
                ),
                "unresolved": tuple(map(self.text, snapshot.unresolved)),
                "error": self._maybe(snapshot.error),
                "forked_from": None,
            }
        )

    def section(self, section: SectionState, content: str | None = None) -> SectionState:
        """One section without names; ``content`` is its text where that is redacted already."""
        shown = self.text(section.content) if content is None else content
        return section.model_copy(
            update={
                "title": self.text(section.title),
                "content": shown,
                "findings": tuple(map(self._finding, section.findings)),
                "approved_by": section.approved_by and MARK,
                "approved_sha256": _resealed(section, shown),
                "edited_by": section.edited_by and MARK,
                "instruction": self._maybe(section.instruction),
            }
        )

    def log(self, line: LogLine) -> LogLine:
        """A line of the log; who the attorney is stands in brackets at its end."""
        said = re.sub(r" \(.*\)$", f" ({MARK})", line.message) if line.agent == "attorney" else line.message
        return line.model_copy(update={"message": self.text(said)})

    def _exhibit(self, exhibit: ExhibitState) -> ExhibitState:
        called = self._called.get(exhibit.exhibit_id, exhibit.exhibit_id)
        return exhibit.model_copy(update={"exhibit_id": called, "title": self.text(exhibit.title), "sha256": ""})

    def _finding(self, finding: Finding) -> Finding:
        said = {name: self._maybe(getattr(finding, name)) for name in ("message", "quote", "suggestion")}
        return finding.model_copy(update=said)

    def _person(self, name: str) -> str:
        """``Dr. REDACTED``; wholly withheld where the name was not found in itself."""
        shown = self.text(name)
        return shown if shown != name else MARK if name else ""

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)


def _resealed(section: SectionState, shown: str) -> str | None:
    """The approval bound to what is shown: the hash of the text with the name would let the name be guessed."""
    if section.approved_sha256 is None or section.approved_sha256 != text_digest(section.content):
        return None
    return text_digest(shown)


class RedactedStream:
    """A run's events without names: one frame an event, under the same id.

    Text that may be the beginning of a name waits for the next frame of its section, or for the section's end. Where a
    name becomes known later (another user approves), the frame of that event replaces what was shown before.

    Args:
        snapshot: The run as it stands before the first event; later events come to :meth:`frame`, in order.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.redactor = Redactor.of(snapshot)
        self._texts: dict[str, HeldText] = {}
        self._take_up_texts()

    @property
    def last_event_id(self) -> str:
        """How far it has come."""
        return self._snapshot.last_event_id

    def initial(self) -> bytes:
        """The run as the frames so far have shown it: a snapshot, JSON."""
        return self._shown().to_json()

    def frame(self, data: bytes) -> bytes | None:
        """What is shown of the next event; None for one that is not known here, or cannot be read."""
        try:
            event = parse_event(data)
        except ValueError:
            return None
        if event is None:
            return None
        self._snapshot = apply(self._snapshot, event)
        names = self.redactor.names | Names.of(self._snapshot)
        if names != self.redactor.names:
            self.redactor = Redactor(names)
            self._take_up_texts()
            whole = {name: value for name, value in self._shown().to_dict().items() if name not in _STAMP}
            return _update(event, whole)
        return self._redacted(event)

    def _redacted(self, event: Event) -> bytes:
        redactor, body = self.redactor, event.to_dict()
        match event:
            case SectionDelta():
                return self._delta(event, body)
            case SectionUpdate():
                body |= self._changed(event)
            case WorkflowUpdate(update=update):
                if "sections" in update:
                    self._take_up_texts()
                shown = self._shown().to_dict()
                body["update"] = {name: shown[name] for name in update if name in shown and name not in _STAMP}
            case StatusChange(status=status) if status not in UNDER_WAY and self._end_texts():
                return _update(event, {"status": status, "sections": self._shown().to_dict()["sections"]})
            case LogEntry(log=line):
                body["log"] = redactor.log(line).model_dump()
            case ErrorRaised(message=message):
                body["message"] = redactor.text(message)
        return orjson.dumps(body)

    def _delta(self, event: SectionDelta, body: dict[str, Any]) -> bytes:
        text, section = self._texts.get(event.section_id), self._section(event.section_id)
        if text is None or section is None:
            return orjson.dumps({**body, "text": ""})
        piece = text.add(event.text)
        if piece is not None and section.approved_sha256 is None:
            return orjson.dumps({**body, "text": piece})
        stamp = {name: body[name] for name in ("id", "at", "thread_id", "schema", "section_id")}
        anew = {"content": text.shown, "approved_sha256": _resealed(section, text.shown)}
        return orjson.dumps({"type": "section_update", **stamp, **anew})

    def _changed(self, event: SectionUpdate) -> dict[str, Any]:
        """The named fields of a section, without names; and its text where some of it was held back until now."""
        section = self._section(event.section_id)
        if section is None:
            return dict.fromkeys(event.model_fields_set & _WORDS)
        named = set(event.model_fields_set)
        text = self._texts[section.section_id]
        fresh = HeldText(self.redactor.finder, section.content)
        if section.content != text.raw or fresh.shown == text.shown:
            text = self._texts[section.section_id] = fresh
        held = text.holds
        if section.status not in STREAMING:
            text.end()
            named |= {"content"} if held else set()
        if section.approved_sha256 is not None:  # bound to what is shown, so it changes with that
            named.add("approved_sha256")
        shown = self.redactor.section(section, text.shown).model_dump(mode="json")
        return {name: shown[name] for name in named if name in shown}

    def _section(self, section_id: str) -> SectionState | None:
        return next((part for part in self._snapshot.sections if part.section_id == section_id), None)

    def _shown(self) -> Snapshot:
        return self.redactor.snapshot(self._snapshot, {id_: text.shown for id_, text in self._texts.items()})

    def _take_up_texts(self) -> None:
        self._texts = {}
        for section in self._snapshot.sections:
            text = self._texts[section.section_id] = HeldText(self.redactor.finder, section.content)
            if section.status not in STREAMING or self._snapshot.status not in UNDER_WAY:
                text.end()

    def _end_texts(self) -> bool:
        """Ends every text; answers whether anything had been held back."""
        held = [text for text in self._texts.values() if text.holds]
        for text in held:
            text.end()
        return bool(held)


_WORDS = frozenset(
    {"title", "content", "findings", "approved_by", "approved_sha256", "edited_by", "instruction", "prompt_version"}
)


def _update(event: Event, update: dict[str, Any]) -> bytes:
    """An event of another type in the place of one: for folding the same, with more in it."""
    stamp = {name: value for name, value in event.to_dict().items() if name in {"id", "at", "thread_id", "schema"}}
    return orjson.dumps({"type": "workflow_update", **stamp, "update": update})
