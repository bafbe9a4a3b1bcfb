"""What an identity receipt says to the one audience that can open it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

PURPOSES: Final[Mapping[str, str]] = MappingProxyType(
    {"rentals": "tenancy", "incidents": "incident"}
)
_FORM = 1


def receipt_claims(
    audience: str,
    receipt_id: UUID,
    person_id: UUID,
    account: UUID,
    object_id: UUID,
    expires_at: datetime,
) -> dict[str, Any]:
    """Return the claims of a receipt; those of one audience all have the same length."""
    return {
        "v": _FORM,
        "aud": audience,
        "jti": str(receipt_id),
        "sub": str(person_id),
        "act": str(account),
        "pur": PURPOSES[audience],
        "obj": str(object_id),
        "exp": int(expires_at.timestamp()),
    }
