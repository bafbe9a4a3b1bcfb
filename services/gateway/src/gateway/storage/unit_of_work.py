"""One transaction of the gateway's consumers, timers and commands."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.accounts import Accounts
from gateway.storage.feed import Desk, Feed
from gateway.storage.places import Places
from lianfang_common.unit import TimerRow, Unit


class GatewayUnit:
    """What handlers, timers and commands may touch.

    Args:
        unit: the kernel's open transaction.
        told: told of desks with new lines, after the commit.
        rights_changed: told that accounts or offices changed, after the commit.
    """

    def __init__(
        self,
        unit: Unit,
        told: Callable[[Collection[Desk]], None],
        rights_changed: Callable[[], None],
    ) -> None:
        self._unit = unit
        self._told = told
        self._rights_changed = rights_changed
        self.accounts = Accounts(unit.connection)
        self.feed = Feed(unit.connection)
        self.places = Places(unit.connection)

    @property
    def now(self) -> datetime:
        """The moment of the whole transaction, UTC."""
        return self._unit.now

    @property
    def connection(self) -> AsyncConnection:
        """The open transaction."""
        return self._unit.connection

    def tell_desks(self, desks: Collection[Desk]) -> None:
        """Wake the streams of desks once this transaction is committed."""
        self._unit.on_commit.append(lambda: self._told(desks))

    def tell_rights(self) -> None:
        """Have sessions looked at again once this transaction is committed."""
        self._unit.on_commit.append(self._rights_changed)

    def again(self, timer: TimerRow, due_at: datetime) -> None:
        """Set a timer anew."""
        self._unit.schedule(timer.kind, timer.subject, due_at)
