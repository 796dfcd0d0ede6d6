from workbench.text.negations import is_negation


def test_negation_includes_contractions():
    assert [word for word in ("not", "hasn't", "nobody", "notable", "none") if is_negation(word)] == [
        "not",
        "hasn't",
        "nobody",
        "none",
    ]
