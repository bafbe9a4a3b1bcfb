"""Compares what callers are shown with the oracle, pair by pair, and keeps what differs."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

from oracle import User, Verdict

from lianfang_common.testing.asgi import Answered

AT_ONCE = 6
STATUS = {Verdict.HIDDEN: 404, Verdict.REFUSED: 403}


@dataclass(frozen=True)
class Difference:
    """One pair on which a service and the oracle do not agree."""

    kind: str
    user: str
    row: str
    expected: str
    met: str

    @property
    def is_leak(self) -> bool:
        """Whether something was shown that must not be."""
        return self.met == "shown" and self.expected != "shown"


@dataclass
class Ledger:
    """What was compared and what differed."""

    pairs: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def compare(self, kind: str, user: User, row: object, expected: Verdict, met: str) -> None:
        """Note one pair."""
        self.pairs[kind] += 1
        if met != expected.value:
            self.differences.append(Difference(kind, user.name, str(row), expected.value, met))

    @property
    def total(self) -> int:
        """Number of pairs."""
        return sum(self.pairs.values())

    def leaks(self) -> Counter[str]:
        """Return how many leaks there are, by kind."""
        return Counter(each.kind for each in self.differences if each.is_leak)

    def __str__(self) -> str:
        shown = "\n".join(map(str, self.differences[:12]))
        return f"{self.total} pairs {dict(self.pairs)}, {len(self.differences)} differ:\n{shown}"


def without_trace(answer: Answered) -> tuple[int, dict[str, str], bytes]:
    """Return an answer without the one thing in which two like answers may differ."""
    content = answer.content
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        trace = json.loads(content)["trace_id"]
        content = content.replace(trace.encode(), b"") if trace else content
    return answer.status, answer.headers, content


Ask = Callable[..., Awaitable[Answered]]


class Comparison:
    """The comparisons of one service under one state of its guards.

    Args:
        ask: sends a request as a user.
        random: chooses pairs.
        users: who asks.
        listing: of how many users lists are compared, one of each role and more by chance; None
            for all of them.
    """

    def __init__(
        self, ask: Ask, random: Random, users: Sequence[User], listing: int | None = None
    ) -> None:
        self.ask, self.random, self.users = ask, random, tuple(users)
        self.listing = self._some(listing) if listing else list(self.users)
        self.ledger = Ledger()
        self._few = asyncio.Semaphore(AT_ONCE)
        self._absent: dict[tuple[User, str, str], asyncio.Task[Answered]] = {}

    def _some(self, count: int) -> list[User]:
        shuffled = self.random.sample(self.users, len(self.users))
        first = list({user.role: user for user in shuffled}.values())
        assert len(first) <= count, "not every role would be heard"
        return [*first, *(user for user in shuffled if user not in first)][:count]

    def chances(self, count: int) -> list[Random]:
        """Return sources of chance, one for each comparison, whatever order these run in."""
        return [Random(self.random.getrandbits(64)) for _ in range(count)]

    async def each(self, work: Iterable[Awaitable[None]]) -> None:
        """Do some comparisons, a few at a time."""

        async def one(part: Awaitable[None]) -> None:
            async with self._few:
                await part

        await asyncio.gather(*map(one, work))

    async def listed(
        self,
        kind: str,
        user: User,
        path: str,
        verdicts: Mapping[UUID, Verdict],
        *,
        key: str = "id",
        limit: int = 200,
        search: Mapping[str, Any] | None = None,
    ) -> None:
        """Compare all pages of a list, or of a search, with what is to be seen of each row."""
        shown, cursor = [], None
        while True:
            answer = await self._page(user, path, limit, cursor, search)
            if answer.status != 200:
                break
            shown += [item[key] for item in answer.body["items"]]
            cursor = answer.body.get("next")
            if cursor is None:
                break
        met = "refused" if answer.status == 403 else "hidden"
        if answer.status not in (200, 403):
            self.ledger.compare(kind, user, path, Verdict.HIDDEN, f"status {answer.status}")
        if len(shown) != len(set(shown)):
            self.ledger.compare(kind, user, path, Verdict.HIDDEN, "twice")
        for unknown in set(shown) - set(map(str, verdicts)):
            self.ledger.compare(kind, user, unknown, Verdict.HIDDEN, "shown")
        for row, expected in verdicts.items():
            self.ledger.compare(kind, user, row, expected, "shown" if str(row) in shown else met)

    async def counted(
        self,
        kind: str,
        user: User,
        path: str,
        verdicts: Mapping[UUID, Verdict],
        search: Mapping[str, Any] | None = None,
    ) -> None:
        """Compare how much a list says there is: a page of all rows has no next, a shorter has."""
        seen = sum(verdict is Verdict.SHOWN for verdict in verdicts.values())
        refused = Verdict.REFUSED in verdicts.values()
        for limit, more in ((max(1, seen), False), (seen - 1, True)):
            if not 1 <= limit <= 200:
                continue
            answer = await self._page(user, path, limit, None, search)
            if refused or answer.status != 200:
                met = "refused" if answer.status == 403 else f"status {answer.status}"
                expected = Verdict.REFUSED if refused else Verdict.HIDDEN
                self.ledger.compare(kind, user, path, expected, met)
                continue
            exact = len(answer.body["items"]) == min(limit, seen)
            right = exact and (answer.body["next"] is not None) == more
            self.ledger.compare(kind, user, path, Verdict.HIDDEN, "hidden" if right else "shown")

    async def read(
        self,
        kind: str,
        user: User,
        path: str,
        row: object,
        expected: Verdict,
        *,
        method: str = "GET",
        body: Any = None,
        shown: Callable[[Answered], bool] = lambda answer: answer.status == 200,
        **headers: str,
    ) -> Answered:
        """Compare one answer about one row; what is hidden is answered as what is absent.

        Args:
            kind: what is compared.
            user: who asks.
            path: with `{}` for the row's id.
            row: the row's id.
            expected: what the oracle says.
            method: of HTTP.
            body: of the request; a function of the id is asked for it.
            shown: whether an answer shows that the row is there.
            headers: further ones.
        """

        def sent(identity: object) -> Any:
            return body(identity) if callable(body) else body

        answer = await self.ask(user, method, path.format(row), sent(row), **headers)
        met = {404: "hidden", 403: "refused"}.get(answer.status, f"status {answer.status}")
        met = "shown" if shown(answer) else met
        if met == expected.value == "hidden":
            absent = await self._absent_answer(user, method, path, sent, headers)
            if without_trace(answer) != without_trace(absent):
                met = "told apart from an absent row"
        self.ledger.compare(kind, user, row, expected, met)
        return answer

    async def _page(
        self,
        user: User,
        path: str,
        limit: int,
        cursor: str | None,
        search: Mapping[str, Any] | None,
    ) -> Answered:
        if search is not None:
            return await self.ask(user, "POST", path, {**search, "limit": limit, "cursor": cursor})
        mark = "&" if "?" in path else "?"
        asked = f"{path}{mark}limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        return await self.ask(user, "GET", asked)

    async def _absent_answer(
        self,
        user: User,
        method: str,
        path: str,
        sent: Callable[[object], Any],
        headers: Mapping[str, str],
    ) -> Answered:
        known = (user, method, path)
        if known not in self._absent:
            nothing = uuid4()
            self._absent[known] = asyncio.ensure_future(
                self.ask(user, method, path.format(nothing), sent(nothing), **headers)
            )
        return await self._absent[known]
