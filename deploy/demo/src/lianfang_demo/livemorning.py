"""`lianfang demo --speed 60`: a working morning at that speed, for whoever watches the console.

Users act by a seeded plan, through the public API alone; each act is told in one line. The clocks
of the services run in real time: what nobody takes over escalates when its real time is up.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from lianfang_demo.acts import NOTICES, Acts
from lianfang_demo.cast import Cast
from lianfang_demo.client import Unexpected, demand
from lianfang_demo.desks import Desks
from lianfang_demo.pace import Clock, MachineClock, Pace
from lianfang_demo.plan import BEGINS, LASTS, Act, Kind, plan
from lianfang_demo.playing import incidents, lettings, moves, notices
from lianfang_demo.playing.moves import mover
from lianfang_demo.playing.scene import Said, Scene
from lianfang_demo.stack import Stack
from lianfang_demo.telling import Speaker, say_at_once
from lianfang_demo.zone import ZONE

DOES: Mapping[Kind, Callable[[Scene, Act], Awaitable[Said]]] = {
    Kind.INCIDENT: incidents.incident,
    Kind.ARRIVAL: incidents.arrival,
    Kind.CLOSING: incidents.closing,
    Kind.REPORT: incidents.report,
    Kind.TENANCY: lettings.tenancy,
    Kind.OWN_TENANCY: lettings.own_tenancy,
    Kind.EXTENSION: lettings.extension,
    Kind.ENDING: lettings.ending,
    Kind.TAKING: notices.taking,
    Kind.RECEIPT: notices.receipt,
    Kind.MOVE: moves.move,
    Kind.REVIEW: moves.review,
    Kind.ACCEPTANCE: moves.acceptance,
}


async def play_live(
    stack: Stack,
    language: str,
    speed: float,
    seed: int,
    clock: Clock | None = None,
    tell: Callable[[str], None] = say_at_once,
) -> int:
    """Play the morning from eight to twelve.

    Args:
        stack: the running network.
        language: `zh-CN` or `en`.
        speed: minutes of the morning in one real minute.
        seed: the same seed plans the same morning.
        clock: the machine's, but in tests.
        tell: gets each line.

    Returns:
        how many acts the network refused.

    Raises:
        LookupError: the network has nobody for a part.
    """
    speaker, cast = Speaker(language, tell), Cast.of(stack)
    acts = Acts(stack, language)
    own_clock = clock or MachineClock()
    scene = Scene(stack, acts, cast, speaker, own_clock, seed)
    planned = plan(stack.profile(), len(cast.rooms), seed)
    minutes = LASTS / timedelta(minutes=1) / speed
    speaker.line("live-opening", speed=f"{speed:g}", minutes=f"{minutes:g}", seed=str(seed))
    _show_pages(scene, planned)
    try:
        async with Desks(stack, (cast.first.head, cast.first.chief), language) as desks:
            told = Told(scene, desks)
            await Pace(own_clock, speed).play(planned, told.perform)
            told.tell_news()
            done, refused = str(told.done), str(told.refused)
            speaker.line("live-over", done=done, refused=refused)
            await _tell_what_is_left(scene, planned)
            return told.refused
    except asyncio.CancelledError:
        speaker.line("live-stopped")
        raise
    finally:
        await acts.close()


class Told:
    """Performs acts and tells each in one line, with what escalated meanwhile.

    Args:
        scene: what the acts share.
        desks: those that hear of escalations.
    """

    def __init__(self, scene: Scene, desks: Desks) -> None:
        self._scene = scene
        self._desks = desks
        self._heard = dict.fromkeys(desks.all, 0)
        self.done = self.refused = 0

    async def perform(self, act: Act) -> None:
        """Do an act and tell it; one whose beginning was refused is passed over."""
        self.tell_news()
        if act.about is not None and act.about not in self._scene.made:
            return
        speaker = self._scene.speaker
        try:
            line, facts = await DOES[act.kind](self._scene, act)
            self.done += 1
        except (Unexpected, LookupError) as why:
            self.refused += 1
            what = speaker.words(f"live-kind-{act.kind}")
            line, facts = "live-refused", {"what": what, "why": str(why)}
        speaker.at(_clock_time(act.at), line, **facts)

    def tell_news(self) -> None:
        """Tell what the desks heard since the last time."""
        for login, desk in self._desks.all.items():
            for heard in desk.heard[self._heard[login] :]:
                if heard.name == "notice-raised":
                    who = desk.name(self._scene.speaker.language)
                    self._scene.speaker.line("live-news", who=who, title=heard.facts["title"])
            self._heard[login] = len(desk.heard)


def _show_pages(scene: Scene, planned: tuple[Act, ...]) -> None:
    """Say which pages will move, and as whom to open them."""
    cast, speaker = scene.cast, scene.speaker
    busiest = cast.rooms[Counter(act.room for act in planned).most_common(1)[0][0]]
    _, answering, _ = mover(scene, next(act for act in planned if act.kind is Kind.MOVE))
    pages = (
        (busiest.officer, "desk", "live-page-desk"),
        (cast.first.head, "desk", "live-page-head"),
        (cast.bureau, "incidents", "live-page-incidents"),
        (answering.officer, "cases", "live-page-cases"),
        (busiest.community.committee, "committee/receipts", "live-page-committee"),
        (cast.landlord, "mine", "live-page-landlord"),
    )
    speaker.line("live-open")
    for login, path, what in pages:
        password = scene.stack.account(login)["password"]
        url = f"{scene.stack.gateway_url}/console/{path}"
        speaker.say(f"  {login:<20} {password}  {url}  {speaker.words(what)}")
    speaker.pause()


async def _tell_what_is_left(scene: Scene, planned: tuple[Act, ...]) -> None:
    """Say which notice still waits for somebody, and until when."""
    room = scene.cast.first
    session = await scene.session(room.officer)
    page = demand(await session.get(NOTICES, state="raised", limit=200), 200)
    alone = {scene.made[act.number].subject for act in planned if _stays(scene, act)}
    for notice in page["items"]:
        if notice["subject_id"] in alone and notice["acknowledge_by"]:
            due = datetime.fromisoformat(notice["acknowledge_by"]).astimezone(ZONE)
            scene.speaker.line(
                "live-left",
                title=scene.speaker.choose(notice["title_zh"], notice["title_en"]),
                moment=f"{due:%H:%M:%S}",
                head=scene.name(room.head),
                chief=scene.name(room.chief),
            )


def _stays(scene: Scene, act: Act) -> bool:
    return act.alone and act.number in scene.made


def _clock_time(at: timedelta) -> str:
    minutes = int((BEGINS + at).total_seconds() // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
