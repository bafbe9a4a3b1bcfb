"""The broker loses its data, and is filled anew from what every service keeps."""

import asyncio
import os
import shutil
import signal
from datetime import UTC, datetime, timedelta

from evidence import SERVICES
from faults import Fault, gone
from killing import launcher
from network import Network
from programs import run_command

_LEDGER = timedelta(days=35)


class BrokerLost(Fault):
    """Kafka ends and its folder is deleted; topics, rights and messages are made again.

    The services stand still meanwhile: a relay that ran would send newer facts before older ones.
    """

    name = "kafka lost its data"
    # All that the ledgers hold is sent and passed once more, before what was committed last.
    passes_within = 300.0

    async def begin(self, network: Network) -> None:
        """Stop the services, kill the broker, and delete what it kept."""
        ending = [network.pid(service) for service in SERVICES]
        broker = network.pid("kafka")
        os.kill(broker, signal.SIGKILL)
        for pid in ending:
            os.kill(pid, signal.SIGTERM)
        for pid in (broker, *ending):
            await gone(pid)
        shutil.rmtree(network.state / "kafka/data")
        (network.state / "stamps/broker").unlink()

    async def end(self, network: Network) -> None:
        """Start an empty broker, put the ledgers back into the outboxes, and start the services."""
        await launcher("servers")
        first_day = f"{datetime.now(UTC) - _LEDGER:%Y-%m-%d}"
        await asyncio.gather(*(_republish(service, first_day) for service in SERVICES))
        await launcher("up")


async def _republish(service: str, first_day: str) -> None:
    status, said = await run_command(service, "republish-ledger", "--from", first_day)
    assert status == 0, f"{service} republish-ledger: {said}"
