"""Field encryption at rest and blind indexes, under keys that deployment places as files.

AES-256-GCM with a random 96-bit nonce. The place of a value is bound to it as associated data, so
that a sealed value copied to another row or column does not open. An index key is never an
encryption key.
"""

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class KeyUnusable(Exception):
    """A key file is missing or malformed, or the key of a sealed value is not at hand."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by id; `current` seals, all of them open."""

    current: str
    keys: dict[str, bytes]

    @property
    def key(self) -> bytes:
        """Return the current key."""
        return self.keys[self.current]


def load_keys(directory: Path, name: str) -> KeyRing:
    """Read `<directory>/<name>.key`: base64 of 32 bytes, or lines `id:base64`, the newest first.

    Raises:
        KeyUnusable: the file is missing or holds anything else.
    """
    path = directory / f"{name}.key"
    try:
        lines = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as failure:
        raise KeyUnusable(f"{path}: cannot be read") from failure
    keys: dict[str, bytes] = {}
    for line in lines:
        key_id, _, encoded = line.rpartition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as failure:
            raise KeyUnusable(f"{path}: not base64") from failure
        if len(key) != _KEY_BYTES or len(key_id) > 40:
            raise KeyUnusable(f"{path}: a key has {_KEY_BYTES} bytes, its id at most 40 letters")
        keys.setdefault(key_id or "1", key)
    if not keys:
        raise KeyUnusable(f"{path}: holds no key")
    return KeyRing(next(iter(keys)), keys)


class FieldCipher:
    """Seals and opens single values of text columns."""

    def __init__(self, keys: KeyRing) -> None:
        self._current = keys.current.encode()
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in keys.keys.items()}

    def seal(self, plaintext: str, place: str) -> bytes:
        """Return the sealed value: format, key id, nonce, cipher text.

        Args:
            plaintext: what is kept.
            place: `table.column.row-id`; opening needs the same.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plaintext.encode(), place.encode())
        return b"".join((_FORMAT, bytes((len(self._current),)), self._current, nonce, sealed))

    def open(self, sealed: bytes, place: str) -> str:
        """Return the plain text.

        Raises:
            KeyUnusable: it was sealed under an unknown key, for another place, or was changed.
        """
        if len(sealed) < 2 or sealed[:1] != _FORMAT:
            raise KeyUnusable("not a sealed value")
        start = 2 + sealed[1]
        cipher = self._ciphers.get(bytes(sealed[2:start]))
        if cipher is None:
            raise KeyUnusable("sealed under a key that is not at hand")
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(bytes(nonce), bytes(body), place.encode()).decode()
        except (InvalidTag, ValueError) as failure:
            raise KeyUnusable("sealed for another place, or changed") from failure


class BlindIndex:
    """Finds a sealed value by equality, without opening any.

    Args:
        key: 32 bytes that encrypt nothing.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, value: str) -> bytes:
        """Return HMAC-SHA256 of a value that the caller has normalised."""
        return hmac.digest(self._key, value.encode(), "sha256")
