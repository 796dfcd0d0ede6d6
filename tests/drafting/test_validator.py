"""ValidatorAgent, and planted defects found by their checks."""

import pytest

from workbench.checks.registry import CHECKS, Check
from workbench.drafting.agents import ValidatorAgent
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import SECTIONS


def test_check_ids_and_titles_are_unique():
    assert len({check.id for check in CHECKS}) == len(CHECKS) == len({check.title for check in CHECKS})


def test_broken_check_never_passes(minimal):
    def broken(draft):
        raise RuntimeError("no such thing")

    validator = ValidatorAgent((Check("broken", "A broken check", "error", broken), *CHECKS))
    (finding,) = validator.review("awards", assemble(minimal, SECTIONS["awards"]), minimal)
    assert (finding.check, finding.severity, finding.section_id) == ("broken", "warning", "awards")
    assert finding.message == "Not checked: “A broken check” broke on this draft (RuntimeError: no such thing)."


def test_findings_are_sorted_by_severity(minimal):
    text = "She is at the very top of the field.\n\n[@nowhere]\n\n[@elsewhere]\n"
    findings = ValidatorAgent().review("awards", text, minimal)
    ranks = [(finding.severity != "error", finding.line or 0) for finding in findings]
    assert ranks == sorted(ranks)


PLANTED = [
    ("awards", "[@nms-record, p. 1]", "[@nms-rekord, p. 1]", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "[@nms-record, p. 99]", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "(Exhibit 4)", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "[@nms-record, page one]", "exhibit-exists"),
    ("awards", " [@comstock-record, p. 1]", "", "claim-uncited"),
    ("awards", "The focus is on receipt", "She won 12 of them. The focus is on receipt", "claim-uncited"),
    ("awards", "For these reasons,", "[TODO] For these reasons,", "placeholder"),
    ("critical_role", "§ 204.5(h)(3)(viii). A leading", "§ 204.5(h)(3)(vii). A leading", "cfr-matches-section"),
    ("final_merits", "§ 204.5(h)(2).", "§ 214.2(o)(3)(ii).", "cfr-matches-section"),
    ("awards", "of lesser nationally or", "of lesser nationally and", "regulation-quote"),
    ("final_merits", "“a level of expertise indicating", "“a degree of expertise indicating", "regulation-quote"),
    ("intro", "596 F.3d 1115", "580 F.3d 1030", "legal-citation"),
    ("intro", "25 I&N Dec. 369", "25 I&N Dec. 396", "legal-citation"),
    ("awards", "reasons, Dr. Wu", "reasons, Dr. Wuu", "naming"),
    ("awards", "reasons, Dr. Wu", "reasons, Prof. Wu", "naming"),
    ("intro", "Dr. Chien-Shiung Wu respectfully", "Dr. Chien-Shuing Wu respectfully", "naming"),
    ("intro", "on her own behalf", "on his own behalf", "naming"),
    ("intro", "field of experimental nuclear physics", "field of nuclear experimental physics", "naming"),
    ("intro", "**Authorship of Scholarly Articles**, 8 C.F.R. § 204.5(h)(3)(vi).", "**Articles**.", "criteria-set"),
    ("awards", "For these reasons, Dr. Wu", "At the very top of her field, Dr. Wu", "top-of-field"),
]


@pytest.mark.parametrize(("section_id", "old", "new", "check"), PLANTED)
def test_planted_defect_is_found_at_line(wu, section_id, old, new, check):
    text = assemble(wu, SECTIONS[section_id])
    assert old in text
    place = text.index(old)
    findings = ValidatorAgent().review(section_id, text.replace(old, new, 1), wu)
    found = [finding for finding in findings if finding.check == check]
    assert found, findings
    if check != "criteria-set":  # what is absent has no line
        assert text.count("\n", 0, place) + 1 in {finding.line for finding in found}
    assert {finding.section_id for finding in findings} == {section_id}
