"""What users were told is done: it is kept with the answer that they got, and its fact was told."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from commands import CommandLog
from evidence import Evidence, Fact
from network import Network

_KEEPERS = ("population", "rentals", "incidents", "notifications")
_ANSWERED = """
select account::text || route || key as name, status, aggregate_id::text as id, version
from idempotency where stored_at >= $1"""
_TENANCIES = "select tenancy_id::text as id from tenancy where premises_id = any($1::uuid[])"
_NOTICES = "POST /api/v1/notifications/notices/"
_CHANGING = (
    "POST /api/v1/rentals/",
    "POST /api/v1/population/supervision-entries",
    "POST /api/v1/population/residence-change-cases",
    "POST /api/v1/incidents/incidents/",
)


async def forgotten(network: Network, log: CommandLog, begin: datetime) -> list[str]:
    """Return acknowledged commands whose answer is not kept, or another one."""
    kept: dict[str, Any] = {}
    for service in _KEEPERS:
        kept |= {row["name"]: row for row in await network.query(service, _ANSWERED, begin)}
    lost = []
    for command in log.of("acknowledged"):
        if "id" not in command.answer:
            continue
        account = network.accounts[command.login]["account_id"]
        row = kept.get(f"{account}{command.route}{command.key}")
        wanted = command.status, str(command.answer["id"]), command.answer["version"]
        if row is None or (row["status"], row["id"], row["version"]) != wanted:
            lost.append(f"{command.route} {command.key} was acknowledged and is not kept so")
    return lost


def untold(log: CommandLog, facts: Collection[Fact]) -> list[str]:
    """Return acknowledged changes whose version no fact tells."""
    told = {(fact.key, fact.version) for fact in facts}
    return [
        f"{command.route} was acknowledged and no fact tells of it"
        for route in _CHANGING
        for command in log.of("acknowledged", route)
        if (str(command.answer["id"]), command.answer["version"]) not in told
    ]


def taken_back(log: CommandLog, evidence: Evidence) -> list[str]:
    """Return notices that a user was told to be acknowledged, and that are something else since."""
    states = {row["id"]: row["state"] for row in evidence.notices}
    taken = log.of("acknowledged", _NOTICES)
    ids = {c.route.split("/")[5] for c in taken if c.route.endswith("/acknowledgements")}
    return [
        f"notice {each} was acknowledged and is {states[each]}"
        for each in sorted(ids & states.keys())
        if states[each] not in {"acknowledged", "settled"}
    ]


async def other_tenancies(
    network: Network, log: CommandLog, premises: Collection[str]
) -> list[str]:
    """Return tenancies at a run's own premises that nobody registered, or that are gone."""
    rows = await network.query("rentals", _TENANCIES, list(premises))
    registered = log.of("acknowledged", "POST /api/v1/rentals/tenancies")
    known = {str(c.answer["id"]) for c in registered if c.route.endswith("tenancies")}
    return sorted(f"tenancy {each}" for each in {row["id"] for row in rows} ^ known)
