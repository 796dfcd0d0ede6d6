"""Ratings of drafts: stars, a keep flag, a comment.

Stored as :class:`~workbench.tuning.reviews.records.Records` named ``ratings``, a line each, none ever overwritten; the
last rating of each person for each draft counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.text.digest import text_digest
from workbench.tuning.reviews.records import Records

if TYPE_CHECKING:
    import pandas as pd

STARS = range(1, 6)
COMMENT_LENGTH = 10_000
"""Longest comment, in characters."""

_FIELDS = (
    "case", "section", "prompt_version", "model", "content", "rating", "kept", "comment", "user", "at", "prompt",
    "repeat", "sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Rating:
    """One person's rating of one draft.

    Attributes:
        case: Id of the case.
        section: Id of the section.
        prompt_version: Version of the prompt behind the draft.
        model: Label of the model that wrote it.
        content: The draft, Markdown.
        rating: From 1, worst, to 5, best; None: not rated.
        kept: Whether the person wants to keep it.
        comment: The person's words; may be empty.
        user: The person; asserted.
        at: Time, ISO 8601.
        prompt: Name of the prompts in the tuner or the experiment: ``awards@0123456789ab``, ``edit``.
        repeat: Number of the draft among those of the same prompt and model, from 1.

    Examples:
        >>> at = "2026-01-02T03:04:05Z"
        >>> rating = Rating("wu", "awards", "awards@01", "offline", "A draft.", 4, True, "", "ana", at)
        >>> rating.sha256 == text_digest("A draft.")
        True
    """

    case: str
    section: str
    prompt_version: str
    model: str
    content: str
    rating: int | None
    kept: bool
    comment: str
    user: str
    at: str
    prompt: str = ""
    repeat: int = 1

    @property
    def sha256(self) -> str:
        """Digest of the draft's text, to which ratings are bound."""
        return text_digest(self.content)


class Ratings:
    """Ratings of this home.

    Args:
        settings: For the home and the keys.

    Raises:
        InputError: ``WORKBENCH_ENCRYPTION_KEY`` is no key.

    Examples:
        >>> import pathlib, tempfile
        >>> ratings = Ratings(Settings(home=pathlib.Path(tempfile.mkdtemp())))
        >>> at = "2026-01-02T03:04:05Z"
        >>> ratings.add(Rating("wu", "awards", "awards@01", "offline", "A draft.", 4, True, "", "ana", at))
        >>> [rating.rating for rating in ratings]
        [4]
    """

    def __init__(self, settings: Settings) -> None:
        self._records = Records(settings, "ratings")

    def add(self, rating: Rating) -> None:
        """Stores one rating; it is on disk when this returns.

        Args:
            rating: The rating.

        Raises:
            InputError: Impossible stars, a comment that is too long, or a rating without a person.
            OSError: It cannot be written.
        """
        problems = list(_problems(rating))
        if problems:
            raise InputError(*problems)
        # The digest is stored with the text, so that tools need not compute it.
        self._records.add({**asdict(rating), "sha256": rating.sha256})

    def __iter__(self) -> Iterator[Rating]:
        """Yields all ratings in the order of their arrival.

        Lines of an incompatible version are skipped.

        Raises:
            StoreError: The key of a line is missing, or the line was changed.
        """
        for record in self._records:
            try:
                yield _parse_rating(record)
            # A field that is missing or unknown: written by another version of the workbench.
            except (KeyError, TypeError):
                continue

    def latest(self) -> dict[tuple[str, str, str, str], Rating]:
        """Returns last ratings by case, section, user and text."""
        # Later ratings overwrite earlier ones in the dict: the file is in order of arrival.
        return {(each.case, each.section, each.user, each.sha256): each for each in self}

    def frame(self) -> pd.DataFrame:
        """Returns the last ratings as a table.

        A row a person and draft; the columns are the fields of :class:`Rating`.
        """
        import pandas as pd  # noqa: PLC0415 - takes half a second to import

        rows = [{**asdict(each), "sha256": each.sha256} for each in self.latest().values()]
        return pd.DataFrame(rows, columns=list(_FIELDS))


def _problems(rating: Rating) -> Iterator[Problem]:
    stars = rating.rating
    # True is an int: without this test it would be one star.
    if stars is not None and (isinstance(stars, bool) or not isinstance(stars, int) or stars not in STARS):
        yield Problem(f"{stars!r} is no rating", "give 1 to 5 stars, or none", field="rating")
    if not isinstance(rating.kept, bool):
        yield Problem(f"{rating.kept!r} does not say whether it is kept", "say true or false", field="kept")
    if len(rating.comment) > COMMENT_LENGTH:
        yield Problem(
            f"a comment of {len(rating.comment)} characters", f"say it in {COMMENT_LENGTH} at most", field="comment"
        )
    if not rating.user.strip():
        yield Problem("no user is named", "give a name or e-mail address", field="user")


def _parse_rating(record: Mapping[str, Any]) -> Rating:
    return Rating(**{name: value for name, value in record.items() if name in _FIELDS and name != "sha256"})
