import pytest

from workbench.case.firm_authorities import add_authority, list_authorities
from workbench.checks.law.confirmation import confirm_authority
from workbench.errors import InputError

CITE = "Doe v. Roe, 12 F.4th 33 (9th Cir. 2021)"


def test_confirmed_authority_is_on_record(tmp_path):
    root = tmp_path / "cases" / "one"
    root.mkdir(parents=True)
    confirmed = confirm_authority(CITE, person="A. Lawyer", source="Westlaw", outcome="won")
    path = root.parent / "authorities.yaml"
    add_authority(path, confirmed)
    add_authority(path, confirmed)
    assert [one.record for one in list_authorities(root)][:2][0] == CITE
    assert [one.confirmed_by for one in list_authorities(root)].count("A. Lawyer") == 1


@pytest.mark.parametrize(("cite", "person"), [("Doe v. Roe", "A"), ("12 F.4th 33", "A"), (CITE, " "), ("", "A")])
def test_incomplete_confirmation_is_refused(cite, person):
    with pytest.raises(InputError):
        confirm_authority(cite, person=person, source="Westlaw")
