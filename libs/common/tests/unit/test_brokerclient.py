"""The broker's client as it is mended."""

import time

from aiokafka.client import AIOKafkaClient

from lianfang_common.broker import BrokerAccess
from lianfang_common.brokerclient import AWAY_SECONDS


async def test_a_client_whose_broker_is_away_pauses_before_it_asks_again():
    options = BrokerAccess("127.0.0.1:1", "nobody", "-").options()
    client = AIOKafkaClient(**options)
    began = time.monotonic()
    for _ in range(2):
        assert not await client._metadata_update(client.cluster, [])
    assert time.monotonic() - began >= 2 * AWAY_SECONDS * 0.9
