"""Who acted, as others may know it: an office and a role, never a person."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Desk:
    """An office and a role in it; who has no office acts for no desk."""

    office: UUID
    role: str
