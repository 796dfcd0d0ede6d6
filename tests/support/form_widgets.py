"""Widgets of a form: found by their labels, pressed and read."""

from __future__ import annotations

import ipywidgets


def walk(widget):
    """Yields a widget and all within it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def press(form, label):
    next(one for one in walk(form) if isinstance(one, ipywidgets.Button) and one.description == label).click()


def texts(form):
    """Returns what the form shows as HTML."""
    return "\n".join(str(one.value) for one in walk(form) if isinstance(one, ipywidgets.HTML))
