"""The services' programs, to be run beside those that the launcher started."""

import sys
from pathlib import Path

from lianfang_local.network import Network
from lianfang_local.processes import Processes, any_runs, port_is_free
from lianfang_local.profiles import open_profile
from lianfang_local.progress import Progress
from lianfang_local.servers import addresses


def program(service: str) -> str:
    """Return the path of a service's program."""
    return str(Path(sys.executable).parent / service)


def settings_of(service: str) -> dict[str, str]:
    """Return the settings of a service of the test network."""
    profile = open_profile("test", port_is_free, any_runs)
    network = Network(profile, Processes(profile.state), Progress(quiet=True))
    return network.members(addresses(profile)).environment(service)
