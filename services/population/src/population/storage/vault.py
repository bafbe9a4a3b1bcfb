"""The keys of population: fields, lookups, receipts, and the register's own.

Each key is read when it is first used. The register's files are deployed only where the API or the
matcher runs: a relay, a consumer or a timer cannot tell whom an entry is about.
"""

from functools import cached_property
from pathlib import Path

from lianfang_edge.fieldcrypto import BlindIndex, FieldCipher, load_keys
from lianfang_edge.tokens import SealedClaims


class Vault:
    """Every key that this process may hold.

    Args:
        directory: holds fields.key, index.key, receipt-<audience>.key, and for the register
            register.key and register-index.key. Using a key whose file is missing raises
            `KeyUnusable`.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._receipts: dict[str, SealedClaims] = {}

    @cached_property
    def fields(self) -> FieldCipher:
        """Seals document numbers, phones and reasons."""
        return FieldCipher(load_keys(self._directory, "fields"))

    @cached_property
    def documents(self) -> BlindIndex:
        """Finds a person by a document."""
        return BlindIndex(load_keys(self._directory, "index").key)

    @cached_property
    def register(self) -> FieldCipher:
        """Seals whom an entry or a case is about."""
        return FieldCipher(load_keys(self._directory, "register"))

    @cached_property
    def register_index(self) -> BlindIndex:
        """Finds the entries of a person."""
        return BlindIndex(load_keys(self._directory, "register-index").key)

    def receipts(self, audience: str) -> SealedClaims:
        """Return what seals receipts for one audience."""
        if audience not in self._receipts:
            ring = load_keys(self._directory, f"receipt-{audience}")
            self._receipts[audience] = SealedClaims(ring.key, ring.current, ring.keys)
        return self._receipts[audience]
