"""Form that adds a section which the case calls for and the run is without."""

from __future__ import annotations

import ipywidgets

from workbench.live.user_name import UNNAMED, check_user_name
from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import ngettext
from workbench.widgets.form import Form, make_heading
from workbench.workflow.run import Run

_LABELLED = {"style": {"description_width": "12em"}, "layout": ipywidgets.Layout(width="40em")}


class SectionForm(Form):
    """The sections that a run lacks, one of which is added and drafted.

    Args:
        run: The run, such as one that an imported letter became.
        user_id: Who adds it; asserted. Default: who started the run; the form asks where that is nobody.
    """

    def __init__(self, run: Run, *, user_id: str | None = None) -> None:
        self._run = run
        super().__init__()
        self._section = ipywidgets.Dropdown(description=_("Section"), **_LABELLED)
        name = user_id or run.snapshot.user_id
        self._user = ipywidgets.Text(value="" if name == UNNAMED else name, description=_("Your name"), **_LABELLED)
        self.children = [
            make_heading(_("Add a section")),
            self._section,
            self._user,
            self._make_button(_("Add and draft"), self._add),
            self._message,
        ]
        self._perform(self._list_sections)

    def __repr__(self) -> str:
        return f"SectionForm({', '.join(value for _, value in self._section.options) or 'none is missing'})"

    def _list_sections(self) -> str:
        missing = self._run.missing_sections
        self._section.options = [(title, section_id) for section_id, title in missing.items()]
        if not missing:
            return _("The run has every section that the case calls for.")
        return ngettext(
            "{count} section that the case calls for is missing.",
            "{count} sections that the case calls for are missing.",
            len(missing),
        )

    def _add(self) -> str:
        section_id = self._section.value
        if section_id is None:
            return self._list_sections()
        section = self._run.add_section(section_id, user_id=check_user_name(self._user.value), via="widget")
        self._list_sections()
        return _("{section} was added; it is drafted as the run goes on.", section=section.title)
