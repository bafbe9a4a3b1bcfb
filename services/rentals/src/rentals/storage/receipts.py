"""Opens the identity receipts that population sealed for rentals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from lianfang_common.errors import Invalid
from rentals.domain.receipts import NamedPerson, read_claims


class Seal(Protocol):
    """Opens what was sealed for this audience; `tokens.SealedClaims` in production."""

    def open(self, token: str) -> Mapping[str, Any]:
        """Return the claims.

        Raises:
            ValueError: sealed with another key, or changed.
        """
        ...


class Receipts:
    """Redeems receipts for one caller at one moment.

    Args:
        seal: holds the key that population shares with rentals.
        account: who presents the receipts.
        now: present moment, UTC.
    """

    def __init__(self, seal: Seal, account: UUID, now: datetime) -> None:
        self._seal = seal
        self._account = account
        self._now = now

    def redeem(self, receipt: str, premises_id: UUID, field: str) -> NamedPerson:
        """Return who is named; that a receipt is used once is seen to when it is stored.

        Args:
            receipt: as the caller sent it.
            premises_id: what it is presented for.
            field: path of the receipt in the request body.

        Raises:
            Invalid: forged, expired, or made for another caller, purpose or premises.
        """
        try:
            claims = self._seal.open(receipt)
        except ValueError as error:
            raise Invalid("receipt-invalid", field) from error
        return read_claims(
            claims, account=self._account, premises_id=premises_id, now=self._now, field=field
        )
