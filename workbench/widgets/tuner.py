"""Tuner widget: a section's prompt and its drafts.

Nothing of it is saved in the notebook but the names of case and section: prompts, passages and drafts pass in messages,
and a view that is opened without its kernel says so. What is to last is saved as a version, rated, or exported.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from workbench.case.model import Case
from workbench.config import Settings
from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.prompts.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.text.count_noun import count_noun
from workbench.tuning.promotion.verdict import Verdict
from workbench.tuning.tuner.editor import SECTION
from workbench.tuning.tuner.models import ModelSource
from workbench.tuning.tuner.redlines import RedlineView
from workbench.tuning.tuner.session import PASSAGES, TuningSession
from workbench.tuning.tuner.trials import DraftTable, TunerDraft
from workbench.web.js_bundle import STATIC, join_modules, translate_module
from workbench.widgets.main_shell import receive_in_main_shell
from workbench.widgets.messages import read_text_field
from workbench.widgets.serial_worker import SerialWorker
from workbench.widgets.tuner_messages import (
    Message,
    describe_preview,
    describe_prompt,
    describe_redline,
    draft_of,
    state_of,
    verdict_message,
    words_of,
)

if TYPE_CHECKING:
    import pandas as pd

_PARTS = {SECTION, SYSTEM}
FIRST_STATE_S = 1.0
"""Seconds until the state is first sent to views that cannot ask for it; then twice as many each time, up to 16."""


class Tuner(anywidget.AnyWidget):
    """Editor of a section's prompt, with drafts of one case.

    Every button of the view has a method of the same effect.

    Examples:
        >>> import pathlib, tempfile, workbench
        >>> settings = workbench.Settings(home=pathlib.Path(tempfile.mkdtemp()), use_redis=False)
        >>> tuner = workbench.Tuner("wu", "awards", models=["offline"], settings=settings)
        >>> tuner.run()
        DraftTable(1 drafts, 1 done)
        >>> tuner.close()

    Attributes:
        head: Ids of ``case`` and ``section``, which is all that a saved notebook keeps.
        session: The tuning session behind the widget.
    """

    _esm = join_modules(STATIC / "tuner.js")
    _css = "".join((STATIC / name).read_text("utf-8") for name in ("monitor.css", "tuner.css"))

    head = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        case: str | Path | Case,
        section: str | None = None,
        *,
        settings: Settings | None = None,
        models: Iterable[ModelSource] | None = None,
        passages: int = PASSAGES,
        user_id: str | None = None,
    ) -> None:
        """Opens the filing prompt of a section.

        No model is started or asked before Run.

        Args:
            case: A case, or an argument of :func:`workbench.load_case`.
            section: Id of the section; None for the first that argues a criterion.
            settings: Settings; default: from the environment.
            models: ``offline``, ``local``, the name of the endpoint's model, one of these with options
                (``{"gpt-5": {"reasoning_effort": "low"}}``), or models of your own. None for all that are available.
            passages: Greatest number of passages of the exhibits in the prompt, 0 to 100.
            user_id: User recorded with edits, ratings and promotions, not verified. Default: as kept.

        Raises:
            InputError: Case, section, model or number of passages cannot be used.
        """
        self.session = TuningSession(
            case, section, settings=settings, models=models, passages=passages, user_id=user_id
        )
        self._worker = SerialWorker("tuner")
        # Apart from the rest, which must not wait while the gate drafts for minutes.
        self._promotion_worker = SerialWorker("tuner decisions")
        self._guard = threading.Lock()
        self._has_view = False
        self._unchecked: dict[str, Message] = {}  # texts not checked yet, by part: only the last of each counts
        super().__init__(head=self._head(), _esm=translate_module(self._esm))
        # After the widget has opened, by which these send.
        self.session.drafts.on_change = self._send_draft
        self.session.drafts.on_text = lambda draft_id, text: self.send({"type": "text", "id": draft_id, "text": text})
        self.session.on_run = self._send_running
        receive_in_main_shell(self)
        self.on_msg(self._handle)

    def __repr__(self) -> str:
        """Returns plain text for front ends without widgets."""
        count = count_noun(len(self.session.drafts.all()), "draft")
        return f"Tuner({self.head['case']}, {self.head['section']}: {count})"

    # ---- called from a cell

    @property
    def model(self) -> str:
        """Name of the first model that reads prompts.

        It is ``offline`` where there is none.
        """
        return self.session.models.reader

    @property
    def prompt(self) -> str:
        """The section's prompt in the editor.

        Assign to replace it; nothing is saved.
        """
        return self.session.editor.buffer().text

    @prompt.setter
    def prompt(self, text: str) -> None:
        self.edit(text)

    def edit(self, text: str, *, part: str = SECTION) -> None:
        """Writes a prompt into the editor; nothing is saved.

        Args:
            text: The whole text.
            part: ``section`` or ``system``.

        Raises:
            InputError: The prompt has errors, each given with its line. It is in the editor all the same.
        """
        found = self.session.editor.write(text, part)
        self._send_checked(part)
        wrong = [
            Problem(problem.message, "see the editor", file=f"prompt of {part}", line=problem.line)
            for problem in found
            if problem.severity == "error"
        ]
        if wrong:
            raise InputError(*wrong)

    def open_version(self, ref: str) -> None:
        """Replaces the editor's text with a version.

        Raises:
            InputError: There is no such version, or it is of another section.
        """
        self.session.editor.open_version(ref)
        self._send_state()

    def run(
        self, versions: Sequence[str] | None = None, models: Sequence[str] | None = None, repeats: int = 1
    ) -> DraftTable:
        """Drafts with every version and model, and waits.

        An interrupt of the kernel stops it.

        Args:
            versions: ``edit`` (the editor's text), ``filing``, ``shipped``, or refs such as ``awards@0123456789ab``.
                None for the filing version, and the edit where there is one.
            models: Names of models; None for the first that reads prompts.
            repeats: Drafts of each pair, 1 to 20. A draft that was made before is not made again: it is marked as
                cached and keeps its own latency.

        Returns:
            A table of figures; ``.frame`` is a DataFrame, ``.texts()`` the drafts.

        Raises:
            InputError: A version, a model or a number that cannot be used.
            TransitionError: Drafts are being written already.
        """
        with self._show_while_busy():
            return self.session.run(versions, models, repeats)

    @property
    def results(self) -> pd.DataFrame:
        """Drafts of this session, one a row.

        The columns are those of an experiment's cells, then rating, kept and comment.
        """
        return self.session.results.frame

    def text(self, draft: int) -> str:
        """Returns the Markdown of a row of :attr:`results`."""
        return self.session.draft(draft).text

    def redline(self, old: str | int, new: str | int) -> RedlineView:
        """Compares two prompts, or two drafts.

        Prompts are named as for :meth:`run`, drafts by their row in :attr:`results`.

        Raises:
            InputError: There is no such prompt or draft.
        """
        return self.session.redline(old, new)

    def rate(
        self, draft: int, rating: int | None = None, *, kept: bool | None = None, comment: str | None = None
    ) -> None:
        """Rates a draft; arguments left out change nothing.

        Args:
            draft: Row of the draft in :attr:`results`.
            rating: 1 to 5 stars; 0 removes the rating.
            kept: Whether the draft is marked as kept.
            comment: Comment in words.

        Raises:
            InputError: There is no such draft, it is not finished, or a value is out of range.
        """
        self.session.rate(draft, rating=rating, kept=kept, comment=comment)

    def save(self, note: str, *, part: str = SECTION) -> PromptVersion:
        """Saves the editor's text as a candidate version.

        Raises:
            InputError: Nothing was changed, no note is given, or the prompt cannot be used.
        """
        saved = self.session.save(note, part=part)
        self._send_state()
        return saved

    def promote(self, ref: str, *, override: str | None = None) -> Verdict:
        """Makes a version the filing one, if it passes.

        The promotion gate drafts and compares both versions on the firm's golden cases.

        Args:
            ref: The version.
            override: Reason to promote it even if it does not pass; recorded.

        Returns:
            The gate's verdict; ``promoted`` is True where the version is the filing one now.

        Raises:
            InputError: There is no such version, it is the filing one already, or the gate cannot run.
        """

        def send_progress(done: int, total: int) -> None:
            self.send({"type": "gate", "ref": ref, "done": done, "total": total})

        verdict = self.session.promote(ref, override=override, progress=send_progress)
        self._send_state()
        return verdict

    def rollback(self, reason: str, *, part: str = SECTION) -> PromptVersion:
        """Returns to the version that was the filing one before.

        Raises:
            InputError: There was none, or no reason is given.
        """
        version = self.session.rollback(reason, part=part)
        self._send_state()
        return version

    def close(self) -> None:
        """Stops drafting, releases the models and removes the views."""
        # First, so that no draft is sent by a closed widget.
        self.session.close()
        super().close()

    # ---- messages from a view

    def _handle(self, _widget: Any, content: Mapping[str, Any], _buffers: Sequence[memoryview]) -> None:
        """Handles a view's message.

        The kernel chooses the thread: slow work goes to a worker.
        """
        match content:
            case {"type": "stop"}:
                # At once: in the queue it would wait behind what it is to stop.
                self.session.stop()
            case {"type": "write", "part": str(part), "text": str(text)} if part in _PARTS:
                self._queue_check(part, text, content)
            case {"type": "promote", "ref": str(ref)}:
                self._queue(
                    self._promotion_worker,
                    content,
                    lambda: self._promote_version(ref, read_text_field(content, "override")),
                )
            case {"type": "rollback", "part": str(part), "reason": str(reason)} if part in _PARTS:
                self._queue(self._promotion_worker, content, lambda: self._roll_back(reason, part))
            case _:
                if (call := self._find_call(content)) is not None:
                    self._queue(self._worker, content, call)

    def _find_call(self, content: Mapping[str, Any]) -> Callable[[], Message | None] | None:
        """Returns the call that a message asks for.

        None for an unknown message.
        """
        call: Callable[[], Message | None] | None = None
        match content:
            case {"type": "hello"}:
                self._has_view = True
                call = self._send_state
            case {"type": "choose"}:
                call = partial(self._choose, content)
            case {"type": "passages", "count": int(count)}:
                call = partial(self._set_passages, count)
            case {"type": "open", "ref": str(ref)}:
                call = partial(self.open_version, ref)
            case {"type": "run", "versions": list(versions), "models": list(models), "repeats": int(repeats)}:
                call = partial(self._start_run, versions, models, repeats)
            case {"type": "redline", "old": str(old), "new": str(new)}:
                call = partial(self._make_redline, old, new)
            case {"type": "rate", "draft": str(draft)}:
                call = partial(self._rate_draft, draft, content)
            case {"type": "save", "part": str(part), "note": str(note)} if part in _PARTS:
                call = partial(self._save_version, note, part)
        return call

    def _queue(self, errands: SerialWorker, content: Mapping[str, Any], call: Callable[[], Message | None]) -> None:
        """Queues a call and sends its result or failure."""
        about, request = str(content.get("type")), read_text_field(content, "request")

        def work() -> None:
            try:
                # The view waits for an answer to its request, also where the new state was sent already.
                answer = call() or {"type": "accepted", "about": about}
            except Exception as error:  # noqa: BLE001  # shown in the widget
                answer = {"type": "failure", "about": about, "message": words_of(error)}
            self.send(answer if request is None else {**answer, "request": request})

        errands.add(work)

    def _queue_check(self, part: str, text: str, content: Mapping[str, Any]) -> None:
        """Queues a check of a typed text.

        Of several texts that wait, only the last is checked.
        """
        with self._guard:
            waiting = part in self._unchecked
            self._unchecked[part] = {"text": text, "by": read_text_field(content, "by")}
        if not waiting:
            self._queue(self._worker, content, lambda: self._check_text(part))

    def _check_text(self, part: str) -> Message:
        with self._guard:
            written = self._unchecked.pop(part)
        self.session.editor.write(written["text"], part)
        return self._make_checked(part, written["by"])

    def _choose(self, content: Mapping[str, Any]) -> None:
        case = read_text_field(content, "case")
        if case is not None and case not in self.session.cases:  # a view may choose from the list, not name a path
            raise InputError(Problem(f"no such case: {case!r}", "choose one of the list", field="case"))
        self.session.choose(case=case, section=read_text_field(content, "section"))
        self.head = self._head()
        self._send_state()

    def _set_passages(self, count: int) -> None:
        self.session.set_passages(count)
        self._send_state()

    def _start_run(self, versions: list[Any], models: list[Any], repeats: int) -> None:
        if not versions or not models:
            raise InputError(Problem("nothing is chosen to run", "choose a version and a model", field="run"))
        # A view's list may hold anything; the session refuses the names that it does not know.
        self.session.start([str(name) for name in versions], [str(name) for name in models], repeats)

    def _rate_draft(self, draft: str, content: Mapping[str, Any]) -> None:
        rating, kept = content.get("rating"), content.get("kept")
        self.session.rate(
            draft,
            # True is an int in Python, and would be one star.
            rating=rating if isinstance(rating, int) and not isinstance(rating, bool) else None,
            kept=kept if isinstance(kept, bool) else None,
            comment=read_text_field(content, "comment"),
        )

    def _make_redline(self, old: str, new: str) -> Message:
        return describe_redline(self.session.redline(old, new))

    def _save_version(self, note: str, part: str) -> Message:
        return {"type": "saved", "ref": self.save(note, part=part).ref}

    def _promote_version(self, ref: str, override: str | None) -> Message:
        return verdict_message(self.promote(ref, override=override), ref)

    def _roll_back(self, reason: str, part: str) -> Message:
        return {"type": "rolled_back", "ref": self.rollback(reason, part=part).ref}

    # ---- messages to a view

    def _head(self) -> dict[str, str]:
        return {"case": self.session.case.case_id, "section": self.session.section.section_id}

    def _send_state(self) -> None:
        self.send({"type": "state", "state": state_of(self.session)})

    def _send_checked(self, part: str) -> None:
        self.send(self._make_checked(part, None))

    def _make_checked(self, part: str, by: str | None) -> Message:
        return {
            "type": "checked",
            "part": SYSTEM if part == SYSTEM else SECTION,
            "by": by,
            **describe_prompt(self.session, part),
            "preview": describe_preview(self.session),
        }

    @contextlib.contextmanager
    def _show_while_busy(self) -> Iterator[None]:
        """Sends the whole state until a view has said hello.

        That waits for the end of the block's cell.

        A view that has a state already leaves the new one alone.
        """
        over = threading.Event()

        def show() -> None:
            pause_s = FIRST_STATE_S
            while not over.wait(pause_s) and not self._has_view:
                self.send({"type": "state", "state": state_of(self.session), "first": True})
                pause_s = min(2 * pause_s, 16 * FIRST_STATE_S)

        thread = threading.Thread(target=show, name="tuner state", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _send_draft(self, draft: TunerDraft) -> None:
        self.send({"type": "draft", "draft": draft_of(draft)})

    def _send_running(self) -> None:
        self.send({"type": "running", "running": self.session.running})
        if not self.session.running:
            # The endpoint has counted the prompt's tokens meanwhile, and the preview shows the number.
            self._worker.add(lambda: self._send_checked(SECTION))
