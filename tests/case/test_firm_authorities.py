import pytest

from workbench.case.firm_authorities import list_authorities
from workbench.case.law import authorities
from workbench.errors import InputError


@pytest.mark.parametrize(
    "text", ["a: 1", "- name: Doe v. Roe", "- [", "- {name: D, cite: x, confirmed_by: A, as_of: '1'}"]
)
def test_unreadable_list_is_refused(tmp_path, text):
    (tmp_path / "authorities.yaml").write_text(text)
    with pytest.raises(InputError):
        list_authorities(tmp_path / "case")


def test_no_file_leaves_the_package_list(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    assert list_authorities(tmp_path / "case") == authorities()
