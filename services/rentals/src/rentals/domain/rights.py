"""Which role may do what; *where* it may is a matter of scope and grants."""

from collections.abc import Set
from typing import Final

from lianfang_common.errors import Forbidden

FILING: Final = frozenset({"officer", "room_head"})
REGISTERING: Final = FILING | {"landlord"}
# Not committees: their notices say that something was let in the community, and no door or days.
READING: Final = REGISTERING | {"station_head", "bureau"}
# Landlords read how many live somewhere, never who.
SEEING_PERSONS: Final = FILING | {"station_head", "bureau"}


def require(role: str, allowed: Set[str]) -> None:
    """Pass if the role is among the allowed ones.

    Raises:
        Forbidden: it is not.
    """
    if role not in allowed:
        raise Forbidden()
