"""The case file's facts against their exhibits."""

from __future__ import annotations

from workbench.case.model import Cite, Fact
from workbench.checks.case_facts import check_case_facts, find_fact_places


def test_facts_of_sample_stand(wu):
    assert [(place, finding.message) for place, finding in check_case_facts(wu)] == []


def test_fact_places_name_every_fact(wu):
    places = [place for place, _ in find_fact_places(wu)]
    assert len(places) == len(set(places)) == sum(1 for _ in wu.facts())
    assert places[0].startswith("claims[0].items[0].elements.")


def test_fact_with_wrong_year(wu):
    text = "Dr. Wu was elected a Member of the National Academy of Sciences in 1985."
    wrong = Fact(text=text, cites=(Cite(exhibit="nas-membership", pages=(1,)),))
    case = wu.model_copy(update={"claims": (), "narrative": {"background": {"career": (wrong,)}}})
    (found,) = check_case_facts(case)
    place, finding = found
    assert place == "narrative.background.career[0]"
    assert (finding.check, finding.severity) == ("case-fact", "error")
    assert "1985" in finding.message
    assert "1958" in finding.message
