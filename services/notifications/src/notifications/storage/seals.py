"""The keyed hash over what was sent; an older key still verifies what it sealed."""

import hmac

from lianfang_edge.fieldcrypto import BlindIndex, KeyRing


class Seals:
    """Seals a text, and says whether a seal fits one.

    Args:
        keys: of the file `manifest.key`; they encrypt nothing.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._current = BlindIndex(keys.key)
        self._all = [BlindIndex(key) for key in keys.keys.values()]

    def of(self, text: str) -> bytes:
        """Return HMAC-SHA256 of a text under the current key."""
        return self._current.of(text)

    def fit(self, text: str, seal: bytes) -> bool:
        """Say whether a seal was made over a text, under any of the keys."""
        return any(hmac.compare_digest(each.of(text), seal) for each in self._all)
