"""Form in which an edited Word file comes back into its run."""

from __future__ import annotations

from typing import Any

import ipywidgets

from workbench.errors import InputError, Problem
from workbench.export.word_edits import ImportResult, TrackedChange, crop_redline, new_sentences
from workbench.export.word_import import EditedDocx, read_edited_docx
from workbench.live.user_name import UNNAMED, check_user_name
from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import ngettext
from workbench.text.html import escape_html, escape_line, escape_visibly
from workbench.text.redline import Span, redline
from workbench.widgets.form import WIDE, Form, make_heading
from workbench.workflow.run import Run

_LABELLED = {"style": {"description_width": "12em"}, "layout": ipywidgets.Layout(width="40em")}
_TAGS = {"delete": "del", "insert": "ins"}


class WordForm(Form):
    """A Word file that a partner edited, as a list of its changes to accept or refuse.

    Untracked edits are taken as made, tracked changes only where they are accepted, comments become comments on
    sentences. Nothing of the run changes before **Apply**; then every changed sentence is checked, and its section
    loses its approval.

    Args:
        run: The run that the file was exported from.
        user_id: Who edits; asserted. Default: who started the run; the form asks where that is nobody.

    Attributes:
        edited: The file's edits; None before one is read.

    Examples:
        >>> import workbench
        >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
        >>> snapshot = run.wait(60)
        >>> workbench.WordForm(run)
        WordForm(no file yet)
    """

    def __init__(self, run: Run, *, user_id: str | None = None) -> None:
        self._run = run
        self.edited: EditedDocx | None = None
        self._accepted: dict[int, Any] = {}
        super().__init__()
        self._path = ipywidgets.Text(description=_("Path of the file"), **_LABELLED)
        self._upload = ipywidgets.FileUpload(accept=".docx", description=_("or choose it"))
        name = user_id or run.snapshot.user_id
        self._user = ipywidgets.Text(value="" if name == UNNAMED else name, description=_("Your name"), **_LABELLED)
        self._changes = ipywidgets.VBox(layout=WIDE)
        self.children = [
            make_heading(_("Edited Word file of {name}", name=run.snapshot.letter.beneficiary or run.thread_id)),
            self._path,
            self._upload,
            self._make_button(_("Read the file"), self._read),
            self._message,
            self._changes,
        ]

    def __repr__(self) -> str:
        return f"WordForm({'no file yet' if self.edited is None else self.edited.name})"

    def _read(self) -> str:
        name, content = self._path.value.strip(), None
        if self._upload.value:
            chosen = self._upload.value[0]
            name, content = chosen["name"], bytes(chosen["content"])
        if not name:
            raise InputError(Problem("no file is named", "write its path, or choose it", field=_("Path of the file")))
        self.edited = edited = read_edited_docx(self._run, name, content=content)
        return self._show(edited)

    def _show(self, edited: EditedDocx) -> str:
        # Without the paragraph of law behind the dash.
        titles = {section.section_id: section.title.partition(" — ")[0] for section in edited.base.sections}
        edits, comments = edited.edits(), edited.comments()
        rows: list[Any] = [ipywidgets.HTML(f"<em>{escape_line(note)}</em>") for note in edited.notes]
        for section_id, text in edits.items():
            before = edited.base.section(section_id).content
            heading = ngettext(
                "{section}: {count} sentence edited without tracking",
                "{section}: {count} sentences edited without tracking",
                len(new_sentences(before, text)),
                section=titles[section_id],
            )
            rows.append(make_heading(heading))
            rows.append(ipywidgets.HTML(_draw(crop_redline(redline(before.strip(), text.strip())))))
        self._accepted = {change.number: self._make_choice(change, titles) for change in edited.changes}
        if self._accepted:
            rows.append(make_heading(_("Tracked changes: accept those that are to be made")))
            rows.append(self._make_button(_("Accept all"), self._accept_all))
            for change in edited.changes:
                rows += [self._accepted[change.number], ipywidgets.HTML(_draw(change.spans))]
        for comment in comments:
            words = _(
                "{section}: comment by {author} on “{sentence}”: {text}",
                section=titles[comment.section_id],
                author=comment.author,
                sentence=comment.sentence,
                text=comment.text,
            )
            rows.append(ipywidgets.HTML(escape_line(words)))
        if not (edits or edited.changes or comments):
            self._changes.children = rows
            return _("The file changes nothing.")
        self._changes.children = [*rows, self._user, self._make_button(_("Apply"), self._apply)]
        counts = (
            ngettext("{count} section edited without tracking", "{count} sections edited without tracking", len(edits)),
            ngettext("{count} tracked change", "{count} tracked changes", len(edited.changes)),
            ngettext("{count} comment", "{count} comments", len(comments)),
        )
        return f"{', '.join(counts)}."

    def _make_choice(self, change: TrackedChange, titles: dict[str, str]) -> Any:
        words = _(
            "{number}. {section}: {kind} by {author}, {date}",
            number=change.number,
            section=titles[change.section_id],
            kind=change.kind,
            author=change.author,
            date=change.date[:10],
        )
        return ipywidgets.Checkbox(description=words, indent=False, layout=WIDE)

    def _accept_all(self) -> str:
        for choice in self._accepted.values():
            choice.value = True
        return ngettext(
            "{count} change accepted; nothing is changed before Apply.",
            "{count} changes accepted; nothing is changed before Apply.",
            len(self._accepted),
        )

    def _apply(self) -> str:
        assert self.edited is not None  # noqa: S101 - the button comes with the file
        user = check_user_name(self._user.value)
        accept = tuple(number for number, choice in self._accepted.items() if choice.value)
        result = self.edited.apply(accept=accept, user_id=user, via="widget")
        left = len(self._accepted) - len(accept)
        self._changes.children = [ipywidgets.HTML(f"<ul>{''.join(_list_results(result))}</ul>")]
        self._accepted = {}
        counts = [
            ngettext("{count} section edited", "{count} sections edited", len(result.sections)),
            ngettext("{count} comment recorded", "{count} comments recorded", len(result.comments)),
        ]
        refused = ngettext("{count} tracked change not accepted", "{count} tracked changes not accepted", left)
        return "; ".join([", ".join(counts), *([refused] if left else [])]) + "."


def _list_results(result: ImportResult) -> list[str]:
    lines = []
    for section in result.sections:
        changed = ngettext("{count} changed sentence", "{count} changed sentences", len(section.sentences))
        lines.append(f"{section.section_id}: {changed}")
        lines += [f"{finding.severity}: {finding.message}" for finding in section.findings]
    lines += [_("not imported: {note}", note=note) for note in result.notes]
    return [f"<li>{escape_line(line)}</li>" for line in lines]


def _draw(spans: tuple[Span, ...]) -> str:
    """Draws a redline; screen readers do not announce its tags, so words say what is deleted and inserted."""
    pieces = []
    for span in spans:
        text = escape_visibly(span.text)
        if span.op in _TAGS:
            tag, words = _TAGS[span.op], _("deleted") if span.op == "delete" else _("inserted")
            text = f'<{tag} aria-label="{escape_html(words)}">{text}</{tag}>'
        pieces.append(text)
    return f"<p>{''.join(pieces)}</p>"
