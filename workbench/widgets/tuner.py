"""The tuner: a prompt in the editor, what it becomes for this case, and the drafts it makes, side by side.

Nothing of it is saved in the notebook but the names of case and section: prompts, passages and drafts pass in messages,
and a view that is opened without its kernel says so. What is to last is saved as a version, rated, or exported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.prompts import SYSTEM
from workbench.drafting.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.tuning.cells import ModelEntry
from workbench.tuning.editor import SECTION
from workbench.tuning.redlined import RedlineView
from workbench.tuning.trials import DraftTable, TunerDraft
from workbench.tuning.verdict import Verdict
from workbench.tuning.workshop import PASSAGES, Workshop
from workbench.widgets.errands import Errands
from workbench.widgets.messages import text_of
from workbench.widgets.modules import STATIC, joined
from workbench.widgets.tuner_messages import (
    Message,
    checked,
    draft_of,
    previewed,
    redlined,
    state_of,
    verdict_message,
    words_of,
)

if TYPE_CHECKING:
    import pandas as pd

_PARTS = {SECTION, SYSTEM}


class Tuner(anywidget.AnyWidget):
    """The prompt of one section at work on one case. Every button has its method here.

    Attributes:
        head: ``case`` and ``section``, by id: what a saved notebook knows of it.
        workshop: What it works with.
    """

    _esm = joined(STATIC / "tuner.js")
    _css = "".join((STATIC / name).read_text("utf-8") for name in ("monitor.css", "tuner.css"))

    head = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        case: str | Path | Case,
        section: str | None = None,
        *,
        settings: Settings | None = None,
        models: Iterable[str | ModelEntry] | None = None,
        passages: int = PASSAGES,
        user_id: str | None = None,
    ) -> None:
        """Opens the filing prompt of a section. No model is started, and none is asked, before Run.

        Args:
            case: A case, or what :func:`workbench.load_case` takes.
            section: Id of the section; None: the first that argues a criterion.
            settings: Default: the environment's.
            models: ``offline``, ``local``, the name of the endpoint's model, or models of your own. None: what
                there is.
            passages: How many passages of the exhibits go into the prompt at most, 0 to 100.
            user_id: Who edits, rates and decides; asserted, and recorded. Default: the login name.

        Raises:
            InputError: Case, section, model or number of passages cannot be used.
        """
        self.workshop = Workshop(case, section, settings=settings, models=models, passages=passages, user_id=user_id)
        self._errands = Errands("tuner")
        self._decisions = Errands("tuner decisions")
        self._guard = threading.Lock()
        self._written: dict[str, Message] = {}  # what is still to be checked, by part: only the last counts
        super().__init__(head=self._head())
        self.workshop.drafts.on_change = self._draft_changed
        self.workshop.drafts.on_text = lambda draft_id, text: self.send({"type": "text", "id": draft_id, "text": text})
        self.workshop.on_run = self._run_changed
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """What stands in a notebook where no widget can be drawn."""
        count = len(self.workshop.drafts.all())
        return f"Tuner({self.head['case']}, {self.head['section']}: {count} draft{'' if count == 1 else 's'})"

    # ---- what a cell can do

    @property
    def model(self) -> str:
        """Name of the first model that reads prompts; ``offline`` where there is none."""
        return self.workshop.models.reader

    @property
    def prompt(self) -> str:
        """The section's prompt as it stands in the editor; assign to write another. Nothing is saved."""
        return self.workshop.editor.buffer().text

    @prompt.setter
    def prompt(self, text: str) -> None:
        self.edit(text)

    def edit(self, text: str, *, part: str = SECTION) -> None:
        """Writes a prompt into the editor; nothing is saved.

        Args:
            text: The whole text.
            part: ``section`` or ``system``.

        Raises:
            InputError: What is wrong with it, each problem with its line. It stands in the editor all the same.
        """
        found = self.workshop.editor.write(text, part)
        self._tell_checked(part)
        wrong = [
            Problem(remark.message, "see the editor", file=f"prompt of {part}", line=remark.line)
            for remark in found
            if remark.severity == "error"
        ]
        if wrong:
            raise InputError(*wrong)

    def open_version(self, ref: str) -> None:
        """Takes a version into the editor, in place of what stands there.

        Raises:
            InputError: There is no such version, or it is of another section.
        """
        self.workshop.editor.open_version(ref)
        self._tell_state()

    def run(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> DraftTable:
        """Drafts with every version and model, so many times each, and waits; interrupting it stops.

        Args:
            versions: ``edit`` (what stands in the editor), ``filing``, ``shipped``, or refs such as
                ``awards@0123456789ab``. None: what is filed, and the edit where there is one.
            models: Names; None: the first that reads prompts.
            repeats: Of each, 1 to 20. A draft that was asked for before is not asked again: it is marked as cached,
                and keeps its own latency.

        Returns:
            A table of the figures; ``.frame`` is a DataFrame, ``.texts()`` the drafts.

        Raises:
            InputError: A version, a model or a number that cannot be used.
            TransitionError: Drafts are being written already.
        """
        return self.workshop.run(versions, models, repeats)

    @property
    def results(self) -> pd.DataFrame:
        """Every draft of this sitting, a row each; columns as in an experiment's cells, then rating, kept, comment."""
        return self.workshop.results.frame

    def text(self, draft: int) -> str:
        """The Markdown of a draft, by its row in :attr:`results`."""
        return self.workshop.draft(draft).text

    def redline(self, old: str | int, new: str | int) -> RedlineView:
        """What becomes of one text in another: of two prompts (names as for :meth:`run`), or two drafts (rows).

        Raises:
            InputError: There is no such prompt or draft.
        """
        return self.workshop.redline(old, new)

    def rate(
        self, draft: int, rating: int | None = None, *, kept: bool | None = None, comment: str | None = None
    ) -> None:
        """Says something of a draft; what is not named stays as it was.

        Args:
            draft: Its row in :attr:`results`.
            rating: 1 to 5 stars; 0 takes them back.
            kept: Whether it is to be kept.
            comment: In words.

        Raises:
            InputError: There is no such draft, it is not finished, or what is said cannot be.
        """
        self.workshop.rate(draft, rating=rating, kept=kept, comment=comment)

    def save(self, note: str, *, part: str = SECTION) -> PromptVersion:
        """Keeps what stands in the editor as a version: a candidate, which files nothing yet.

        Raises:
            InputError: Nothing was changed, no note is given, or the prompt cannot be used.
        """
        saved = self.workshop.save(note, part=part)
        self._tell_state()
        return saved

    def promote(self, ref: str, *, override: str | None = None) -> Verdict:
        """Makes a version the filing one, if the gate lets it pass.

        Args:
            ref: The version.
            override: Why it is to pass all the same; recorded.

        Returns:
            The gate's verdict; ``promoted`` says whether the version files now.

        Raises:
            InputError: There is no such version, it files already, or the gate cannot try it.
        """

        def told(done: int, total: int) -> None:
            self.send({"type": "gate", "ref": ref, "done": done, "total": total})

        verdict = self.workshop.promote(ref, override=override, progress=told)
        self._tell_state()
        return verdict

    def rollback(self, reason: str, *, part: str = SECTION) -> PromptVersion:
        """Goes back to the version that was filed before.

        Raises:
            InputError: There was none, or no reason is given.
        """
        version = self.workshop.rollback(reason, part=part)
        self._tell_state()
        return version

    def close(self) -> None:
        """Stops what is being written, lets go of the models, and takes the views away."""
        self.workshop.close()
        super().close()

    # ---- what a view asks

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """A message of a view, in whichever thread the kernel gives it to: what takes time is done in another."""
        match content:
            case {"type": "stop"}:
                self.workshop.stop()
            case {"type": "write", "part": str(part), "text": str(text)} if part in _PARTS:
                self._write(part, text, content)
            case {"type": "promote", "ref": str(ref)}:
                self._do(self._decisions, content, lambda: self._promoted(ref, text_of(content, "override")))
            case {"type": "rollback", "part": str(part), "reason": str(reason)} if part in _PARTS:
                self._do(self._decisions, content, lambda: self._rolled_back(reason, part))
            case _:
                if (act := self._act(content)) is not None:
                    self._do(self._errands, content, act)

    def _act(self, content: Mapping[str, Any]) -> Callable[[], Message | None] | None:
        """What a message asks; None where it is none of ours."""
        act: Callable[[], Message | None] | None = None
        match content:
            case {"type": "hello"}:
                act = self._tell_state
            case {"type": "choose"}:
                act = partial(self._choose, content)
            case {"type": "passages", "count": int(count)}:
                act = partial(self._set_passages, count)
            case {"type": "open", "ref": str(ref)}:
                act = partial(self.open_version, ref)
            case {"type": "run", "versions": list(versions), "models": list(models), "repeats": int(repeats)}:
                act = partial(self._start, versions, models, repeats)
            case {"type": "redline", "old": str(old), "new": str(new)}:
                act = partial(self._redline, old, new)
            case {"type": "rate", "draft": str(draft)}:
                act = partial(self._rate, draft, content)
            case {"type": "save", "part": str(part), "note": str(note)} if part in _PARTS:
                act = partial(self._saved, note, part)
        return act

    def _do(self, errands: Errands, content: Mapping[str, Any], act: Callable[[], Message | None]) -> None:
        """Has something done in a thread of its own, and answers it: with its message, or why it could not be."""
        about, request = str(content.get("type")), text_of(content, "request")

        def work() -> None:
            try:
                answer = act() or {"type": "accepted", "about": about}
            except Exception as error:  # noqa: BLE001  # whatever it is, it belongs into the widget
                answer = {"type": "failure", "about": about, "message": words_of(error)}
            self.send(answer if request is None else {**answer, "request": request})

        errands.add(work)

    def _write(self, part: str, text: str, content: Mapping[str, Any]) -> None:
        """Takes what was typed; of several that wait, only the last is checked."""
        with self._guard:
            waiting = part in self._written
            self._written[part] = {"text": text, "by": text_of(content, "by")}
        if not waiting:
            self._do(self._errands, content, lambda: self._check(part))

    def _check(self, part: str) -> Message:
        with self._guard:
            written = self._written.pop(part)
        self.workshop.editor.write(written["text"], part)
        return self._checked(part, written["by"])

    def _choose(self, content: Mapping[str, Any]) -> None:
        case = text_of(content, "case")
        if case is not None and case not in self.workshop.cases:  # a view chooses from the list, and no path
            raise InputError(Problem(f"no such case: {case!r}", "choose one of the list", field="case"))
        self.workshop.choose(case=case, section=text_of(content, "section"))
        self.head = self._head()
        self._tell_state()

    def _set_passages(self, count: int) -> None:
        self.workshop.set_passages(count)
        self._tell_state()

    def _start(self, versions: list[Any], models: list[Any], repeats: int) -> None:
        if not versions or not models:
            raise InputError(Problem("nothing is chosen to run", "choose a version and a model", field="run"))
        self.workshop.start([str(name) for name in versions], [str(name) for name in models], repeats)

    def _rate(self, draft: str, content: Mapping[str, Any]) -> None:
        rating, kept = content.get("rating"), content.get("kept")
        self.workshop.rate(
            draft,
            rating=rating if isinstance(rating, int) and not isinstance(rating, bool) else None,
            kept=kept if isinstance(kept, bool) else None,
            comment=text_of(content, "comment"),
        )

    def _redline(self, old: str, new: str) -> Message:
        return redlined(self.workshop.redline(old, new))

    def _saved(self, note: str, part: str) -> Message:
        return {"type": "saved", "ref": self.save(note, part=part).ref}

    def _promoted(self, ref: str, override: str | None) -> Message:
        return verdict_message(self.promote(ref, override=override), ref)

    def _rolled_back(self, reason: str, part: str) -> Message:
        return {"type": "rolled_back", "ref": self.rollback(reason, part=part).ref}

    # ---- what a view is told

    def _head(self) -> dict[str, str]:
        return {"case": self.workshop.case.case_id, "section": self.workshop.section.section_id}

    def _tell_state(self) -> None:
        self.send({"type": "state", "state": state_of(self.workshop)})

    def _tell_checked(self, part: str) -> None:
        self.send(self._checked(part, None))

    def _checked(self, part: str, by: str | None) -> Message:
        return {
            "type": "checked",
            "part": SYSTEM if part == SYSTEM else SECTION,
            "by": by,
            **checked(self.workshop, part),
            "preview": previewed(self.workshop),
        }

    def _draft_changed(self, draft: TunerDraft) -> None:
        self.send({"type": "draft", "draft": draft_of(draft)})

    def _run_changed(self) -> None:
        self.send({"type": "running", "running": self.workshop.running})
        if not self.workshop.running:
            # The endpoint has counted the prompt meanwhile.
            self._errands.add(lambda: self._tell_checked(SECTION))
