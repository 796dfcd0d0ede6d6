"""Paragraphs and sentences that stand twice."""

LONG = (
    "The measurements of slow reactions at low temperature were repeated by nine laboratories in seven countries within"
    " two years."
)
MORE = "They are cited in every handbook of the discipline, and taught to students."


def test_paragraph_twice_is_a_warning(run_letter):
    (finding,) = run_letter("duplicated-paragraph", [("awards", f"{LONG}\n"), ("membership", LONG)], None)
    assert (finding.severity, finding.section_id, finding.line) == ("warning", "membership", 1)
    assert "line 1 of 'awards'" in finding.message


def test_long_paragraph_pasted_into_summary(run_letter):
    long = f"{LONG} {MORE} {LONG.replace('nine', 'four')}"
    texts = [("awards", f"{long}\n"), ("conclusion", long)]
    assert [finding.section_id for finding in run_letter("duplicated-paragraph", texts, None)] == ["conclusion"]


def test_near_copy_is_a_warning(run_letter):
    near = LONG.replace("nine", "ten")
    text = f"{LONG} {MORE}\n\n{near} {MORE}"
    (finding,) = run_letter("duplicated-paragraph", text, None)
    assert "nearly" in finding.message


def test_sentence_twice_is_a_warning(run_letter):
    text = (
        f"She began early. {LONG}\n\nMuch later she published them in a journal, with two students as authors. {LONG}"
    )
    (finding,) = run_letter("duplicated-paragraph", text, None)
    assert finding.quote == LONG


def test_quotations_formulas_and_short_ones_pass(run_letter):
    for text in (
        f"He wrote: “{LONG}”\n\nAgain: “{LONG}”",
        "She won.\n\nShe won.",
        "For these reasons the evidence shows that she meets the criterion of the regulation in full.\n\n" * 2,
        "Ada Example, 12 Long Street, Apartment 4, Some Town, Another Line, NY 12345 Tel. (123) 456-7890\n\n" * 2,
    ):
        assert run_letter("duplicated-paragraph", text, None) == []


def test_summaries_may_repeat_the_sections(run_letter):
    pairs = [("intro", f"- {LONG}"), ("awards", LONG), ("final_merits", f"{MORE} {LONG}"), ("conclusion", LONG)]
    assert run_letter("duplicated-paragraph", pairs, None) == []
    (finding,) = run_letter("duplicated-paragraph", [*pairs, ("membership", f"{MORE}\n\n{LONG}")], None)
    assert finding.section_id == "membership"
    assert "of 'awards'" in finding.message


def test_conclusions_in_the_rules_words_pass(run_letter):
    text = (
        "These exhibits show that she is an author of the article, that it is a scholarly article in the field, and"
        " that it appeared in professional or major trade publications or other major media."
    )
    assert run_letter("duplicated-paragraph", f"{text}\n\n{LONG}\n\n{text}", None) == []


def test_threshold_is_a_parameter(run_letter):
    assert run_letter("duplicated-paragraph", f"{LONG}\n\n{LONG}", None, least_words=40) == []


QUOTED = f"Dr. Lee writes: “{LONG}” [@wolf-record, p. 1]."


def test_quotation_twice_with_its_citation(run_letter, wu):
    (finding,) = run_letter("duplicated-paragraph", [(None, f"{QUOTED}\n\n{MORE}"), (None, QUOTED)], wu)
    assert (finding.severity, finding.line) == ("warning", 1)
    (finding,) = run_letter("duplicated-paragraph", f"> {LONG}\n\n{MORE}\n\n> {LONG}", None)
    assert "stands twice" in finding.message


def test_exact_copy_in_summary_passes(run_letter, wu):
    pairs = [("awards", QUOTED), ("final_merits", QUOTED), ("conclusion", QUOTED)]
    assert run_letter("duplicated-paragraph", pairs, wu) == []
