"""The two commands that the bench sends, each with the transaction that it cannot do without."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Protocol
from uuid import UUID, uuid4

import asyncpg

from lianfang_common.ids import new_id
from lianfang_edge.fieldcrypto import KeyRing
from lianfang_edge.tokens import SealedClaims

_KEPT = """
    outgoing as (insert into outbox (message_id, topic, key, type, aggregate_version, account,
        occurred_at, body) values ($3, $4, $1, $5, 1, $6, now(), $7)),
    answer as (insert into idempotency (account, route, key, digest, status, aggregate_id,
        version, facts, stored_at) values ($6, 'POST', $8, $9, 201, $1, 1, '{}', now()))
"""
_REPORT = f"""
with {_KEPT},
    incident as (insert into incidents (id, version, grid, classification, against_person, source,
        opened_at, day_part, reports) values ($1, 1, $10, 'help_request', false, 'walk_in', now(),
        'morning', 1))
insert into reports (id, version, incident_id, grid, source, classification, against_person,
    occurred_at, received_at, linked)
values ($2, 1, $1, $10, 'walk_in', 'help_request', false, now(), now(), false)"""
_TENANCY = f"""
with {_KEPT},
    tenancy as (insert into tenancy (tenancy_id, premises_id, grid, first_day, last_day, tenants,
        registered_by, registered_at, version)
        values ($1, $2, $10, $11, $11, 1, 'officer', now(), 1)),
    receipt as (insert into redeemed_receipt (receipt_id, premises_id, grid)
        values ($3, $2, $10))
insert into tenant (tenancy_id, person_id, premises_id, grid, receipt_id)
values ($1, $6, $2, $10, $3)"""

Resolved = dict[str, list[tuple[UUID, UUID]]]
"""Receipts, each with the person whom it names, by premises."""


class Act(Protocol):
    """A command: where it goes, what it says, and its rows alone."""

    service: str
    path: str

    def body(self) -> dict[str, Any]:
        """Return the next request's body; none is refused for what an earlier one did."""
        ...

    async def bare(self, connection: asyncpg.Connection) -> None:
        """Write the command's rows (state, outbox, kept answer) in one statement, unchecked."""
        ...


class ReportAct:
    """A report at a grid; it opens an incident."""

    service = "incidents"
    path = "/api/v1/incidents/reports"

    def __init__(self, grid: str) -> None:
        self._grid = grid

    def body(self) -> dict[str, Any]:
        """Return the next request's body."""
        return {
            "source": "walk_in",
            "classification": "help_request",
            "occurred_at": datetime.now(UTC).isoformat(),
            "grid": self._grid,
        }

    async def bare(self, connection: asyncpg.Connection) -> None:
        """Write the command's rows in one statement, unchecked."""
        await connection.execute(
            _REPORT, new_id(), new_id(), *_kept("incidents.incident", self.body()), self._grid
        )


class TenancyAct:
    """A tenancy of one day at one of some premises, with one receipt.

    Args:
        premises: ids and grids; each day of each is let once.
        account: who registers, and for whom the receipts are sealed.
        ring: key of the receipts that population seals for rentals.
        days_ago: the first day that is let; the days before it follow.
        resolved: receipts and persons that population knows, by premises. Where it is asked about
            none, since it hears of nothing, they are made up.
    """

    service = "rentals"
    path = "/api/v1/rentals/tenancies"

    def __init__(
        self,
        premises: list[tuple[str, str]],
        account: str,
        ring: KeyRing,
        days_ago: int = 1,
        resolved: Resolved | None = None,
    ) -> None:
        self._days_ago = days_ago
        self._premises = premises
        self._account = account
        self._resolved = resolved
        self._seal = SealedClaims(ring.key, ring.current, ring.keys)
        self._turns = count()

    def body(self) -> dict[str, Any]:
        """Return the next request's body."""
        premises, _, day = self._place()
        receipt, person = self._resolved[premises].pop() if self._resolved else (uuid4(), uuid4())
        claims = {
            "v": 1,
            "aud": "rentals",
            "jti": str(receipt),
            "sub": str(person),
            "act": self._account,
            "pur": "tenancy",
            "obj": premises,
            "exp": int((datetime.now(UTC) + timedelta(minutes=10)).timestamp()),
        }
        return {
            "premises_id": premises,
            "tenants": [{"receipt": self._seal.seal(claims)}],
            "first_day": str(day),
            "last_day": str(day),
        }

    async def bare(self, connection: asyncpg.Connection) -> None:
        """Write the command's rows in one statement, unchecked."""
        premises, grid, day = self._place()
        kept = _kept("rentals.tenancy", {"premises_id": premises, "first_day": str(day)})
        await connection.execute(_TENANCY, new_id(), UUID(premises), *kept, grid, day)

    def _place(self) -> tuple[str, str, date]:
        turn = next(self._turns)
        premises, grid = self._premises[turn % len(self._premises)]
        day = datetime.now(UTC).date() - timedelta(
            days=self._days_ago + turn // len(self._premises)
        )
        return premises, grid, day


def _kept(topic: str, body: dict[str, Any]) -> tuple[Any, ...]:
    """Return message id, topic, type, account, body, key and digest, as `_KEPT` takes them."""
    said = json.dumps(body).encode()
    return uuid4(), topic, f"{topic}.opened.v1", uuid4(), said, str(uuid4()), b"d" * 32
