"""Desks: who can be told, and who is told next.

A desk is an office and a role. A role belongs to one kind of office, so the next desk of an
escalation follows from the offices' parents alone.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from uuid import UUID

OfficeKind = Literal["bureau", "station", "room", "committee", "justice"]
Role = Literal["officer", "room_head", "station_head", "bureau", "committee", "justice"]

KIND_OF_ROLE: MappingProxyType[Role, OfficeKind] = MappingProxyType(
    {
        "officer": "room",
        "room_head": "room",
        "station_head": "station",
        "bureau": "bureau",
        "committee": "committee",
        "justice": "justice",
    }
)
"""Where the members of a role sit."""

FIRST_ROLE: MappingProxyType[OfficeKind, Role] = MappingProxyType(
    {
        "room": "officer",
        "station": "station_head",
        "bureau": "bureau",
        "committee": "committee",
        "justice": "justice",
    }
)
"""Who is told when an office stands in for one below it."""

ROLES_BELOW: MappingProxyType[str, tuple[Role, ...]] = MappingProxyType(
    {
        "station_head": ("officer", "room_head"),
        "bureau": ("officer", "room_head", "station_head"),
    }
)
"""Whose notices a head reads the figures of, beside those of the own desk."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a notice addresses."""

    office_id: UUID
    role: Role
