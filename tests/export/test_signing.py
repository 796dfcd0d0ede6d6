"""Signatures: keys, passphrases, and what verify says of them."""

import sys

import pytest
from minisign import PublicKey, SecretKey, Signature

from workbench.config import Settings
from workbench.errors import InputError
from workbench.export.files import export_petition
from workbench.export.manifest import CLAIMS
from workbench.export.paragraphs import LetterParagraph, describe_paragraphs
from workbench.export.signing import check_signature, find_signer, make_key_pair
from workbench.export.verify import read_manifest, verify_file
from workbench.live.user_name import save_user_name

CONTENT = b'{"a": 1}'


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "firm.key"
    make_key_pair(file, "")
    return file


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def signer_of(key, home, **more):
    return find_signer(Settings(home=home, signing_key=key, **more))


def sign(key, home, tmp_path, content=CONTENT):
    file = tmp_path / "file.json.minisig"
    file.write_bytes(signer_of(key, home).sign(content, "run:wu-1 state:7-0"))
    return file


def test_no_key_no_signer(home):
    assert find_signer(Settings(home=home)) is None


def test_signature_names_key_and_user(key, home, tmp_path):
    save_user_name(Settings(home=home), "Zoë Attorney by:x")
    signature = sign(key, home, tmp_path)
    result = check_signature(CONTENT, signature, tmp_path / "firm.key.pub")
    assert (result.status, result.user) == ("signed", "Zoë Attorney by:x")
    assert str(result) == f"signed by Zoë Attorney by:x with the key {result.key_id} (firm.key.pub)"
    assert result.key_id in (tmp_path / "firm.key.pub").read_text().splitlines()[0]
    assert repr(signer_of(key, home)) == f"<ManifestSigner: key {result.key_id}>"


def test_signature_is_minisigns_own(key, home, tmp_path):
    signature = sign(key, home, tmp_path)
    public = PublicKey.from_file(tmp_path / "firm.key.pub")
    public.verify(CONTENT, Signature.from_file(signature))
    assert signature.read_bytes() == sign(key, home, tmp_path).read_bytes()


@pytest.mark.parametrize("what", ["content", "comment", "signature", "key", "empty", "binary", "long"])
def test_wrong_signature_is_named(what, key, home, tmp_path):
    signature, content, public = sign(key, home, tmp_path), CONTENT, tmp_path / "firm.key.pub"
    raw = signature.read_bytes()
    if what == "content":
        content = b'{"a": 2}'
    elif what == "comment":
        signature.write_bytes(raw.replace(b"run:wu-1", b"run:wu-2"))
    elif what == "key":
        public = make_key_pair(tmp_path / "other.key", "")
    else:
        lines = raw.splitlines()
        other = Signature.from_bytes(signer_of(key, home).sign(b"other", "x"))
        changed = b"\n".join([lines[0], bytes(other).splitlines()[1], *lines[2:]])
        signature.write_bytes({"signature": changed, "empty": b"", "binary": b"\x00\xff\n" * 4}.get(what, raw * 100))
    result = check_signature(content, signature, public)
    assert result.status == "wrong"
    assert str(result).startswith("signature wrong: ")


def test_signature_without_key_is_no_pass(key, home, tmp_path):
    signature = sign(key, home, tmp_path)
    assert check_signature(CONTENT, signature, None).status == "not checked"
    assert check_signature(CONTENT, tmp_path / "none.minisig", None).status == "unsigned"


def test_passphrase_comes_from_command(home, tmp_path):
    file = tmp_path / "closed.key"
    make_key_pair(file, "öpen it")
    assert SecretKey.from_file(file).is_encrypted()
    assert file.stat().st_mode & 0o777 == 0o600
    command = f"""{sys.executable} -c 'import os; os.write(1, "öpen it\\n".encode())'"""
    assert signer_of(file, home, signing_passphrase_command=command).key_id
    for bad in (f"{sys.executable} -c 'print(1)'", f"{sys.executable} -c 'raise SystemExit(\"secret\")'", "/no/such"):
        with pytest.raises(InputError) as caught:
            signer_of(file, home, signing_passphrase_command=bad)
        assert "secret" not in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1


def test_passphrase_is_asked_for(home, tmp_path, monkeypatch):
    file = tmp_path / "closed.key"
    make_key_pair(file, "open it")
    with pytest.raises(InputError, match="nobody can be asked"):
        signer_of(file, home)
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("getpass.getpass", lambda prompt: "open it")
    assert signer_of(file, home).key_id


@pytest.mark.parametrize("raw", [b"", b"\x00" * 10, b"untrusted comment: x\nabc\n", b"x" * 30_000])
def test_damaged_key_is_one_problem(raw, home, tmp_path):
    file = tmp_path / "bad.key"
    file.write_bytes(raw)
    with pytest.raises(InputError):
        signer_of(file, home)
    with pytest.raises(InputError):
        check_signature(CONTENT, tmp_path / "none", file)


def test_key_is_never_overwritten(key):
    with pytest.raises(InputError, match="is there already"):
        make_key_pair(key, "")


def test_exported_files_are_signed(key, home, draft, tmp_path):
    public = tmp_path / "firm.key.pub"
    files = export_petition(draft, out=tmp_path / "out", to=["ipynb", "pdf"], signer=signer_of(key, home))
    assert list(files)[2:] == ["manifest.json", "manifest.json.minisig"]
    for kind in ("ipynb", "pdf"):
        result = verify_file(files[kind], public_key=public)
        assert result.matches
        assert result.describe()[1].startswith("signed with the key ")
    # Kept elsewhere: the manifest and its signature, without the files.
    copy = tmp_path / "copy.ipynb"
    copy.write_bytes(files["ipynb"].read_bytes())
    assert verify_file(copy, against=files["manifest.json"], public_key=public).matches
    unsigned = verify_file(copy, public_key=public)
    assert (unsigned.matches, unsigned.signature.status) == (False, "wrong")
    assert verify_file(copy).describe()[1] == "not signed"


def test_other_state_removes_signed_manifest(key, home, draft, approved, tmp_path):
    out = tmp_path / "out"
    export_petition(draft, out=out, to=["html"], signer=signer_of(key, home))
    files = export_petition(draft, out=out, to=["ipynb"])
    assert verify_file(files["ipynb"], public_key=tmp_path / "firm.key.pub").matches
    files = export_petition(approved, out=out, to=["ipynb"])
    assert verify_file(files["ipynb"]).signature.status == "unsigned"


def test_rewritten_file_has_wrong_signature(key, home, draft, tmp_path):
    """Text and manifest were changed together: only the signature shows it."""
    out = tmp_path / "out"
    files = export_petition(draft, out=out, to=["ipynb"], signer=signer_of(key, home))
    other = export_petition(draft.model_copy(update={"model": "other"}), out=tmp_path / "other", to=["ipynb"])
    files["ipynb"].write_bytes(other["ipynb"].read_bytes())
    assert verify_file(files["ipynb"]).signature.status == "not checked"
    result = verify_file(files["ipynb"], public_key=tmp_path / "firm.key.pub")
    assert (result.changes, result.problems, result.matches) == ((), (), False)
    assert result.describe()[0].startswith("signature wrong: the manifest, or the signature, was changed")


def test_claim_table_is_signed_by_digest(key, home, draft, tmp_path):
    public = tmp_path / "firm.key.pub"
    files = export_petition(draft, out=tmp_path / "out", to=["html", "ipynb"], claims=[], signer=signer_of(key, home))
    for kind in ("html", "ipynb"):
        result = verify_file(files[kind], public_key=public)
        assert result.matches, kind
        assert "not signed" not in result.describe()[1]
    plain = export_petition(draft, out=tmp_path / "plain", to=["html"])
    assert b"claims_sha256" in files["manifest.json"].read_bytes()
    # Without a table the bytes are those of earlier versions.
    assert b"claims_sha256" not in read_manifest(plain["html"]).to_bytes()


def test_changed_claim_table_is_named(key, home, draft, tmp_path):
    """Table and the manifest's list of its paragraphs were changed together; the signed digest was not."""
    files = export_petition(draft, out=tmp_path / "out", to=["html"], claims=[], signer=signer_of(key, home))
    page, note = files["html"].read_text(encoding="utf-8"), "no proof; decisions are a person’s."
    claims = [each for each in read_manifest(files["html"]).paragraphs if each.part == CLAIMS]
    [hashed] = [each for each in claims if each.start.startswith("Each statement")]
    text = f"Each statement of ours.{note}"
    changed = describe_paragraphs([LetterParagraph(CLAIMS, text)])[0]
    old = page[page.index("Each statement", page.index('id="claim-table"')) : page.index(note) + len(note)]
    page = page.replace(old, text).replace(hashed.sha256, changed.sha256)
    files["html"].write_text(page, encoding="utf-8")
    result = verify_file(files["html"], public_key=tmp_path / "firm.key.pub")
    assert result.problems == ("manifest: its claim table is not the one whose digest it holds",)
    assert not result.matches
