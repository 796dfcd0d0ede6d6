"""Letters that share wording, and criteria that rest on letters alone."""

SHARED = (
    "Her measurements of slow reactions overturned the accepted picture of tunnelling in frozen matrices and gave"
    " every laboratory"
    " in the discipline a calibrated reference."
)


def letters(with_pages, left, right):
    return with_pages(statement=([left], {"kind": "letter"}), academy=([right], {"kind": "letter"}))


def test_shared_passage_is_a_warning(run_letter, with_pages):
    case = letters(
        with_pages, f"I knew her in Vienna. {SHARED} She is kind.", f"We met in Oslo. {SHARED} She is bright."
    )
    (finding,) = run_letter("overlap-of-letters", "Text.", case)
    assert finding.severity == "warning"
    assert {place.exhibit_id for place in finding.evidence} == {"statement", "academy"}
    assert "overturned the accepted picture" in finding.message


def test_formulas_and_quotations_may_be_shared(run_letter, with_pages):
    formula = (
        "I am writing this letter in strong support of the petition of Dr. Example for permanent residence as an alien"
        " of extraordinary ability."
    )
    case = letters(with_pages, f"{formula} I met her in Vienna.", f"{formula} We worked in Oslo.")
    assert run_letter("overlap-of-letters", "Text.", case) == []
    case = letters(with_pages, f"{'x ' * 400}She wrote: “{SHARED}”", f"{'y ' * 400}The article says: “{SHARED}”")
    assert run_letter("overlap-of-letters", "Text.", case) == []


def test_words_of_other_exhibit_are_shared(run_letter, with_pages):
    case = with_pages(
        statement=([f"One. {SHARED}"], {"kind": "letter"}),
        academy=([f"Two. {SHARED}"], {"kind": "letter"}),
        article=([SHARED], {}),
    )
    assert run_letter("overlap-of-letters", "Text.", case) == []


def test_one_passage_is_one_finding(run_letter, with_pages):
    """Also where two letters share more of it than the others."""
    shared = "I have followed the remarkable synthesis of luminous compounds that this chemist began in Lisbon"
    letters = {"statement": f"{shared} alone.", "medal": f"{shared} once.", "academy": f"Truly {shared} alone."}
    case = with_pages(**{name: ([text], {"kind": "letter"}) for name, text in letters.items()})
    (finding,) = run_letter("overlap-of-letters", "Text.", case)
    assert all(f"({name})" in finding.message for name in letters)


def test_letters_alone_are_a_warning(run_letter, with_pages):
    case = with_pages(statement=(["I admire her."], {"kind": "letter", "independent": False}))
    (finding,) = run_letter("letter-only-support", [("awards", "She won it [@statement, p. 1].")], case)[:1]
    assert "rests on letters alone: Exhibit 4 (statement); the case file calls none" in finding.message
    text = "She won it [@statement, p. 1]. It is rare [@medal, p. 2]."
    assert run_letter("letter-only-support", [("awards", text)], case) == []


def test_body_served_confirms_judging(run_letter, with_pages):
    """A letter that an expert signs in his own name is not counted as such a confirmation."""
    text = "The Brenner Prize\n\nThis confirms that Dr. Example sat on our jury in 2021."
    how = {"kind": "letter", "title": "Letter of the Brenner Prize on Service", "author": "Paul Sander"}
    sections = [("judging", "She sat on the jury [@statement, p. 1].")]

    def judging(**changes):
        found = run_letter("letter-only-support", sections, with_pages(statement=([text], how | changes)))
        return [each for each in found if "Judge of the Work" in each.message]

    assert judging() == []
    assert judging(title="Letter of Paul Sander, the Brenner Prize")
    assert judging(title="Letter on her Service")


def test_unreadable_letter_is_no_author(run_letter, with_pages):
    case = letters(with_pages, "", SHARED)
    assert run_letter("overlap-of-letters", "Text.", case) == []
