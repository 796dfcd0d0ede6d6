"""Figures with titles, descriptions in words, and two themes.

Built on :class:`matplotlib.figure.Figure` without pyplot: no window system, no state shared between threads. The
colours can be told apart by the colour-blind, and the markers without colour.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from workbench.errors import InputError, Problem, make_write_error, printable
from workbench.text.atomic_write import USER_ONLY, replace_whole
from workbench.text.html import escape_html

Theme = Literal["light", "dark"]

WIDTH_IN = 9.2
TOP_IN = 0.62
"""Room for the title."""
_DPI = 144
_LONGEST_NAME = 26


@dataclass(frozen=True)
class Look:
    """Colours of one theme.

    Attributes:
        ground: Background; opaque, so that a picture looks the same on any page.
        ink: Titles and names.
        soft: Notes and axes.
        line: Grid.
        hues: Colours of groups, in this order, each with its own of :data:`MARKERS`.
    """

    ground: str
    ink: str
    soft: str
    line: str
    hues: tuple[str, ...]


LOOKS: dict[Theme, Look] = {
    "light": Look(
        "#ffffff", "#1c2026", "#565d66", "#dde1e6",
        ("#0072b2", "#c04a00", "#00785a", "#a0447a", "#8a6500", "#1f1f1f"),
    ),
    "dark": Look(
        "#16191d", "#eceff3", "#aab2bc", "#343a42",
        ("#56b4e9", "#ff9d5c", "#2fc79c", "#e69ac4", "#e6c229", "#f4f4f4"),
    ),
}  # fmt: skip
"""Colours by Okabe and Ito, darkened or lightened to a contrast of 4.5 to 1 with their background."""

MARKERS = ("o", "s", "D", "^", "v", "P")


class Picture(Figure):
    """Figure with a description.

    Attributes:
        alt: Description in words, for screen readers and for the file.
    """

    alt: str = ""

    def save(self, path: str | Path) -> Path:
        """Writes the picture as PNG, SVG or PDF.

        The format follows the name's ending; PNG and SVG carry the description.

        Raises:
            InputError: Another ending, or the file cannot be written.
        """
        path = Path(path)
        # Each format names its metadata differently; matplotlib warns of an unknown name.
        key = {".png": "Description", ".svg": "Description", ".pdf": "Subject"}.get(path.suffix.lower())
        if key is None:
            raise InputError(Problem("a picture ends in .png, .svg or .pdf", "choose one of them", file=str(path)))
        try:
            # Its labels may name a case.
            with replace_whole(path, mode=USER_ONLY) as file:
                self.savefig(file, format=path.suffix[1:].lower(), dpi=_DPI, metadata={key: self.alt})
        except OSError as error:
            raise make_write_error(error, path, "choose another folder") from None
        return path

    def png(self) -> bytes:
        """Renders the picture as PNG."""
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=_DPI, metadata={"Description": self.alt})
        return file.getvalue()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Returns the notebook's view of the picture.

        IPython knows pyplot's figures only, and an image without HTML would have no description.
        """
        data = base64.b64encode(self.png()).decode()
        # The file has 144 dots an inch for sharp screens; shown at 100 it has the size of a page.
        width = round(self.get_figwidth() * 100)
        # 100 % at most: a narrow notebook scales the picture in place of scrolling.
        style = f"max-width:100%;width:{width}px;height:auto"
        image = f'<img alt="{escape_html(self.alt)}" style="{style}" src="data:image/png;base64,{data}">'
        return {"text/html": image, "image/png": data, "text/plain": self.alt}


def new_picture(theme: Theme, height_in: float) -> tuple[Picture, Look]:
    """Creates an empty picture and returns it with its colours.

    Raises:
        InputError: There is no such theme.
    """
    look = LOOKS.get(theme)
    if look is None:
        raise InputError(Problem(f"unknown theme {theme!r}", "use light or dark", field="theme"))
    return Picture(figsize=(WIDTH_IN, height_in), facecolor=look.ground), look


def add_title(picture: Picture, look: Look, title: str, notes: Sequence[str], *, alt: str) -> Picture:
    """Adds title, notes and description to a picture."""
    # Positions in inches: fractions would move the title when rows are added.
    height = picture.get_figheight()
    left = 0.2 / WIDTH_IN
    picture.text(left, 1 - 0.14 / height, title, color=look.ink, fontsize=13, fontweight="bold", va="top")
    picture.text(left, 0.12 / height, "\n".join(notes), color=look.soft, fontsize=8.5, va="bottom", linespacing=1.45)
    disable_math(picture)
    picture.alt = alt
    return picture


def disable_math(artist: Artist) -> None:
    """Turns off mathematical text in an artist.

    A ``$`` in a name is a dollar.
    """
    for text in artist.findobj(Text):
        # findobj() is typed as returning any artist.
        assert isinstance(text, Text)  # noqa: S101 - for the type checker
        text.set_parse_math(False)


def message_picture(theme: Theme, title: str, what: str) -> Picture:
    """Draws a picture that says why there is none."""
    picture, look = new_picture(theme, 1.5)
    picture.text(0.2 / WIDTH_IN, 0.42, what, color=look.soft, fontsize=10, va="center")
    return add_title(picture, look, title, [], alt=f"{title}: {what}")


def style_axes(axes: Axes, look: Look) -> None:
    """Applies the theme to grid, spines and ticks."""
    axes.set_facecolor(look.ground)
    axes.grid(visible=True, axis="x", color=look.line, linewidth=0.8)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(look.soft)
    # No tick marks: the grid shows the places.
    axes.tick_params(colors=look.soft, labelsize=9, length=0)


def mark_style(look: Look, place: int) -> tuple[str, str]:
    """Returns colour and marker of a group by its place."""
    return look.hues[place % len(look.hues)], MARKERS[place % len(MARKERS)]


def shorten_name(name: str, longest: int = _LONGEST_NAME) -> str:
    """Shortens a name to one line by cutting its middle.

    Versions differ at their ends.
    """
    name = printable(name)
    if len(name) <= longest:
        return name
    head = (longest - 1) // 2
    return f"{name[:head]}…{name[-(longest - 1 - head) :]}"
