"""Errors in names of persons, institutions, awards, works and places, and in titles and pronouns."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from workbench.text.tokens import find_tokens

from .clean_draft import QUOTED, CleanDraft, Sentence
from .mutant import Proposal, seeds, shuffled

GROUP = "name"
APT = "nam|entit|support|fact|consisten"
INSTITUTION = re.compile(
    r"\b(?:[A-Z][\w&’'.-]+ (?:of (?:the )?|for |and |& )?){1,4}"
    r"(?:University|Institute|Society|Laboratories|Foundation|Academy|"
    r"Council|Museum|Office|Guild|Journal|Herald|Review|College|Department|School|Quarterly|Corporation|Symposium|Bureau|"
    r"Incorporated|Ledger|Agency)\b"
    r"|\b(?:University|Institute|Society|Academy|Museum|Journal|Bureau|Department|Institution) "
    r"(?:of|for) (?:[A-Z][\w-]+)(?: [A-Z][\w-]+)*"
)
AWARD = re.compile(r"\b(?:[A-Z][\w.’'-]+ (?:of |in |for )?){1,3}(?:Medal|Prize|Award|Fellowship|Scholarship)\b")
PERSON = re.compile(
    r"(?:Professor|Prof\.|Dr\.|Mr\.|Ms\.|Mrs\.) (?:[A-Z][\w’'-]+ )*[A-Z][\w’'-]+"
    r"|\b[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][\w’'-]{3,}\b"
)
GENERIC = frozenset(
    [
        "University",
        "Institute",
        "Society",
        "Laboratories",
        "Foundation",
        "Academy",
        "Council",
        "Museum",
        "Office",
        "Guild",
        "Journal",
        "Herald",
        "Review",
        "College",
        "Department",
        "School",
        "Quarterly",
        "Corporation",
        "Symposium",
        "Bureau",
        "Incorporated",
        "Ledger",
        "Agency",
        "National",
        "International",
        "American",
        "Medal",
        "Prize",
        "Award",
        "Fellowship",
        "The",
        "In",
        "At",
        "Of",
        "Each",
        "Since",
        "Professor",
        "Prof",
        "Dr",
        "Mr",
        "Ms",
        "New",
        "United",
        "States",
        "North",
        "Technical",
        "Royal",
        "President",
        "Congress",
        "Act",
        "Member",
        "Fellow",
        "Fellows",
        "Dean",
        "Chair",
        "Technology",
        "Science",
        "Physics",
        "Physical",
        "Nuclear",
        "Honorary",
    ]
)
NEW_PROPER = ("Ashby", "Corvane", "Dunmore", "Ellery", "Falk", "Greystone", "Hollins", "Ivers", "Jarrow", "Kestrelby")
NEW_SURNAMES = ("Abernathy", "Castellanos", "Dreyfuss", "Eskildsen", "Fairweather", "Gustafson", "Hargreaves", "Ibarra")
PLACES = ("Austria", "Belgium", "Brazil", "Chile", "Finland", "Hungary", "Ireland", "Korea", "Mexico", "Peru", "Poland",
          "Spain", "Turin", "Osaka", "Lyon", "Cardiff", "Boston", "Madrid", "Zurich")  # fmt: skip


def misspell(word: str, rng: random.Random) -> str:
    """Swaps, doubles or drops an inner letter.

    The first letter stays, as it does when a person mistypes.
    """
    if len(word) < 4:
        return word[:-1] + ("o" if word[-1] != "o" else "u") if len(word) < 3 else word[0] + word[2] + word[1]
    places = [
        n for n in range(1, len(word) - 1) if word[n] != word[n + 1] and word[n].isalpha() and word[n + 1].isalpha()
    ]
    place = rng.choice(places)
    return rng.choice(
        [
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1 :],
        ]
    )


def _replace(draft: CleanDraft, sentence: Sentence, start: int, end: int, new: str) -> Iterator[Proposal]:
    """Proposes a name that neither the exhibits nor the letter have; offsets are those of the sentence."""
    start, end = sentence.start + start, sentence.start + end
    old = draft.text[start:end]
    fresh = {token.word for token in find_tokens(new)} - {token.word for token in find_tokens(old)}
    if fresh and not fresh & draft.all_words and not draft.is_quoted(start, end):
        yield Proposal(((start, end, new),), (sentence.start, sentence.end), old, new, (new,))


def _is_attested(draft: CleanDraft, sentence: Sentence, word: str) -> bool:
    wanted = [token.word for token in find_tokens(word)]
    return bool(wanted) and any(draft.word_set(exhibit).issuperset(wanted) for exhibit in sentence.exhibits)


@seeds(GROUP, APT)
def surname_misspelt(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    surname = draft.case.beneficiary.surname
    for sentence in shuffled(rng, draft.sentences):
        for match in re.finditer(rf"\b{re.escape(surname)}\b", sentence.text):
            yield from _replace(draft, sentence, *match.span(), misspell(surname, rng))
            break


@seeds(GROUP, APT)
def given_name_misspelt(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    given = draft.case.beneficiary.name.split()[0]
    for sentence in shuffled(rng, draft.sentences):
        for match in re.finditer(rf"\b{re.escape(given)}\b", sentence.text):
            yield from _replace(draft, sentence, *match.span(), misspell(given, rng))
            break


def _proper_words(draft: CleanDraft, sentence: Sentence, pattern: re.Pattern[str], least: int) -> list[tuple[int, int]]:
    """Lists spans of the telling words of names in a sentence that a cited exhibit has, too."""
    own = set(re.split(r"[\s-]", draft.case.beneficiary.name))
    return [
        (match.start() + word.start(), match.start() + word.end())
        for match in pattern.finditer(sentence.text)
        for word in re.finditer(r"[A-Z][\w’'-]+", match[0])
        if len(word[0]) >= least and word[0] not in GENERIC and word[0] not in own
        and not own & set(re.split(r"[\s-]", word[0])) and _is_attested(draft, sentence, word[0])
    ]  # fmt: skip


@seeds(GROUP, APT)
def institution_misspelt(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for sentence in shuffled(rng, draft.prose):
        for start, end in shuffled(rng, _proper_words(draft, sentence, INSTITUTION, 6))[:1]:
            yield from _replace(draft, sentence, start, end, misspell(sentence.text[start:end], rng))


@seeds(GROUP, APT)
def institution_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for sentence in shuffled(rng, draft.prose):
        for start, end in shuffled(rng, _proper_words(draft, sentence, INSTITUTION, 4))[:1]:
            yield from _replace(draft, sentence, start, end, rng.choice(NEW_PROPER))


@seeds(GROUP, APT)
def award_renamed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for sentence in shuffled(rng, draft.prose):
        for start, end in shuffled(rng, _proper_words(draft, sentence, AWARD, 2))[:1]:
            yield from _replace(draft, sentence, start, end, rng.choice(NEW_PROPER))


@seeds(GROUP, APT)
def award_raised(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Calls a prize a medal, or gives it a grand adjective."""
    for sentence in shuffled(rng, draft.prose):
        for match in re.finditer(r"\b(?:Medal|Prize|Award|Fellowship)\b(?=[ ,.])", sentence.text):
            others = [
                new
                for new in ("Grand Prix", "Trophy", "Gold Cup", "Laurel")
                if new.lower().split()[0] not in draft.all_words
            ]
            if others and _is_attested(draft, sentence, match[0]):
                yield from _replace(draft, sentence, *match.span(), rng.choice(others))


@seeds(GROUP, APT)
def person_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes the surname of an expert or a colleague."""
    for sentence in shuffled(rng, draft.prose):
        for match in shuffled(rng, list(PERSON.finditer(sentence.text))):
            if draft.case.beneficiary.surname in match[0] or INSTITUTION.search(
                sentence.text[match.start() : match.end() + 20]
            ):
                continue
            last = match[0].split()[-1]
            start = match.end() - len(last)
            before = [
                word
                for word in match[0].split()[:-1]
                if word.rstrip(".") not in {"Professor", "Prof", "Dr", "Mr", "Ms"}
            ]
            known = draft.case.documents
            named = any(re.search(rf"\b{re.escape(last)}\b", "".join(known[x].pages)) for x in sentence.exhibits)
            titled = len(before) < len(match[0].split()) - 1
            if named and len(last) >= 4 and last not in GENERIC and (titled or _is_person(draft, match[0])):
                yield from _replace(draft, sentence, start, match.end(), rng.choice(NEW_SURNAMES))
                break


def _is_person(draft: CleanDraft, name: str) -> bool:
    authors = " ".join(exhibit.author or "" for exhibit in draft.case.exhibits)
    return name in authors or re.search(r"\b[A-Z]\. ", name) is not None


@seeds(GROUP, APT)
def person_misspelt(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    for proposal in person_changed(draft, rng):
        start, end, _ = proposal.edits[0]
        new = misspell(draft.text[start:end], rng)
        if new.lower() not in draft.all_words:
            yield Proposal(((start, end, new),), proposal.place, proposal.old, new, (new,))


@seeds(GROUP, "nam|honor")
def honorific_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    person = draft.case.beneficiary
    options = [title for title in ("Dr.", "Mr.", "Ms.", "Prof.", "Mrs.") if title != person.honorific]
    pattern = re.compile(rf"{re.escape(person.honorific or 'Dr.')} (?=(?:\S+ )?{re.escape(person.surname)}\b)")
    for sentence in shuffled(rng, draft.sentences):
        for match in pattern.finditer(sentence.text):
            start = sentence.start + match.start()
            if not draft.is_quoted(start, start + 3):
                new = rng.choice(options)
                end = start + len(match[0]) - 1
                shown = f"{new} {person.surname}"
                yield Proposal(
                    ((start, end, new),),
                    (sentence.start, sentence.end),
                    match[0].strip(),
                    new,
                    (shown,),
                    "construction",
                )
                break


@seeds(GROUP, "nam|pronoun")
def pronoun_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    subject = draft.case.beneficiary.pronouns.subject.capitalize()
    other = {"She": "He", "He": "She"}[subject]
    places = shuffled(rng, range(len(draft.sentences)))
    for number in places:
        sentence = draft.sentences[number]
        match = re.match(rf"{subject} ", sentence.text)
        # The sentence before must be about the beneficiary, or the pronoun may be an expert's.
        before = draft.sentences[number - 1].text if number else ""
        if (
            match
            and draft.case.beneficiary.surname in before
            and not PERSON.search(
                before.replace(draft.case.beneficiary.name, "").replace(f"{draft.case.beneficiary.honorific} ", "")
            )
        ):
            edit = (sentence.start, sentence.start + len(subject), other)
            yield Proposal((edit,), (sentence.start, sentence.end), subject, other, (other,), "construction")


@seeds(GROUP, "nam|pronoun")
def possessive_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes "her" to "his" beside the beneficiary's own name."""
    own = draft.case.beneficiary.pronouns.possessive
    other = {"her": "his", "his": "her"}[own]
    for sentence in shuffled(rng, draft.sentences):
        named = sentence.text.find(draft.case.beneficiary.surname)
        for match in re.finditer(rf"\b{own}\b", sentence.text):
            start, end = (sentence.start + place for place in match.span())
            if 0 <= named < match.start() and not draft.is_quoted(start, end) and "or herself" not in sentence.text:
                before = sentence.text[: match.start()].replace(f"{draft.case.beneficiary.honorific} ", "")
                if not re.search(r"[A-Z][\w-]+ [A-Z]|[a-z] [A-Z][a-z]{3,}", before):
                    place = (sentence.start, sentence.end)
                    yield Proposal(((start, end, other),), place, own, other, (other,), "construction")
                    break


@seeds(GROUP, APT)
def place_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    pattern = re.compile(r"(?<=\bin )([A-Z][a-z]{3,})(?=[,.;) ])(?! [A-Z])")
    months = [
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Annex",
        "Article",
        "Section",
    ]
    for sentence in shuffled(rng, draft.prose):
        for match in pattern.finditer(sentence.text):
            if match[0] not in months and match[0] not in GENERIC and _is_attested(draft, sentence, match[0]):
                yield from _replace(draft, sentence, *match.span(), rng.choice(PLACES))


@seeds(GROUP, APT + "|quot")
def work_title_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Changes a word in the title of an article, a book or an exhibition."""
    pool = ("Theory", "Reversal", "Origin", "Limits", "Silent", "Winter", "Partial", "Bronze")
    for sentence in shuffled(rng, draft.sentences):
        for match in QUOTED.finditer(sentence.text):
            title = match[1] or match[2]
            words = [word for word in re.finditer(r"[A-Za-z]{4,}", title) if word[0] not in {"from", "with", "that"}]
            is_title = (
                sum(word[0][0].isupper() for word in words) * 2 > len(words)
                or "small devices" in title
                or "lattice" in title
            )
            if (
                not sentence.exhibits
                or len(words) < 2
                or not is_title
                or not draft.is_verbatim(title.rstrip(",."), sentence.exhibits)
            ):
                continue
            word = rng.choice(words)
            new = rng.choice(pool)
            if new.lower() in draft.all_words:
                continue
            start = sentence.start + match.start() + 1 + word.start()
            new = new if word[0][0].isupper() else new.lower()
            yield Proposal(((start, start + len(word[0]), new),), (sentence.start, sentence.end), word[0], new, (new,))


@seeds("consistency", "field|nam|consisten")
def field_changed(draft: CleanDraft, rng: random.Random) -> Iterator[Proposal]:
    """Names another field of endeavor in one place."""
    phrase = draft.case.field_of_endeavor
    first, *rest = phrase.split()
    for match in shuffled(rng, list(re.finditer(re.escape(phrase), draft.text))):
        options = [
            word for word in ("theoretical", "industrial", "computational", "clinical") if word not in draft.all_words
        ]
        title = first[0].isupper()
        new = " ".join([rng.choice(options).capitalize() if title else rng.choice(options), *rest])
        place = next(((s.start, s.end) for s in draft.sentences if s.start <= match.start() < s.end), None)
        if place and not draft.is_quoted(*match.span()):
            yield Proposal(((*match.span(), new),), place, phrase, new, (new,))
