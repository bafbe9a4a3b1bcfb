"""`lianfang demo`: a morning in the district, played through the public API.

Every scene acts as one demo user, and then says which desk heard what within how many
milliseconds, what the notice's rule kept back, and who heard nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import SystemRandom

from lianfang_demo.acts import Acts, a_feed_report, demand
from lianfang_demo.desks import Desk, Desks
from lianfang_demo.layout import grids_of
from lianfang_demo.stack import Stack
from lianfang_demo.telling import Speaker, say_at_once

LOGINS = (
    *("beihe-officer1", "beihe-officer2", "beihe-head1", "nanpu-officer1", "nanpu-officer2"),
    *("huaiyin-committee", "dongdu-committee", "qingtang-committee"),
    *("beihe-justice", "nanpu-justice", "beihe-chief"),
)
TWO_TICKS_SECONDS = 7.0  # the matcher looks every three seconds
HUAIYIN, DONGDU = "990101001001", "990101002001"


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
        Unexpected: the network answered something else than the morning needs.
    """
    speaker = Speaker(language, tell)
    acts = Acts(stack, language)
    speaker.line("opening")
    speaker.pause()
    try:
        async with Desks(stack, LOGINS, language) as desks:
            morning = Morning(stack, desks, acts, speaker)
            await morning.play()
    finally:
        await acts.close()
    speaker.line("closing")
    return len(morning.missing)


@dataclass
class Morning:
    """The scenes and what they share.

    Attributes:
        stack: the running network.
        desks: the open live views.
        acts: what users do.
        speaker: says what happens.
        missing: desks that should have heard something and did not.
    """

    stack: Stack
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
        officer = self.desks["beihe-officer1"]
        places = self.acts.premises_in(HUAIYIN, own=False)
        since = await self.acts.register_tenancy(officer.session, places)
        self.speaker.line("tenancy-done")
        await self._tell(since, ["beihe-officer1", "huaiyin-committee"])
        for heard in officer.raised_since(since)[:1]:
            comment = self.speaker.words("comment")
            await self.acts.acknowledge(officer.session, heard.facts["notice_id"], comment)
            self.speaker.line("acknowledged")

    async def landlord(self) -> None:
        """A landlord registers a tenancy at the own premises; others do not exist for him."""
        session = await self.acts.session("landlord1")
        own = self.acts.premises_in(HUAIYIN, own=True)
        since = await self.acts.register_tenancy(session, own)
        self.speaker.line("landlord-done")
        await self._tell(since, ["beihe-officer1", "huaiyin-committee"])
        foreign = self.acts.premises_in(HUAIYIN, own=False)[0]
        demand(await session.get(f"/api/v1/rentals/premises/{foreign}"), 404)
        self.speaker.line("landlord-foreign")

    async def burglary(self) -> None:
        """One burglary, sent five times by the feed and told once more by a neighbor."""
        feed = await self.acts.session("feed110")
        officer = self.desks["nanpu-officer1"].session
        place = SystemRandom().choice(self.acts.premises_in(DONGDU))
        report = a_feed_report(place)
        since = time.monotonic()
        told = [await self.acts.report(feed, "burglary", **report) for _ in range(5)]
        self.speaker.line("burglary-done")
        await self._tell(since, ["nanpu-officer1", "dongdu-committee"])
        second = await self.acts.report(officer, "burglary", premises_id=place)
        if second["linked"]:
            self.speaker.line("burglary-linked")
        await self.acts.arrive(officer, told[0]["incident_id"])
        self.speaker.line("burglary-arrived")

    async def violence(self) -> None:
        """An incident against a person, of which no committee hears singly."""
        officer = self.desks["nanpu-officer1"].session
        since = time.monotonic()
        await self.acts.report(officer, "domestic_violence", grid=grids_of(DONGDU)[0])
        await self._tell(since, ["nanpu-officer1"])
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
        officers = [login for login in LOGINS if "-officer" in login]
        known = {login: await self.acts.cases(self.desks[login].session) for login in officers}
        for person in self.stack.rows("persons"):
            if not person.get("supervision"):
                return None
            old = self._officer_of(person["supervision"]["responsible_office"])
            new, community = ("nanpu-officer1", DONGDU)
            if old.startswith("nanpu"):
                new, community = ("beihe-officer1", HUAIYIN)
            since = await self.acts.register_tenancy(
                self.desks[new].session,
                self.acts.premises_in(community),
                name=person["name"],
                number=person["document_number"],
            )
            await self.desks.wait_for([old], since, within=TWO_TICKS_SECONDS)
            for login in officers:
                now = await self.acts.cases(self.desks[login].session)
                if fresh := now - known[login]:
                    return since, login, new, fresh.pop()
        return None

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

    def _officer_of(self, office_id: str) -> str:
        return next(
            login
            for login, account in self.stack.accounts.items()
            if account["role"] == "officer" and account["office_id"] == office_id
        )
