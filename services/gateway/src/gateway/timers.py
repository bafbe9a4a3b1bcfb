"""The gateway's one deadline: an hourly sweep."""

from collections.abc import Mapping
from datetime import timedelta

from gateway.settings import Settings
from gateway.storage.housekeeping import sweep
from gateway.storage.unit_of_work import GatewayUnit
from lianfang_common.timers import TimerHandler
from lianfang_common.unit import TimerRow

HOUSEKEEPING = "housekeeping"
_EVERY = timedelta(hours=1)


def timers_of(settings: Settings) -> Mapping[str, TimerHandler]:
    """Return the handlers of deadlines, by kind."""
    kept = timedelta(days=settings.live.kept_days)
    idle = timedelta(minutes=settings.session_idle_minutes)
    window = timedelta(minutes=settings.login.window_minutes)

    async def housekeeping(timer: TimerRow, uow: GatewayUnit) -> None:
        await sweep(
            uow.connection,
            uow.now,
            feed_before=uow.now - kept,
            seen_before=uow.now - idle,
            window_before=uow.now - window,
        )
        uow.again(timer, uow.now + _EVERY)

    return {HOUSEKEEPING: housekeeping}
