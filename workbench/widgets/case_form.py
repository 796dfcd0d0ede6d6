"""Form in which a case is made from loose documents and filled in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import ipywidgets

from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS
from workbench.case.loader import CASE_FILE
from workbench.case.model import ExhibitKind
from workbench.case.open_points import OpenPoint
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.intake.case_editor import CaseEditor
from workbench.intake.element_question import ElementQuestion
from workbench.intake.fact_proposal import FactProposal
from workbench.intake.new_case import new_case
from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import ngettext
from workbench.text.html import escape_line
from workbench.widgets.form import WIDE, Form, make_heading

_VALUE = ipywidgets.Layout(width="26em", flex="0 0 auto")
_LABELLED = {"style": {"description_width": "15em"}, "layout": ipywidgets.Layout(width="44em")}


class CaseForm(Form):
    """A case as a form: new from documents, then what is to be settled, and facts criterion by criterion.

    ``case.yaml`` stays the truth: each button changes one place in it, with its comments kept, and **Read again** shows
    what was edited by hand in between. Nothing is accepted by itself.

    Args:
        folder: Case folder. Where it has no case yet, the form asks for the documents first.
        documents: Folder of loose documents that the form proposes.
        settings: Default ``Settings.from_env()``.

    Attributes:
        editor: The case's editor; None before there is a case.

    Examples:
        >>> import workbench
        >>> workbench.CaseForm("new-client", "mail")
        CaseForm(new-client: no case yet)
    """

    def __init__(
        self, folder: str | Path, documents: str | Path | None = None, *, settings: Settings | None = None
    ) -> None:
        self._folder = Path(folder)
        self._settings = settings or Settings.from_env()
        self.editor: CaseEditor | None = None
        super().__init__()
        if (self._folder / CASE_FILE).is_file():
            self.editor = CaseEditor(self._folder, settings=self._settings)
            self._message.value = escape_line(self._show_case())
        else:
            self._show_start("" if documents is None else str(documents))

    def __repr__(self) -> str:
        return f"CaseForm({self._folder.name}: {'no case yet' if self.editor is None else repr(self.editor)[1:-1]})"

    def _show_start(self, documents: str) -> None:
        labels = (
            _("Folder of documents"),
            _("Name of beneficiary"),
            _("Field of endeavor"),
            _("Filing date (YYYY-MM-DD)"),
        )
        fields = [ipywidgets.Text(description=label, **_LABELLED) for label in labels]
        fields[0].value = documents
        fields[0].placeholder = _("its path, such as /Users/you/Documents/solvang")

        def make() -> str:
            folder, name, field, filing_date = (one.value.strip() or None for one in fields)
            if folder is None:  # an empty path would be the kernel's own folder
                raise InputError(Problem("no folder of documents is named", "write its path", field=labels[0]))
            self.editor = new_case(
                self._folder, folder, name=name, field=field, filing_date=filing_date, settings=self._settings
            )
            to_settle = self._show_case()
            made = ngettext(
                "{count} exhibit; {left_out} left out.",
                "{count} exhibits; {left_out} left out.",
                len(self.editor.case.exhibits),
                left_out=len(self.editor.left_out),
            )
            return f"{made} {to_settle}"

        button = self._make_button(_("Make the case"), make)
        self.children = [make_heading(_("New case {name}", name=self._folder.name)), *fields, button, self._message]

    def _show_case(self) -> str:
        editor = self._open_editor()
        case = editor.case
        criteria = [
            (f"{criterion.paragraph} {criterion.title}", name)
            for name, criterion in CRITERIA.items()
            if name != "comparable_evidence"
        ]
        criteria += [(name.replace("_", " ").capitalize(), name) for name in NARRATIVE_ELEMENTS]
        self._criterion = ipywidgets.Dropdown(options=criteria, value="awards", description=_("Criterion"), layout=WIDE)
        self._criterion.observe(lambda _change: self._perform(self._fill_criterion), names="value")
        self._points = ipywidgets.VBox()
        self._facts = ipywidgets.VBox()
        tabs = ipywidgets.Tab(children=[self._points, ipywidgets.VBox([self._criterion, self._facts])])
        tabs.titles = (_("To settle"), _("Criteria and facts"))
        again = self._make_button(_("Read again"), self._fill)
        left_out = "".join(f"<li>{escape_line(str(one))}</li>" for one in editor.left_out)
        note = [ipywidgets.HTML(f"{escape_line(_('Left out:'))} <ul>{left_out}</ul>")] if left_out else []
        self.children = [make_heading(case.title), self._message, again, *note, tabs]
        return self._fill()

    def _fill(self) -> str:
        self._fill_points()
        self._fill_criterion()
        points = self._open_editor().open_points
        if not points:
            return _("Everything is settled.")
        return ngettext(
            "{count} guess or gap is to be settled.", "{count} guesses and gaps are to be settled.", len(points)
        )

    def _fill_points(self) -> None:
        editor = self._open_editor()
        rows: list[Any] = []
        for owner, group in groupby((one for one in editor.open_points if one.field), key=_name_owner):
            points = list(group)
            rows.append(make_heading(self._describe_owner(owner)))
            if owner and any(point.kind == "guess" for point in points):
                rows.append(self._make_button(_("All guesses are right"), partial(self._settle, owner, None)))
            rows += [self._make_point_row(point) for point in points]
        self._points.children = rows or [ipywidgets.HTML(escape_line(_("Nothing is left to settle.")))]

    def _describe_owner(self, owner: str) -> str:
        if not owner:
            return _("Case")
        case = self._open_editor().case
        exhibit = case.exhibit(owner.partition(".")[2])
        return _(
            "Exhibit {number}: {title} ({file})",
            number=case.exhibit_number(exhibit.id),
            title=exhibit.title,
            file=exhibit.file or _("not at hand"),
        )

    def _make_point_row(self, point: OpenPoint) -> Any:
        name = point.field.rpartition(".")[2].replace("_", " ")
        value = ipywidgets.Text(value=point.value, description=name, layout=_VALUE)
        if name == "kind" and point.value in list(ExhibitKind):
            value = ipywidgets.Dropdown(
                options=list(map(str, ExhibitKind)), value=point.value, description=name, layout=_VALUE
            )
        # A gap is not right: who presses the button without a value has decided to leave it.
        gap = _("Leave it so") if point.value else _("Leave empty")
        # Translators: the value that is shown is right.
        unchanged = _("Right") if point.kind == "guess" else gap
        button = self._make_button(unchanged, lambda: self._settle(point.field, _pick_change(value.value, point.value)))
        value.observe(
            lambda _change: setattr(button, "description", unchanged if value.value == point.value else _("Set")),
            names="value",
        )
        return ipywidgets.HBox([value, button, ipywidgets.HTML(escape_line(f"{point.kind}: {point.reason}"))])

    def _settle(self, field: str, value: str | None) -> str:
        self._open_editor().settle(field, value)
        self._fill_points()
        return _("{field} is settled; {count} to go.", field=field, count=len(self._open_editor().open_points))

    def _fill_criterion(self) -> str:
        editor, criterion = self._open_editor(), self._criterion.value
        claim = editor.case.claim(criterion)
        titles = [item.title for item in claim.items] if claim is not None else []
        proposals = editor.proposals([criterion])
        rows: list[Any] = []
        for question in editor.questions([criterion]):
            rows.append(ipywidgets.HTML(_render_question(question)))
            rows += [self._make_fact_row(one, titles) for one in proposals if one.element == question.element]
        self._facts.children = rows
        return ""

    def _make_fact_row(self, proposal: FactProposal, titles: Sequence[str]) -> Any:
        text = ipywidgets.Textarea(value=proposal.text, description=_("Fact"), rows=2, layout=WIDE)
        options = list(dict.fromkeys([*titles, proposal.item]))
        item = ipywidgets.Combobox(value=proposal.item, options=options, description=_("Under"), layout=_VALUE)
        item.tooltip = _("The prize, association, article or role that the fact belongs to")
        source = _("Exhibit {number}, page {page}", number=proposal.number, page=proposal.page)
        if proposal.recognized:
            source += f" ({proposal.recognized})"

        def accept() -> str:
            self._open_editor().accept(proposal, text=text.value, item=item.value or None)
            self._fill_criterion()
            return _("Accepted, with {source}.", source=source)

        where = [] if proposal.criterion in NARRATIVE_ELEMENTS else [item]
        button = self._make_button(_("Accept"), accept)
        return ipywidgets.VBox([text, ipywidgets.HBox([*where, button, ipywidgets.HTML(escape_line(source))])])

    def _open_editor(self) -> CaseEditor:
        assert self.editor is not None  # noqa: S101 - only the start page has none, and it has no such button
        return self.editor


def _pick_change(value: str, before: str) -> str | None:
    return None if value == before else value


def _name_owner(point: OpenPoint) -> str:
    """Returns ``exhibits.medal`` of a field of an exhibit, and nothing for the case's own fields."""
    return point.field.rpartition(".")[0] if point.field.startswith("exhibits.") else ""


def _render_question(question: ElementQuestion) -> str:
    answered = ngettext("Answered by {count} fact.", "Answered by {count} facts.", question.facts)
    facts = f"<p>{escape_line(answered)}</p>" if question.facts else ""
    pages = "".join(f"<li>{escape_line(str(page))}</li>" for page in question.pages)
    gap = f"<p><em>{escape_line(question.gap)}</em></p>" if question.gap else ""
    shows = _("Pages that may show it, each with the words found there:")
    may_be = f"<p>{escape_line(shows)}</p><ul>{pages}</ul>" if pages else ""
    return f"<h4>{escape_line(question.question)}</h4>{facts}{may_be}{gap}"
