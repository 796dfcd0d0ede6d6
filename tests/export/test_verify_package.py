"""Volumes of a package compared with its manifest, and its signature."""

import json
import shutil

import pikepdf
import pytest
from exhibit_files import give_files

from workbench.config import Settings
from workbench.errors import InputError
from workbench.export.package import export_package
from workbench.export.pdf import render_pdf
from workbench.export.signing import find_signer, make_key_pair
from workbench.export.verify import verify_file


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def package(draft, tmp_path_factory, tmp_path, kept):
    """A signed package of two exhibits, a copy of its own for each test."""
    if not kept:
        folder = tmp_path_factory.mktemp("package")
        make_key_pair(folder / "firm.key", "")
        signer = find_signer(Settings(home=folder / "home", signing_key=folder / "firm.key"))
        few = give_files(draft.model_copy(update={"exhibits": draft.exhibits[:2], "sections": draft.sections[:3]}))
        export_package(few, out=folder / "out", signer=signer)
        kept["folder"] = folder
    shutil.copytree(kept["folder"], tmp_path, dirs_exist_ok=True)
    return tmp_path / "out"


def test_package_matches_and_is_signed(package, tmp_path):
    public = tmp_path / "firm.key.pub"
    for path in (package, package / "package.json", package / "volume-1.pdf"):
        result = verify_file(path, public_key=public)
        assert result.matches, result.describe()
        assert result.describe()[0].endswith("1 volume, manifest of package.json")
        assert result.signature.status == "signed"


def test_package_manifest_holds_letter(package):
    content = json.loads((package / "package.json").read_text())
    letter = content["letter"]
    assert letter["audit"] == letter["open"] == []
    assert content["volumes"][0]["letter"] > 1
    assert {each["section_id"] for each in letter["paragraphs"] if each["part"] == "section III"} == {"awards"}


def test_changed_bytes_are_named(package):
    with (package / "volume-1.pdf").open("ab") as file:
        file.write(b"\n% more\n")
    result = verify_file(package)
    assert result.problems == ("changed: volume-1.pdf: its bytes are not those of the package",)
    assert result.changes == ()


def test_changed_paragraph_of_volume_is_named(package, draft_petition):
    """The letter's pages are replaced by those of another letter, without the stamps that nobody compares."""
    volume = package / "volume-1.pdf"
    other = package / "letter.bin"
    other.write_bytes(render_pdf(draft_petition))
    with pikepdf.open(volume, allow_overwriting_input=True) as pdf, pikepdf.open(other) as letter:
        for number in range(json.loads((package / "package.json").read_text())["volumes"][0]["letter"]):
            pdf.pages[number] = letter.pages[number]
        pdf.save(volume)
    assert len(verify_file(volume).changes) > 1


def test_added_and_missing_volumes_are_named(package):
    shutil.copy(package / "volume-1.pdf", package / "volume-2.pdf")
    (package / "volume-1.pdf").unlink()
    assert verify_file(package).problems == (
        "added: volume-2.pdf: no volume of the package",
        "removed: volume-1.pdf: it is not there",
    )
    assert not verify_file(package / "volume-2.pdf").matches


def test_changed_manifest_has_wrong_signature(package, tmp_path):
    file = package / "package.json"
    file.write_bytes(file.read_bytes().replace(b'"final": false', b'"final": true'))
    assert not verify_file(package, public_key=tmp_path / "firm.key.pub").matches
    assert verify_file(package).signature.status == "not checked"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[" * 100_000, b"\xff", b"null",
        b'{"thread_id": "a", "last_event_id": "", "volumes": [{"file": "../volume-1.pdf", "sha256": ""}]}',
        b'{"thread_id": "a", "last_event_id": "", "volumes": [{"file": "/etc/passwd", "sha256": ""}]}',
        b'{"thread_id": "a", "last_event_id": "", "volumes": []}',
    ],
)  # fmt: skip
def test_hostile_manifest_is_one_problem(content, tmp_path):
    (tmp_path / "package.json").write_bytes(content)
    with pytest.raises(InputError) as caught:
        verify_file(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
