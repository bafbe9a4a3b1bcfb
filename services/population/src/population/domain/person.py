"""A person as population knows it, and what a search may ask for."""

from dataclasses import dataclass
from uuid import UUID

from lianfang_common.errors import Invalid
from population.domain.documents import Document

NAME_CHARACTERS_MIN = 2  # one is a family name alone, and half a street
PINYIN_LETTERS_MIN = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person is called and known by, in the clear; it leaves population masked."""

    person_id: UUID
    name: str
    document_kind: str
    document_number: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What an account typed of somebody, in the clear, and for which object; shown masked."""

    name: str
    document_kind: str
    document_number: str
    phone: str | None
    audience: str
    object_id: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search looks for: the beginning of a name or of its sound, or one document."""

    name: str | None = None
    pinyin: str | None = None
    document: Document | None = None

    def check(self) -> None:
        """Raise `Invalid` unless the search asks for one thing, and not for half the district."""
        if sum(part is not None for part in (self.name, self.pinyin, self.document)) != 1:
            raise Invalid("search-for-one", "name")
        if self.name is not None and len(self.name) < NAME_CHARACTERS_MIN:
            raise Invalid("search-too-wide", "name")
        if self.pinyin is not None and len(self.pinyin) < PINYIN_LETTERS_MIN:
            raise Invalid("search-too-wide", "pinyin")
