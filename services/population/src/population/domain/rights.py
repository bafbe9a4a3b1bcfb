"""Which role may do what; where it may is a matter of scope and grants."""

from collections.abc import Set
from typing import Final

from lianfang_common.errors import Forbidden

POLICE: Final = frozenset({"officer", "room_head"})
RESOLVING: Final = POLICE | {"station_head", "landlord"}
READING_PERSONS: Final = POLICE | {"station_head"}
LISTING: Final = POLICE
READING_REGISTER: Final = POLICE | {"justice", "committee"}
REVIEWING_CASES: Final = POLICE
READING_CASES: Final = POLICE | {"justice"}
REVIEWING_GLASS: Final = frozenset({"room_head", "station_head"})


def require(role: str, allowed: Set[str]) -> None:
    """Pass if the role is among the allowed ones.

    Raises:
        Forbidden: it is not. Roles alone decide, so the answer tells nothing of any record.
    """
    if role not in allowed:
        raise Forbidden
