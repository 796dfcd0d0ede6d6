"""Signatures of manifests with the firm's minisign key.

A signature stands beside what it signs, as ``FILE.minisig``, and can be checked without this program:
``minisign -Vm petition.manifest.json -p firm.pub``.
"""

from __future__ import annotations

import base64
import getpass
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from minisign import Error, KeyPair, ParseError, PublicKey, SecretKey, Signature, VerifyError

from workbench.config import Settings
from workbench.errors import InputError, Problem, make_write_error
from workbench.live.snapshot import Snapshot
from workbench.live.user_name import UNNAMED, read_user_name
from workbench.text.atomic_write import USER_ONLY, write_whole

_MAX_BYTES = 20_000
"""Of a key or a signature, which have some hundred."""
_COMMAND_S = 60.0
_VARIABLE, _COMMAND = "WORKBENCH_SIGNING_KEY", "WORKBENCH_SIGNING_PASSPHRASE_COMMAND"
_UNTRUSTED = "signature of eb1a-workbench, for minisign"
_READABLE = " @.,+-_"

SignatureStatus = Literal["signed", "unsigned", "wrong", "not checked"]


class ManifestSigner:
    """A firm's secret key, ready to sign.

    Args:
        key: Decrypted.
        user: The person at the machine, named in each signature; empty: nobody is.
    """

    def __init__(self, key: SecretKey, user: str = "") -> None:
        self._key = key
        self._user = user
        self.key_id = _name_key(bytes(key.get_public_key().to_base64()))

    def __repr__(self) -> str:
        return f"<ManifestSigner: key {self.key_id}>"

    def sign(self, content: bytes, comment: str) -> bytes:
        """Signs bytes.

        The same content, comment and user give the same signature.

        Args:
            content: What is signed.
            comment: What the signature says beside, such as the run; signed too.

        Returns:
            The signature's file.
        """
        # minisign's comments are printable ASCII.
        words = f"{_encode(comment)} by:{_encode(self._user)}" if self._user else _encode(comment)
        signature = self._key.sign(content, untrusted_comment=_UNTRUSTED, trusted_comment=words)
        return bytes(signature) + b"\n"

    def sign_of_run(self, content: bytes, snapshot: Snapshot, prefix: str = "") -> bytes:
        """Signs bytes made of a run; the comment names the run and its last event.

        Args:
            content: What is signed.
            snapshot: The run.
            prefix: Words before its name.

        Returns:
            The signature's file.
        """
        return self.sign(content, f"{prefix}run:{snapshot.thread_id} state:{snapshot.last_event_id}")


@dataclass(frozen=True)
class SignatureCheck:
    """Result of the check of a signature.

    Attributes:
        status: ``signed``, ``unsigned``, ``wrong``, or ``not checked`` where no public key was at hand.
        key_id: Of the key that signed, as minisign writes it; empty where there is no signature.
        public_key: Name of the file of the public key; empty where none was given.
        user: Who signed, as the signature says; empty unless the status is ``signed``.
        reason: Why it is wrong, or was not checked; or what it does not cover.
    """

    status: SignatureStatus
    key_id: str = ""
    public_key: str = ""
    user: str = ""
    reason: str = ""

    def __str__(self) -> str:
        match self.status:
            case "signed":
                by = f" by {self.user}" if self.user else ""
                beyond = f"; {self.reason}" if self.reason else ""
                return f"signed{by} with the key {self.key_id} ({self.public_key}){beyond}"
            case "unsigned":
                return "not signed"
            case "wrong":
                return f"signature wrong: {self.reason}"
            case _:
                return f"signature not checked: made with the key {self.key_id}; {self.reason}"


UNSIGNED = SignatureCheck("unsigned")


def find_signer(settings: Settings | None = None, *, can_ask: bool = True) -> ManifestSigner | None:
    """Opens the firm's signing key.

    Args:
        settings: With ``signing_key`` and ``signing_passphrase_command``; default: those of the environment.
        can_ask: Whether the passphrase may be asked for, at the terminal or in the notebook.

    Returns:
        The signer, or None where the firm has no key.

    Raises:
        InputError: The key cannot be read, or its passphrase is wrong or cannot be asked for.

    Examples:
        >>> import workbench
        >>> workbench.find_signer() is None
        True
    """
    settings = settings or Settings.from_env()
    if settings.signing_key is None:
        return None
    file = settings.signing_key
    try:
        key = SecretKey.from_bytes(_read_small(file, _VARIABLE))
        if key.is_encrypted():
            key.decrypt(_read_passphrase(settings, file, can_ask=can_ask and _can_ask()))
    except ParseError:
        raise _refuse(file, "no secret key of minisign", "name the file that minisign -G wrote", _VARIABLE) from None
    except Error:
        raise _refuse(file, "the passphrase does not open this key", "try again", _COMMAND) from None
    user = read_user_name(settings)
    return ManifestSigner(key, "" if user == UNNAMED else user)


def make_key_pair(file: Path, passphrase: str) -> Path:
    """Writes a new secret key, readable by its user only, and its public key beside it.

    Args:
        file: For the secret key; the public key is ``FILE.pub``.
        passphrase: Encrypts the secret key; empty: it is not encrypted.

    Returns:
        The file of the public key.

    Raises:
        InputError: One of the files is there already, or cannot be written.
    """
    public = file.with_name(f"{file.name}.pub")
    for path in (file, public):
        if path.exists():
            raise _refuse(path, "is there already", "name another file; a key that signed must not be lost")
    pair = KeyPair.generate()
    pair.public_key.untrusted_comment = f"minisign public key {_name_key(pair.public_key.to_base64())}"
    public_bytes = bytes(pair.public_key)
    with pair.secret_key as key:
        if passphrase:
            key.encrypt(passphrase)
        try:
            # The public key first: a secret key without it could sign what nobody can check.
            write_whole(public, public_bytes + b"\n", mode=USER_ONLY)
            write_whole(file, bytes(key) + b"\n", mode=USER_ONLY)
        except OSError as error:
            public.unlink(missing_ok=True)
            raise make_write_error(error, file, "name a folder of yours") from None
    return public


def check_signature(content: bytes, signature: Path, public_key: Path | None) -> SignatureCheck:
    """Checks the signature of bytes.

    Args:
        content: What should have been signed.
        signature: The signature's file; it may be missing.
        public_key: The file of the firm's public key; None: the signature is read and not checked.

    Raises:
        InputError: The public key cannot be read.
    """
    known = None if public_key is None else _read_public_key(public_key)
    name = "" if public_key is None else public_key.name
    if not signature.is_file():
        return SignatureCheck("unsigned", public_key=name)
    try:
        found = Signature.from_bytes(_read_small(signature, None))
    except (ParseError, InputError):
        return SignatureCheck("wrong", public_key=name, reason=f"{signature.name} is no signature of minisign")
    key_id = _name_key(bytes(found).splitlines()[1])
    if known is None:
        remedy = "give its public key with --public-key, or in WORKBENCH_PUBLIC_KEY"
        return SignatureCheck("not checked", key_id, reason=remedy)
    # Told apart from a changed file: with the wrong key nothing is known of the file.
    own_id = _name_key(known.to_base64())
    if own_id != key_id:
        return SignatureCheck("wrong", key_id, name, reason=f"made with the key {key_id}, and {name} is {own_id}")
    try:
        known.verify(content, found)
    except VerifyError:
        reason = "the manifest, or the signature, was changed after it was signed"
        return SignatureCheck("wrong", key_id, name, reason=reason)
    by = found.trusted_comment.partition(" by:")[2]
    return SignatureCheck("signed", key_id, name, user=unquote(by))


def _read_public_key(file: Path) -> PublicKey:
    raw = _read_small(file, "--public-key")
    try:
        return PublicKey.from_bytes(raw)
    except ParseError:
        remedy = "name the .pub file that stands beside the firm's secret key"
        raise _refuse(file, "no public key of minisign", remedy, "--public-key") from None


def _read_passphrase(settings: Settings, file: Path, *, can_ask: bool) -> str:
    """Reads the passphrase from the command of the settings, or asks for it; never from arguments, which others see."""
    if settings.signing_passphrase_command is None:
        if not can_ask:
            remedy = f"set {_COMMAND} to a command that prints it"
            raise _refuse(file, "the key needs a passphrase, and nobody can be asked", remedy, _VARIABLE)
        try:
            return getpass.getpass(f"Passphrase of {file.name}: ")
        except (EOFError, OSError, NotImplementedError, RuntimeError):
            raise _refuse(file, "no passphrase was given", f"or set {_COMMAND}", _VARIABLE) from None
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, from the environment; no shell reads it
            shlex.split(settings.signing_passphrase_command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_S,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        # Without its output, in which a part of the passphrase may stand, and its arguments.
        what = f"the command gave no passphrase ({type(error).__name__})"
        raise InputError(Problem(what, "run it in a terminal; it must print the passphrase", field=_COMMAND)) from None
    return done.stdout.decode(errors="replace").strip("\r\n")


def _can_ask() -> bool:
    """Tells if somebody can be asked: at a terminal, or in a notebook, whose kernel's getpass asks there."""
    if sys.stdin is not None and sys.stdin.isatty():
        return True
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def _read_small(file: Path, field: str | None) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _refuse(file, f"cannot be read ({error.strerror or error})", "check the path", field) from None
    if len(raw) > _MAX_BYTES:
        raise _refuse(file, "too large for a key or a signature", "check the path", field)
    return raw


def _name_key(line: bytes) -> str:
    """Returns the name of the key in a line of minisign: bytes 2 to 9, the last first, as its program prints them."""
    return base64.b64decode(line)[9:1:-1].hex().upper()


def _encode(words: str) -> str:
    return quote(words[:200], safe=f"{_READABLE}:/;=")


def _refuse(file: Path, what: str, remedy: str, field: str | None = None) -> InputError:
    return InputError(Problem(what, remedy, file=str(file), field=field))
