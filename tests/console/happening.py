"""What happens in the network before somebody looks at a page."""

from random import SystemRandom
from typing import Any

from journeys import Watch, report, until
from network import Network, Users, created

_PREMISES = "/api/v1/rentals/premises"


async def warned(
    users: Users, officer: str, committee: str, **fields: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let an officer report a hazard.

    Returns:
        what the officer was answered, and the committee's notice.
    """
    desk = await Watch.of(await users(committee))
    answer = created(await report(await users(officer), "blocked_exit", **fields))

    async def came() -> dict[str, Any] | None:
        rows = await desk.fresh()
        return next((row for row in rows if "堵塞安全出口" in row["title_zh"]), None)

    return answer, await until("the committee's notice of the hazard", came)


async def own_premises(
    users: Users, network: Network, officer: str, landlord: str
) -> tuple[str, str]:
    """Let an officer file premises that a landlord lets; return id and house number."""
    label = f"{SystemRandom().randrange(1, 9_999)}栋-{SystemRandom().randrange(1, 9_999)}"
    body = {
        "grid": network.grids_of(officer)[0],
        "kind": "flat",
        "rooms": 1,
        "label": label,
        "landlord_account": network.accounts[landlord]["account_id"],
    }
    premises = str(created(await (await users(officer)).post(_PREMISES, body))["id"])

    async def may_resolve() -> bool:
        query = "select 1 from landlord_accounts where premises_id = $1"
        return bool(await network.query("population", query, premises))

    await until("the landlord's premises in population", may_resolve)
    return premises, label
