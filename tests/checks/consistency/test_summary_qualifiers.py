from field_letters import make_case

from workbench.checks.consistency.consistency import consistency
from workbench.checks.draft import DraftSection
from workbench.checks.letter import Letter

PAGE = "The variety Korund has the second largest area of all spring wheats that farmers of the country grow today."
BODY = "Korund is the second most widely grown spring wheat of the country today [@area, p. 1].\n\n"


def list_messages(wu, summary):
    draft = DraftSection("intro", BODY + summary, make_case("Anselm Varga", "Varga", {"area": (PAGE,)}, wu))
    return [finding.message for finding in consistency(Letter("letter", draft.content, (draft,), draft.case))]


def test_summary_loses_rank(wu):
    [message] = list_messages(wu, "In sum, his Korund is the most widely grown spring wheat of the country.")
    assert "second most widely" in message


def test_faithful_summary_stands(wu):
    assert list_messages(wu, "In sum, his Korund is the second most widely grown spring wheat of the country.") == []
