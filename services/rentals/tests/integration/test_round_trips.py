"""How often a registration waits for the database: each round trip is a third of a millisecond."""

from uuid import uuid4

import pytest
from rentals_builders import an_officer
from rentals_network import Rentals, a_rentals, know_places

from lianfang_common.testing.roundtrips import round_trips

pytestmark = pytest.mark.servers


async def test_a_tenancy_waits_four_times(keys):
    async with a_rentals(keys, connections=1) as rentals:
        await know_places(rentals)
        officer = an_officer("990101")
        for _ in range(2):  # the statements are prepared
            await rentals.register(officer, await rentals.file(officer))
        premises_id = await rentals.file(officer)
        async with round_trips(rentals.app_pool) as seen:
            await rentals.register(officer, premises_id)
        assert len(seen) == 4, seen


async def test_a_repeated_tenancy_waits_three_times(keys):
    async with a_rentals(keys, connections=1) as rentals:
        await know_places(rentals)
        officer, key = an_officer("990101"), str(uuid4())
        body = rentals.tenancy(officer, await rentals.file(officer))

        async def post(rentals: Rentals):
            return await rentals.ask(officer, "POST", "/tenancies", body, key=key)

        first, _ = await post(rentals), await post(rentals)
        async with round_trips(rentals.app_pool) as seen:
            again = await post(rentals)
        assert again.body == first.body
        assert len(seen) == 3, seen
