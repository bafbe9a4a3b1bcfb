"""The broker's client as it is mended."""

import time

from aiokafka.client import AIOKafkaClient

from lianfang_brokerclient.mending import AWAY_SECONDS, mend_client


async def test_a_client_whose_broker_is_away_pauses_before_it_asks_again():
    mend_client()
    client = AIOKafkaClient(bootstrap_servers="127.0.0.1:1")
    began = time.monotonic()
    for _ in range(2):
        assert not await client._metadata_update(client.cluster, [])
    assert time.monotonic() - began >= 2 * AWAY_SECONDS * 0.9


async def test_every_client_of_the_process_asks_in_sessions():
    mend_client()
    assert AIOKafkaClient.send.__module__ == "lianfang_brokerclient.mending"
