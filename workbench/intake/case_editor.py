"""Edits of ``case.yaml`` that keep its comments and its order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from workbench.case.consistency import remedy_for
from workbench.case.criteria import CRITERIA, NARRATIVE_ELEMENTS
from workbench.case.loader import CASE_FILE, load_case, load_case_text
from workbench.case.model import Case
from workbench.case.open_points import OpenPoint, find_open_points, remove_open_points
from workbench.case.source import MAX_SOURCE_BYTES, Source, parse_source
from workbench.config import Settings
from workbench.drafting.request import Model
from workbench.errors import CaseError, InputError, Problem
from workbench.intake.case_blocks import edit_block
from workbench.intake.case_text import to_scalar
from workbench.intake.document_folder import LeftOut
from workbench.intake.element_question import ElementQuestion, ask_elements
from workbench.intake.fact_proposal import FactProposal, find_proposal, propose_facts
from workbench.intake.person import PRONOUNS
from workbench.text.atomic_write import write_whole

_PLACEHOLDER = re.compile(r"\[[^\[\]]*\]")
_OPTIONAL = ("date", "translation", "author")
"""Fields that may stay empty, for a document may have none."""
_MOST_TEXT = 5_000


class CaseEditor:
    r"""A case folder whose ``case.yaml`` is filled in step by step.

    The file stays the truth: each method reads it anew, changes one place, and writes it only if it still loads.
    Comments, order and quotation marks of everything else are kept, so it can be edited by hand in between.

    Args:
        folder: The case folder.
        settings: Default ``Settings.from_env()``.
        left_out: Of a new case: the files that became no exhibit.

    Attributes:
        folder: The case folder.
        left_out: As given.

    Raises:
        CaseError: There is no case, or it cannot be loaded.

    Examples:
        >>> import workbench
        >>> from pathlib import Path
        >>> Path("letters").mkdir()
        >>> words = "# Prize of the Invented Society\n\nDr. Example received the prize.\n"
        >>> _ = Path("letters/prize.md").write_text(words)
        >>> _ = workbench.new_case("settled", "letters", name="Ada Example", field="chemistry")
        >>> editor = workbench.CaseEditor("settled")
        >>> editor.settle("filing_date", "2026-03-02")
        >>> editor.settle("beneficiary.surname")  # the guess is right
        >>> any(point.field == "filing_date" for point in editor.open_points)
        False
    """

    def __init__(
        self, folder: str | Path, *, settings: Settings | None = None, left_out: Sequence[LeftOut] = ()
    ) -> None:
        self._settings = settings or Settings.from_env()
        self._case = load_case(folder, settings=self._settings)
        self.folder = self._case.root
        self.left_out = tuple(left_out)
        self._parsed: tuple[bytes, Source] | None = None

    def __repr__(self) -> str:
        case = self._case
        return f"<CaseEditor of {case.case_id}: {len(case.exhibits)} exhibits, {len(case.open_points)} open points>"

    @property
    def case(self) -> Case:
        """The case as the file has it now.

        Raises:
            CaseError: Somebody has edited the file, and it cannot be loaded.
        """
        self._case = load_case(self._file, settings=self._settings)
        return self._case

    @property
    def open_points(self) -> tuple[OpenPoint, ...]:
        """Guesses and gaps that a person has still to settle."""
        return self.case.open_points

    def questions(self, criteria: Collection[str] = ()) -> list[ElementQuestion]:
        """Asks for each element of the criteria, in plain words, with the pages that may carry it.

        Args:
            criteria: Ids of criteria or narrative sections; none: all.

        Raises:
            InputError: There is no such criterion.
        """
        return ask_elements(self.case, check_criteria(criteria))

    def proposals(self, criteria: Collection[str] = ()) -> list[FactProposal]:
        """Proposes facts from the pages, each with its citation; nothing is accepted by itself.

        Args:
            criteria: Ids of criteria or narrative sections; none: all.

        Raises:
            InputError: There is no such criterion.
        """
        return propose_facts(self.case, check_criteria(criteria))

    async def ask_model(self, criteria: Collection[str] = (), *, model: Model | None = None) -> list[FactProposal]:
        """Lets a model choose facts from the sentences of the pages; it answers with their numbers, and writes nothing.

        Args:
            criteria: Ids of criteria or narrative sections; none: all.
            model: Default the model of the settings, ``WORKBENCH_MODEL``; it gets sentences of the exhibits.

        Raises:
            InputError: No model is set, or there is no such criterion.
            ModelError: The endpoint fails.
        """
        # Not imported before a model is asked: its client takes as long as everything else here.
        from workbench.intake.model_proposal import propose_with_model  # noqa: PLC0415

        return await propose_with_model(self.case, model or self.find_model(), check_criteria(criteria))

    def find_model(self) -> Model:
        """Returns the model of the settings.

        Raises:
            InputError: No model is set, or its address or key cannot be used.
        """
        from workbench.drafting.configured_model import require_model  # noqa: PLC0415 - as above

        return require_model(self._settings, sent="sentences of the exhibits", otherwise="do without a model")

    def settle(self, field: str, value: str | None = None) -> None:
        """Settles an open point: its comment goes, and the value given takes the place of the present one.

        Args:
            field: As :attr:`OpenPoint.field`: ``exhibits.medal.date``, ``beneficiary.honorific``. With a group of
                fields, such as an exhibit alone, ``exhibits.medal``, all its guesses are confirmed as they stand.
            value: The value; None: as it stands, which a gap does not admit where a value is needed. Pronouns are given
                as ``she``, ``he`` or ``they``.

        Raises:
            InputError: There is no such open point, or no value yet.
            CaseError: The value does not fit; the file stays as it was.
        """
        before, source = self._read()
        open_points = find_open_points(before, source)
        points = [point for point in open_points if point.field == field]
        if not points and value is None:
            inside = {
                point.field for point in open_points if point.kind == "guess" and point.field.startswith(f"{field}.")
            }
            if not inside:
                known = [point.field for point in open_points if point.field]
                remedy = remedy_for(field, known, "name one of") if known else "nothing is open"
                raise InputError(Problem("no open point has that field", remedy, file=str(self._file), field=field))
            self._write(remove_open_points(before, source, inside), before)
            return
        if value is None and any(_needs_value(point) for point in points):
            raise InputError(Problem("there is no value yet", "give one", file=str(self._file), field=field))
        raw = remove_open_points(before, source, {field})
        if value is not None:
            raw = self._change(raw, source, field.partition(".")[0], lambda root: self._set_value(root, field, value))
        self._write(raw, before)

    def accept(self, proposal: FactProposal | str, *, text: str | None = None, item: str | None = None) -> None:
        """Puts a proposed fact into the case.

        Args:
            proposal: The proposal, or its id.
            text: Its words as the letter shall print them; None: those of the page.
            item: Title of the prize, association, article or role; None: the exhibit's title.

        Raises:
            InputError: There is no such proposal any more, or its page has changed.
            CaseError: The words do not fit; the file stays as it was.
        """
        if isinstance(proposal, str):
            found = find_proposal(self.case, proposal)
            if found is None:
                remedy = "see the list again: a proposal that is accepted, or whose page has changed, is gone"
                raise InputError(Problem(f"no proposal {proposal!r}", remedy, file=str(self._file)))
            proposal = found
        self.add_fact(
            proposal.criterion,
            proposal.element,
            proposal.text if text is None else text,
            exhibit=proposal.exhibit_id,
            pages=(proposal.page,),
            item=item or proposal.item,
        )

    def add_fact(
        self, criterion: str, element: str, text: str, *, exhibit: str, pages: Sequence[int], item: str | None = None
    ) -> None:
        """Adds a fact with its citation.

        Args:
            criterion: Id of a criterion, or of a narrative section.
            element: One of its elements.
            text: Whole sentences, as the letter shall print them.
            exhibit: Id of the exhibit that carries it.
            pages: Its pages, from 1.
            item: For a criterion: title of the item; None: the exhibit's title.

        Raises:
            CaseError: The case would not load; the file stays as it was.
        """
        before, source = self._read()
        # As it was last loaded: an exhibit that has been added by hand since needs a title.
        title = item or next((one.title for one in self._case.exhibits if one.id == exhibit), exhibit)
        fact = CommentedMap({"text": " ".join(text[:_MOST_TEXT].split()), "cites": CommentedSeq()})
        cite = CommentedMap({"exhibit": exhibit, "pages": CommentedSeq(pages)})
        cite.fa.set_flow_style()
        cite["pages"].fa.set_flow_style()
        fact["cites"].append(cite)

        def add(root: CommentedMap) -> None:
            if criterion in CRITERIA:
                elements = _item_of(root, criterion, title)
                order = [one.id for one in CRITERIA[criterion].elements]
            else:
                elements = _child(_child(root, "narrative", None), criterion, list(NARRATIVE_ELEMENTS))
                order = [one.id for one in NARRATIVE_ELEMENTS.get(criterion, ())]
            if not isinstance(elements.get(element), list):
                _insert(elements, element, CommentedSeq(), order)
            elements[element].append(fact)

        self._write(self._change(before, source, "claims" if criterion in CRITERIA else "narrative", add), before)

    @property
    def _file(self) -> Path:
        return self.folder / CASE_FILE

    def _read(self) -> tuple[bytes, Source]:
        try:
            with self._file.open("rb") as stream:
                raw = stream.read(MAX_SOURCE_BYTES + 1)
        except OSError as error:
            problem = Problem(f"cannot be read: {error.strerror}", "check the file", file=str(self._file))
            raise CaseError(problem) from None
        if self._parsed is not None and self._parsed[0] == raw:  # as this editor has written it
            return self._parsed
        # It refuses anchors and tags, which ruamel.yaml would follow.
        source = parse_source(raw, str(self._file))
        if not isinstance(source.data, dict) or source.problems:
            raise CaseError(*source.problems)
        return raw, source

    def _change(self, raw: bytes, source: Source, name: str, change: Callable[[CommentedMap], None]) -> bytes:
        """Returns the file with a change of one field at its top.

        ``source`` may be of a file with more comments: their lines are the same.
        """
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        return edit_block(text, source, name, change).encode()

    def _write(self, raw: bytes, before: bytes) -> None:
        """Writes the file if it loads, and if nobody has changed it since."""
        source = parse_source(raw, str(self._file))
        case = load_case_text(raw, self._file, settings=self._settings, source=source)
        if self._file.read_bytes() != before:
            raise InputError(Problem("was changed meanwhile", "try again", file=str(self._file)))
        write_whole(self._file, raw)
        self._case, self._parsed = case, (raw, source)

    def _set_value(self, root: CommentedMap, field: str, value: str) -> None:
        *path, name = field.split(".")
        node: Any = root
        if path[:1] == ["exhibits"] and len(path) > 1:
            exhibit_id = ".".join(path[1:])
            node = next((one for one in root.get("exhibits", ()) if one.get("id") == exhibit_id), None)
        else:
            for step in path:
                node = node.get(step) if isinstance(node, CommentedMap) else None
        if not isinstance(node, CommentedMap) or name not in node:
            raise InputError(
                Problem("no such field", "name one as `case check` lists it", file=str(self._file), field=field)
            )
        words = " ".join(value.split())
        if name == "pronouns":
            chosen = PRONOUNS.get(words.partition("/")[0].lower())
            if chosen is None:
                raise InputError(Problem(f"unknown pronouns {words!r}", f"give {', '.join(PRONOUNS)}", field=field))
            for part, word in zip(("subject", "object", "possessive"), chosen, strict=True):
                node[name][part] = word
        else:
            node[name] = to_scalar(name, words) if words else None


def _needs_value(point: OpenPoint) -> bool:
    """Tells if a point cannot be settled as it stands."""
    if _PLACEHOLDER.search(point.value):
        return True
    name = point.field.rpartition(".")[2]
    return point.kind == "open" and not point.value and name not in _OPTIONAL


def check_criteria(criteria: Collection[str]) -> Collection[str]:
    """Returns ids of criteria and narrative sections as given.

    Raises:
        InputError: One of them is unknown.
    """
    known = [*CRITERIA, *NARRATIVE_ELEMENTS]
    for one in criteria:
        if one not in known:
            raise InputError(Problem(f"unknown criterion {one!r}", remedy_for(one, known)))
    return criteria


def _item_of(root: CommentedMap, criterion: str, title: str) -> CommentedMap:
    """Returns the elements of an item, made where there is none."""
    claims = root["claims"]
    if not claims:
        # An empty list is written in brackets, and would stay so.
        root["claims"] = claims = CommentedSeq()
    claim = next((one for one in claims if one.get("criterion") == criterion), None)
    if claim is None:
        claim = CommentedMap({"criterion": criterion, "items": CommentedSeq()})
        order = list(CRITERIA)
        later = [
            place for place, one in enumerate(claims) if order.index(criterion) < _position(order, one.get("criterion"))
        ]
        claims.insert(later[0] if later else len(claims), claim)
    item = next(
        (one for one in claim["items"] if " ".join(str(one.get("title")).split()) == " ".join(title.split())), None
    )
    if item is None:
        item = CommentedMap({"title": title, "elements": CommentedMap()})
        claim["items"].append(item)
    elements = item["elements"]
    assert isinstance(elements, CommentedMap)  # noqa: S101 - the case has been loaded
    return elements


def _position(order: Sequence[str], name: object) -> int:
    return order.index(name) if isinstance(name, str) and name in order else len(order)


def _child(parent: CommentedMap, name: str, order: Sequence[str] | None) -> CommentedMap:
    child = parent.get(name)
    if not child:  # an empty mapping is written in braces, and would stay so
        child = CommentedMap()
        if name in parent or order is None:
            parent[name] = child
        else:
            _insert(parent, name, child, order)
    assert isinstance(child, CommentedMap)  # noqa: S101 - the case has been loaded
    return child


def _insert(parent: CommentedMap, name: str, value: Any, order: Sequence[str]) -> None:
    """Inserts a field before the first that follows it in some order."""
    place = _position(order, name)
    later = [index for index, other in enumerate(parent) if _position(order, other) > place]
    parent.insert(later[0] if later else len(parent), name, value)
