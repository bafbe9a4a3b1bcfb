"""What the acts of a live morning share: users, places, words, and what was made before."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from lianfang_demo.acts import Acts
from lianfang_demo.cast import Cast, Community, Room
from lianfang_demo.client import Session, demand
from lianfang_demo.pace import Clock
from lianfang_demo.plan import Act
from lianfang_demo.stack import Stack
from lianfang_demo.telling import Speaker

T = TypeVar("T")
Said = tuple[str, dict[str, str]]
"""A line of the script, and its facts."""

_LOOKS = 40
_LOOK_SECONDS = 0.25  # ten seconds in all: the matcher looks every three
_CANDIDATES = 8  # premises that are looked through for a free room


@dataclass(frozen=True, slots=True)
class Made:
    """What an act has made, for those that follow from it.

    Attributes:
        subject: id of the incident or tenancy; None where its maker is not told.
        community: where.
        since: just before it was sent.
        officers: of a residence change: who answers now, and who will.
    """

    subject: str | None
    community: Community
    since: datetime
    officers: tuple[str, str] = ("", "")


@dataclass
class Scene:
    """The network as the acts meet it.

    Attributes:
        clock: waits for what comes by event.
        seed: decides what the plan left to a draw.
        made: by the number of the act.
    """

    stack: Stack
    acts: Acts
    cast: Cast
    speaker: Speaker
    clock: Clock
    seed: int
    made: dict[int, Made] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _premises: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read where premises stand."""
        for row in self.stack.rows("premises"):
            known = self._premises.setdefault(row["grid"][:12], [])
            known.append((row["premises_id"], bool(row.get("accounts"))))

    def random(self, act: Act) -> Random:
        """Return the draw of one act, the same for the same seed."""
        return Random(f"{self.seed} {act.number}")  # noqa: S311 - a play

    def room(self, act: Act) -> Room:
        """Return the room of an act."""
        return self.cast.rooms[act.room]

    def before(self, act: Act) -> Made:
        """Return what the act made that this one follows from.

        Raises:
            LookupError: nothing.
        """
        if act.about is None:
            raise LookupError(f"act {act.number} follows from nothing")
        return self.made[act.about]

    def subject(self, act: Act) -> str:
        """Return the id of what an act follows from."""
        return str(self.before(act).subject)

    async def session(self, login: str) -> Session:
        """Return a user's session."""
        return await self.acts.session(login)

    def premises(self, community: Community, random: Random, *, own: bool | None) -> Sequence[str]:
        """Return some premises of a community, in an order of chance.

        Args:
            community: where.
            random: the draw.
            own: only those that the demo landlord lets, only the others, or any.
        """
        found = [
            premises_id
            for premises_id, is_own in self._premises.get(community.code, ())
            if own in (None, is_own)
        ]
        if not found:
            raise LookupError(f"{community.code} has no such premises")
        return random.sample(found, min(_CANDIDATES, len(found)))

    def listed(self) -> list[dict[str, Any]]:
        """Return the persons of the demo data who carry a supervision entry: the first ones."""
        found = []
        for row in self.stack.rows("persons"):
            if "supervision" not in row:
                break
            found.append(row)
        return found

    def name(self, login: str) -> str:
        """Return whose login it is."""
        account = self.stack.account(login)
        return self.speaker.choose(str(account["name_zh"]), str(account["name_en"]))

    async def label(self, classification: str, login: str) -> str:
        """Return a classification in words, as a user's form shows it."""
        if not self._labels:
            session = await self.session(login)
            lists = demand(await session.get("/api/v1/incidents/lists"), 200)
            for each in lists["classifications"]:
                self._labels[each["id"]] = self.speaker.choose(each["zh"], each["en"])
        return self._labels[classification]

    async def wait_for(self, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """Look until something is there; None if it does not come within ten seconds."""
        for _ in range(_LOOKS):
            found = await look()
            if found is not None:
                return found
            await self.clock.sleep(_LOOK_SECONDS)
        return None
