"""What an identity receipt must say before rentals believes that a person was meant.

Population sealed it for one audience, one account and one premises, for ten minutes. Rentals
never learns a name from it: a person's id and the receipt's own id are all that it carries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianfang_common.errors import Invalid

AUDIENCE = "rentals"
PURPOSE = "tenancy"
_FORM = 1


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody whom a receipt named.

    Attributes:
        person_id: population's id.
        receipt_id: the receipt's id, to be used once.
    """

    person_id: UUID
    receipt_id: UUID


def read_claims(
    claims: Mapping[str, Any], *, account: UUID, premises_id: UUID, now: datetime, field: str
) -> NamedPerson:
    """Return who is named by the claims of a receipt that was sealed with the right key.

    Args:
        claims: the opened receipt.
        account: who presents it; it must be who asked for it.
        premises_id: what it is presented for.
        now: present moment, UTC.
        field: path of the receipt in the request body.

    Raises:
        Invalid: `receipt-invalid` if it was made for something or somebody else,
            `receipt-expired` if it is too old.
    """
    expected = {
        "v": _FORM,
        "aud": AUDIENCE,
        "pur": PURPOSE,
        "act": str(account),
        "obj": str(premises_id),
    }
    if any(claims.get(name) != value for name, value in expected.items()):
        raise Invalid("receipt-invalid", field)
    try:
        expires_at = float(claims["exp"])
        named = NamedPerson(UUID(str(claims["sub"])), UUID(str(claims["jti"])))
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("receipt-invalid", field) from error
    if expires_at <= now.timestamp():
        raise Invalid("receipt-expired", field)
    return named
