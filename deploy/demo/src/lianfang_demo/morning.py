"""`lianfang demo`: a morning in the district, played through the public API.

Every scene acts as one demo user, and then says which desk heard what within how many
milliseconds, what the notice's rule kept back, and who heard nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import SystemRandom

from lianfang_demo.acts import Acts, a_feed_report
from lianfang_demo.cast import Cast
from lianfang_demo.client import demand
from lianfang_demo.desks import Desk, Desks
from lianfang_demo.layout import grids_of
from lianfang_demo.stack import Stack
from lianfang_demo.telling import Speaker, say_at_once

TWO_TICKS_SECONDS = 7.0  # the matcher looks every three seconds


async def play_morning(
    stack: Stack, language: str, tell: Callable[[str], None] = say_at_once
) -> int:
    """Play the morning.

    Args:
        stack: the running network.
        language: `zh-CN` or `en`.
        tell: gets each line.

    Returns:
        how many desks did not hear what they should have.

    Raises:
        LookupError: the network has nobody for a part.
        Unexpected: the network answered something else than the morning needs.
    """
    speaker = Speaker(language, tell)
    acts, cast = Acts(stack, language), Cast.of(stack)
    speaker.line("opening")
    speaker.pause()
    try:
        async with Desks(stack, cast.watched(), language) as desks:
            morning = Morning(stack, cast, desks, acts, speaker)
            await morning.play()
    finally:
        await acts.close()
    speaker.line("closing")
    return len(morning.missing)


@dataclass
class Morning:
    """The scenes and what they share.

    Attributes:
        missing: logins that did not hear what they should have.
    """

    stack: Stack
    cast: Cast
    desks: Desks
    acts: Acts
    speaker: Speaker
    missing: list[str] = field(default_factory=list)

    async def play(self) -> None:
        """Play every scene."""
        for scene in (self.tenancy, self.landlord, self.burglary, self.violence, self.move):
            self.speaker.line(scene.__name__)
            await scene()
            self.speaker.pause()

    async def tenancy(self) -> None:
        """An officer registers a tenancy; the desk's notice is acknowledged."""
        room = self.cast.first
        officer = self.desks[room.officer]
        places = self.acts.premises_in(room.community.code, own=False)
        since = await self.acts.register_tenancy(officer.session, places)
        self.speaker.line(
            "tenancy-done",
            officer=officer.name(self.speaker.language),
            community=self.speaker.choose(room.community.zh, room.community.en),
        )
        await self._tell(since, [room.officer, room.community.committee])
        for heard in officer.raised_since(since)[:1]:
            comment = self.speaker.words("comment")
            await self.acts.acknowledge(officer.session, heard.facts["notice_id"], comment)
            self.speaker.line("acknowledged")

    async def landlord(self) -> None:
        """A landlord registers a tenancy at the own premises; others do not exist for him."""
        room = self.cast.first
        session = await self.acts.session(self.cast.landlord)
        own = self.acts.premises_in(room.community.code, own=True)
        since = await self.acts.register_tenancy(session, own)
        self.speaker.line("landlord-done")
        await self._tell(since, [room.officer, room.community.committee])
        foreign = self.acts.premises_in(room.community.code, own=False)[0]
        demand(await session.get(f"/api/v1/rentals/premises/{foreign}"), 404)
        self.speaker.line("landlord-foreign")

    async def burglary(self) -> None:
        """One burglary, sent five times by the feed and told once more by a neighbor."""
        room = self.cast.second
        feed = await self.acts.session(self.cast.feed)
        officer = self.desks[room.officer].session
        place = SystemRandom().choice(self.acts.premises_in(room.community.code))
        report = a_feed_report(place)
        since = time.monotonic()
        told = [await self.acts.report(feed, "burglary", **report) for _ in range(5)]
        self.speaker.line("burglary-done")
        await self._tell(since, [room.officer, room.community.committee])
        second = await self.acts.report(officer, "burglary", premises_id=place)
        if second["linked"]:
            self.speaker.line("burglary-linked")
        await self.acts.arrive(officer, told[0]["incident_id"])
        self.speaker.line("burglary-arrived")

    async def violence(self) -> None:
        """An incident against a person, of which no committee hears singly."""
        room = self.cast.second
        officer = self.desks[room.officer].session
        since = time.monotonic()
        place = grids_of(room.community.code)[0]
        await self.acts.report(officer, "domestic_violence", grid=place)
        await self._tell(since, [room.officer])
        self.speaker.line("violence-done")

    async def move(self) -> None:
        """A person with a supervision entry moves; A reviews, B accepts."""
        found = await self._moved()
        if found is None:
            self.speaker.line("move-nobody")
            return
        since, old, new, case_id = found
        self.speaker.line("move-opened")
        await self._tell(since, [old])
        since = time.monotonic()
        await self.acts.decide(self.desks[old].session, case_id, "reviews", outcome="confirmed")
        self.speaker.line("move-confirmed")
        await self._tell(since, [new])
        since = time.monotonic()
        await self.acts.decide(self.desks[new].session, case_id, "acceptances")
        self.speaker.line("move-accepted")
        await self._tell(since, [old])

    async def _moved(self) -> tuple[float, str, str, str] | None:
        """Let somebody on the register move; return when, from whom, to whom, and the case."""
        watched = {desk.account["office_id"]: desk.login for desk in self._officers()}
        known = {desk.login: await self.acts.cases(desk.session) for desk in self._officers()}
        for person in self.stack.rows("persons"):
            if not person.get("supervision"):
                return None
            old = watched.get(person["supervision"]["responsible_office"])
            if old is None:
                continue
            new = self.cast.first if old == self.cast.second.officer else self.cast.second
            since = await self.acts.register_tenancy(
                self.desks[new.officer].session,
                self.acts.premises_in(new.community.code),
                name=person["name"],
                number=person["document_number"],
            )
            await self.desks.wait_for([old], since, within=TWO_TICKS_SECONDS)
            for login in known:
                now = await self.acts.cases(self.desks[login].session)
                if fresh := now - known[login]:
                    return since, login, new.officer, fresh.pop()
        return None

    def _officers(self) -> list[Desk]:
        return [desk for desk in self.desks.all.values() if desk.account["role"] == "officer"]

    async def _tell(self, since: float, expected: list[str]) -> None:
        """Wait for those who must hear, and say who heard what and who heard nothing."""
        silent = await self.desks.wait_for(expected, since)
        self.missing += silent
        quiet: list[Desk] = []
        for desk in self.desks.all.values():
            heard = desk.raised_since(since)
            for one in heard:
                path = f"/api/v1/notifications/notices/{one.facts['notice_id']}/manifest"
                manifest = demand(await desk.session.get(path), 200)
                self.speaker.notice(desk, one, since, manifest)
            if not heard and desk.login not in silent:
                quiet.append(desk)
        for login in silent:
            self.speaker.line("missed", desk=self.desks[login].name(self.speaker.language))
        self.speaker.silence(quiet)
