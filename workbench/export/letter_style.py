"""The firm's style of a letter: letterhead, delivery line, label of exhibits, fonts.

It stands in one file, ``style.yaml``. What it says goes into the manifest of the notebook, so that every format, and a
later ``nbconvert``, shows the same words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from workbench.case.consistency import remedy_for
from workbench.case.source import Source, parse_source
from workbench.config import Settings, describe_value_error
from workbench.errors import InputError, Problem
from workbench.export.letterhead import FontName, LetterPicture, LetterTemplate, read_picture, read_template
from workbench.export.markdown import visible_line
from workbench.export.section_numbers import Numbering, alphabetic

STYLE_FILE = "style.yaml"
"""In the home of the workbench, where ``WORKBENCH_STYLE`` names no file."""

NBSP = "\u00a0"
_LARGEST = 20_000
_LABEL = re.compile(
    r"(?P<word>[A-Z][A-Za-z]{1,15}\.?)\s(?P<number>\d{1,4}|[A-Z]{1,2})(?:(?P<pin>,?\s(?:at|p\.))\s\d{1,5})?"
)

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ExhibitLabel(NamedTuple):
    """Form of the names of exhibits.

    Attributes:
        word: Before the number: ``Exhibit``, ``Ex.``.
        letters: Whether exhibits are counted ``A`` to ``Z``, then ``AA``.
        pin: Between exhibit and page.
    """

    word: str = "Exhibit"
    letters: bool = False
    pin: str = " at"

    @property
    def words(self) -> str:
        """The word before several exhibits."""
        return f"{self.word[:-1]}s." if self.word.endswith(".") else f"{self.word}s"

    @property
    def stamp(self) -> str:
        """The word on stamps and page labels, where there is little room."""
        return "Ex." if self.word.startswith("Ex") else self.word

    def name(self, count: int) -> str:
        """Writes the name of an exhibit in full, as on its cover.

        >>> ExhibitLabel("Ex.", letters=True).name(4)
        'Exhibit D'
        """
        return f"{'Exhibit' if self.word.startswith('Ex') else self.word} {self.number(count)}"

    def number(self, count: int) -> str:
        """Writes the number of an exhibit, which counts from 1.

        >>> ExhibitLabel(letters=True).number(28)
        'AB'
        """
        return alphabetic(count) if self.letters else str(count)


PLAIN_LABEL = ExhibitLabel()
"""Of a letter without a style: ``Exhibit 4 at 2``."""


class LetterStyle(BaseModel):
    """A firm's style.

    Attributes:
        letterhead: Lines at the head of the first page.
        delivery: Line before the addressee, such as ``Via FedEx Overnight``.
        exhibits: An example of a citation: ``Ex. 4``, ``Exhibit D``, ``Ex. B at 142``.
        font: Face of the text.
        heading_font: Face of headings; default: that of the text.
        size: Of the text, in points.
        numbering: Of sections and their headings.
        template: The firm's own Word document, whose headers, footers, margins and styles the DOCX takes.
        letterhead_picture: At the head of the first page; without one, that of the template's header.
        picture_text: Words for those who cannot see the picture; default: the letterhead's first line.
    """

    # A notebook that a later version wrote may have more; a file with a field that is not known is refused.
    model_config = ConfigDict(frozen=True, extra="ignore")

    letterhead: tuple[_Line, ...] = Field(default=(), max_length=12)
    delivery: _Line | None = None
    exhibits: str = "Exhibit 4"
    font: FontName | None = None
    heading_font: FontName | None = None
    size: Annotated[float, Field(ge=9, le=14)] | None = None
    numbering: Numbering = "roman"
    template: LetterTemplate | None = None
    letterhead_picture: LetterPicture | None = None
    picture_text: _Line | None = None

    @field_validator("exhibits")
    @classmethod
    def _check_exhibits(cls, value: str) -> str:
        if _LABEL.fullmatch(value) is None:
            raise ValueError("write an example such as Ex. 4, Exhibit D or Ex. B at 142")
        return value

    @field_validator("letterhead", "delivery", "picture_text")
    @classmethod
    def _check_lines(cls, value: tuple[str, ...] | str | None) -> tuple[str, ...] | str | None:
        if value is None or isinstance(value, str):
            return value and visible_line(value)
        return tuple(visible_line(line) for line in value)

    @property
    def label(self) -> ExhibitLabel:
        """Form of the names of exhibits."""
        found = _LABEL.fullmatch(self.exhibits)
        if found is None:  # the validator has seen to it
            return PLAIN_LABEL
        return ExhibitLabel(found["word"], not found["number"].isdigit(), found["pin"] or " at")

    @property
    def text_font(self) -> str | None:
        """Face of the text: the style's, else the template's."""
        return self.font or (self.template.font if self.template is not None else None)

    @property
    def title_font(self) -> str | None:
        """Face of headings, likewise; None: that of the text."""
        return self.heading_font or (self.template.heading_font if self.template is not None else None)

    @property
    def text_size(self) -> float | None:
        """Size of the text in points, likewise."""
        return self.size or (self.template.size if self.template is not None else None)

    @property
    def has_own_header(self) -> bool:
        """Tells if the DOCX has the letterhead in its header, from the template, and not in its text."""
        return self.template is not None and self.template.letterhead

    @property
    def alternative_text(self) -> str:
        """Words for those who cannot see the picture."""
        return self.picture_text or " ".join(["Letterhead", *self.letterhead[:1]])

    def without_files(self) -> LetterStyle:
        """Returns the style with the names and digests of its files alone."""
        template, picture = self.template, self.letterhead_picture
        return self.model_copy(
            update={
                "template": template and template.without_content(),
                "letterhead_picture": picture and picture.without_content(),
            }
        )


PLAIN_STYLE = LetterStyle()
"""The product's own."""


def read_style(file: Path | str) -> LetterStyle:
    """Reads a style from its file.

    Args:
        file: YAML, with the fields of :class:`LetterStyle`.

    Raises:
        InputError: It cannot be read; the problem names the first field that is wrong.

    Examples:
        >>> from pathlib import Path
        >>> import workbench
        >>> _ = Path("style.yaml").write_text("exhibits: Ex. B at 142")
        >>> workbench.read_style("style.yaml").label.number(2)
        'B'
    """
    source = _read_source(file)
    given = source.data
    if isinstance(given.get("letterhead"), str):
        given["letterhead"] = [line for line in given["letterhead"].splitlines() if line.strip()]
    fields = list(LetterStyle.model_fields)
    for field, value in given.items():
        if field not in fields:
            raise InputError(source.problem((field,), "unknown field", remedy_for(field, fields, "use one of")))
        if value is None:
            raise InputError(source.problem((field,), "the field is empty", "fill it in, or remove the line"))
    given |= _read_files(given, Path(file).parent, source.name)
    try:
        return LetterStyle.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        what = describe_value_error(first)
        raise InputError(source.problem(first["loc"], what, "correct the field")) from None


def _read_source(file: Path | str) -> Source:
    """Reads the YAML of a style; an empty file is a style without fields."""
    name = str(file)
    try:
        raw = Path(file).read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(Problem(what, "name a style.yaml", file=name)) from None
    if len(raw) > _LARGEST:
        raise InputError(Problem(f"has more than {_LARGEST:,} bytes", "keep the style alone in it", file=name))
    if all(not line.strip() or line.lstrip().startswith(b"#") for line in raw.splitlines()):
        return Source(name, data={})
    source = parse_source(raw, name)
    if source.problems:
        raise InputError(source.problems[0])
    if not isinstance(source.data, dict):
        raise InputError(source.problem((), "is no list of fields", "write fields such as exhibits: Ex. 4"))
    return source


def _read_files(given: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    """Reads the files that a style names, by paths from its own folder."""
    read: dict[str, Any] = {}
    for field in ("template", "letterhead_picture"):
        path = given.get(field)
        if path is not None and (not isinstance(path, str) or not path.strip()):
            raise InputError(Problem("is no name of a file", "name a file beside the style", file=name, field=field))
    if given.get("template") is not None:
        read["template"], drawn = read_template(folder / Path(given["template"]).expanduser())
        read["letterhead_picture"] = drawn
    if given.get("letterhead_picture") is not None:
        read["letterhead_picture"] = read_picture(folder / Path(given["letterhead_picture"]).expanduser())
    return read


def find_style(settings: Settings | None = None) -> LetterStyle | None:
    """Reads the firm's style: the file of ``WORKBENCH_STYLE``, else ``style.yaml`` in the home; None without one.

    Raises:
        InputError: As :func:`read_style`.
    """
    settings = settings or Settings.from_env()
    if settings.style is not None:
        return read_style(settings.style)
    file = settings.home / STYLE_FILE
    return read_style(file) if file.is_file() else None
