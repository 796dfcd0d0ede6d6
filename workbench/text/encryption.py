"""Encryption at rest of all data of a run.

Values are encrypted on their way out of this process and decrypted on their way in.

    value -> {"enc":1,"kid":"<which key>","ct":"<base64 of nonce, ciphertext and tag>"}

AES-256-GCM of the ``cryptography`` package, one random nonce a value. The *place* of a value (the thread, the part, the
field or the event's id) is authenticated with it as associated data, so a value that is moved to another place of the
store does not open there, no more than one that was changed.

Values in clear are read as they are: runs from before a key was set stay readable, until ``workbench redis rekey``
encrypts them. So encryption keeps secrets from whoever reads the store; it does not stop one who can also write there
from putting a value in clear in the place of an encrypted one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping, Sequence

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.config import Settings
from workbench.errors import InputError, Problem, StoreError

VARIABLE = "WORKBENCH_ENCRYPTION_KEY"

SNAPSHOT = "snapshot"
"""The part that a snapshot is encrypted for; the other parts are named as in :mod:`workbench.live.keys`."""

Place = tuple[str, ...]
"""Place of a stored value: thread, part and, of a field, an event or a file, its name."""

_KEY_BYTES = 32
_NONCE_BYTES = 12
_HEAD = re.compile(rb'\{"enc":1,"kid":"([0-9a-f]{16})","ct":"')
_TAIL = b'"}'


def new_key() -> str:
    """Creates a key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


class Cipher:
    """AES-256-GCM with one key to encrypt and several to decrypt.

    It encrypts with the first of its keys and decrypts with each; without a key it passes everything on unchanged.

    Args:
        keys: Of 32 bytes each, the one that encrypts first.

    Attributes:
        kid: The name of the key that encrypts: 16 hexadecimal digits that tell nothing of the key; None without one.
    """

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._ciphers: Mapping[str, AESGCM] = {_kid(key): AESGCM(key) for key in keys}
        self.kid = next(iter(self._ciphers), None)

    @classmethod
    def of(cls, settings: Settings) -> Cipher:
        """Builds the cipher of the settings.

        Raises:
            InputError: One of the keys is none; the message does not repeat it.
        """
        secret = settings.encryption_key
        if secret is None:
            return cls()
        return cls([_key(number, text) for number, text in enumerate(secret.get_secret_value().split(","), start=1)])

    def encrypt(self, data: bytes, place: Place) -> bytes:
        """Encrypts data for the place where it will be kept."""
        if self.kid is None:
            return data
        # Random, not counted: several processes write under one key, and 2**32 values are safe with 96 random bits.
        nonce = os.urandom(_NONCE_BYTES)
        encrypted = nonce + self._ciphers[self.kid].encrypt(nonce, data, _encode_place(place))
        return b'{"enc":1,"kid":"%b","ct":"%b"}' % (self.kid.encode(), base64.b64encode(encrypted))

    def decrypt(self, data: bytes, place: Place, where: str) -> bytes:
        """Decrypts data of that place; passes clear data on.

        Args:
            data: As it was kept.
            place: Where it was kept.
            where: The store or folder, for messages.

        Raises:
            StoreError: The key is not there, or the data was changed or moved.
        """
        kid = read_key_id(data)
        if kid is None:
            return data
        what = f"{_describe_place(place)} in {where} is encrypted with the key {kid}"
        cipher = self._ciphers.get(kid)
        if cipher is None and self.kid is None:
            raise StoreError(f"{what}; set {VARIABLE} to that key")
        if cipher is None:
            raise StoreError(f"{what}, and {VARIABLE} has {' and '.join(self._ciphers)}; add that key, after a comma")
        try:
            encrypted = _content(data)
            return cipher.decrypt(encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:], _encode_place(place))
        except (ValueError, InvalidTag):
            raise StoreError(
                f"{what} and does not open: it was changed, or moved there from another place; restore it from a backup"
            ) from None

    def is_current(self, data: bytes) -> bool:
        """Tests for data under the first key, if any."""
        return read_key_id(data) == self.kid


def read_key_id(data: bytes) -> str | None:
    """Reads the key id of encrypted data, or None."""
    head = _HEAD.match(data)
    return head[1].decode() if head else None


def _content(data: bytes) -> bytes:
    """Extracts nonce, ciphertext and tag of an encrypted value.

    Raises:
        ValueError: They are not there as they were written.
    """
    head = _HEAD.match(data)
    if head is None or not data.endswith(_TAIL):
        raise ValueError("cut off")
    written = data[head.end() : -len(_TAIL)]
    content = base64.b64decode(written, validate=True)
    last = len(content) % 3 or 3
    # The last base64 letter has bits that the decoder ignores: without this check a changed value would decrypt.
    if base64.b64encode(content[-last:]) != written[-4:]:
        raise ValueError("not as it was written")
    return content


def _encode_place(place: Place) -> bytes:
    """Encodes a place as associated data."""
    # JSON rather than a joined string: ("a", "b/c") and ("a/b", "c") must not be encoded alike.
    return orjson.dumps(["eb1a-workbench", 1, *place])


def _kid(key: bytes) -> str:
    # The prefix separates this hash from any other use of the key; 64 bits of it reveal nothing about the key.
    return hashlib.sha256(b"eb1a-workbench key id\0" + key).hexdigest()[:16]


def _key(number: int, text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:  # letters that are not base64's, or not ASCII
        key = b""
    if len(key) != _KEY_BYTES:
        raise InputError(
            Problem(
                what=f"number {number} of its keys is none: a key is 32 bytes in base64, 44 characters",
                remedy="make one with `workbench redis key`; several are separated by commas, the first encrypts",
                field=VARIABLE,
            )
        )
    return key


def _describe_place(place: Place) -> str:
    thread_id, part, *name = place
    return f"{part}{''.join(f' {one}' for one in name)} of run {thread_id}"
