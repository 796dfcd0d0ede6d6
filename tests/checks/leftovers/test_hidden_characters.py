"""Characters that a reader does not see, or takes for others."""

import pytest


@pytest.mark.parametrize(
    "text",
    [
        "She won\u200b the medal.",
        "She \u202enow\u202c the medal.",
        "She w\u043en the medal.",
        "She won the me\U000e0061dal.",
        "\ufeffShe won.",
        "She won\x07.",
    ],
)
def test_hidden_character_is_a_warning(run_letter, text):
    (finding,) = run_letter("hidden-characters", text, None)
    assert finding.severity == "warning"
    assert "U+" in finding.message


@pytest.mark.parametrize(
    "text",
    ["She won.", "“Wu”, née Müller – 5 µm, Δt, β-decay, 2 ± 1", "Мария Кюри", "می\u200cخواهم", "Résumé\tof\nhers"],
)
def test_ordinary_letters_pass(run_letter, text):
    assert run_letter("hidden-characters", text, None) == []


def test_exhibit_pages_are_looked_at(run_letter, with_pages):
    (finding,) = run_letter("hidden-characters", "Text.", with_pages(medal=(["Fine.", "The m\u0435dal."], {})))
    assert finding.evidence[0].page == 2
    assert "Exhibit 1 (medal), p. 2" in finding.message


def test_space_without_width_hides_nothing_on_page(run_letter, with_pages):
    """Web pages allow a line to end by one."""
    assert run_letter("hidden-characters", "Text.", with_pages(medal=(["The \u200bmedal.\u200b"], {}))) == []
    (finding,) = run_letter("hidden-characters", "Text.", with_pages(medal=(["The me\u200bdal."], {})))
    assert "U+200B" in finding.message
