"""Forms of plain ipywidgets: a message, and buttons that say what came of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets

from workbench.errors import WorkbenchError, printable
from workbench.text.html import escape_line

WIDE = ipywidgets.Layout(width="100%")
"""Layout of a row as wide as its form."""


class Form(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form whose buttons run one at a time.

    Bad input is shown in its message.
    """

    def __init__(self) -> None:
        # JupyterLab calls a button's function on a thread of its own, and a user may press two of them.
        self._guard = threading.Lock()
        self._message = ipywidgets.HTML()
        super().__init__(layout=WIDE)

    def _make_button(self, label: str, action: Callable[[], str]) -> Any:
        # Without its own width beside a long text the label would be cut off.
        layout = ipywidgets.Layout(width="auto", flex="0 0 auto", align_self="flex-start")
        button = ipywidgets.Button(description=label, layout=layout)
        button.on_click(lambda _: self._perform(action))
        return button

    def _perform(self, action: Callable[[], str]) -> None:
        """Runs what a button does, and shows what came of it."""
        with self._guard:
            try:
                self._message.value = f'<span role="status">{escape_line(action())}</span>'
            except (WorkbenchError, OSError) as error:
                self._message.value = f'<b role="alert">{escape_line(printable(str(error)))}</b>'


def make_heading(text: str) -> Any:
    """Makes a heading of a form."""
    return ipywidgets.HTML(f"<h3>{escape_line(text)}</h3>")
