"""The roles: which areas they see, whether they sit at a desk, which services they may ask.

A service checks its own rules again; this is the outer of two doors.
"""

from dataclasses import dataclass
from typing import Literal

SERVICES = ("population", "rentals", "incidents", "notifications")


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may reach.

    Attributes:
        areas: the grids of the account's office, the whole county, or none.
        desk: whether notices can be addressed to the role at an office.
        services: services that answer the role.
        operates: whether every service answers it about its own operation.
    """

    areas: Literal["office", "county", "none"]
    desk: bool
    services: frozenset[str]
    operates: bool = False


_ALL = frozenset(SERVICES)
_AT_A_DESK = Role("office", True, _ALL)

ROLES: dict[str, Role] = {
    "officer": _AT_A_DESK,
    "room_head": _AT_A_DESK,
    "station_head": _AT_A_DESK,
    # Reads no premises and no tenancy: its notices say what is let in its community.
    "committee": Role("office", True, _ALL - {"rentals"}),
    "justice": _AT_A_DESK,
    "bureau": Role("county", True, _ALL),
    # Sees the own premises alone, by grants that rentals gives.
    "landlord": Role("none", False, frozenset({"population", "rentals"})),
    # The machine account of the 110 intake.
    "feed": Role("county", False, frozenset({"incidents"})),
    # Operates the network and reads no personal data: rules and their previews, beside how it runs.
    "ops": Role("none", False, frozenset({"notifications"}), operates=True),
    # Looks up who is told of what; the chains of the audit are verified at the servers.
    "auditor": Role("none", False, frozenset({"notifications"})),
}
