"""The command line `lianfang-local`, which the Makefile and the system tests call."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lianfang_local import suite
from lianfang_local.alerts import write_alerts
from lianfang_local.console import build_console
from lianfang_local.containers import set_up, write_server_files
from lianfang_local.faults import Fault
from lianfang_local.grafana import write_dashboards
from lianfang_local.images import lint_images
from lianfang_local.network import Network
from lianfang_local.processes import Processes, any_runs, port_is_free
from lianfang_local.profiles import ROOT, SERVICES, open_profile
from lianfang_local.progress import Progress
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.seed import DISTRICTS, accounts_file, demo_accounts, one_of_each_role
from lianfang_local.servers import SERVERS, alone, start_servers, stop_servers

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 1 after a fault, which is told in one sentence."""
    options = _parser().parse_args(arguments)
    progress = Progress(quiet=options.quiet)
    try:
        profile = open_profile(options.profile, port_is_free, any_runs)
        network = Network(profile, Processes(profile.state), progress)
        if options.waits:
            with alone(profile):
                options.run(network, options)
        else:
            options.run(network, options)
    except Fault as fault:
        progress.warn(f"lianfang: {fault}")
        return 1
    except KeyboardInterrupt:
        progress.warn("lianfang: interrupted; the same command goes on where it stopped.")
        return _INTERRUPTED
    except PermissionError as error:
        progress.warn(
            f"lianfang: {error.filename} belongs to another user; run as the user who made it,"
            " or choose another folder with LIANFANG_STATE_DIR."
        )
        return 1
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        progress.warn("lianfang: the disk is full; make room, then run the same command again.")
        return 1
    return 0


def _servers(network: Network, _: argparse.Namespace) -> None:
    start_servers(network.profile, network.processes, network.progress)
    network.progress.say(f"servers ready, addresses in {network.profile.state / 'servers.json'}")


def _servers_down(network: Network, _: argparse.Namespace) -> None:
    ended = stop_servers(network.processes)
    network.progress.say(f"stopped: {', '.join(ended)}" if ended else "no server was running")


def _up(network: Network, options: argparse.Namespace) -> None:
    given = _overrides([*_lines(options.env_file), *options.env])
    try:
        build_console(network.profile.cache, network.progress)
    except Fault as fault:
        network.progress.warn(f"lianfang: without the web console: {fault}")
    network.up(given, with_seed=not options.empty, district=options.district)
    _greet(network)


def _console(network: Network, _: argparse.Namespace) -> None:
    build_console(network.profile.cache, network.progress)
    network.progress.say("the web console is built; an open page shows it when it is loaded anew")


def _greet(network: Network) -> None:
    profile, progress = network.profile, network.progress
    progress.say(f"the network is up after {progress.seconds:.1f} s")
    progress.say("")
    for row in network.status():
        progress.say(f"{row['name']:<14} {row['url']}")
    secrets = SecretFiles(profile.secrets)
    accounts = demo_accounts(secrets)
    if accounts and profile.name == "demo":
        shown = one_of_each_role(accounts)
        progress.say("")
        progress.say("demo accounts, one of each role (login, password, whose):")
        for account in shown:
            who = f"{account['name_zh']}  {account['name_en']}"
            progress.say(f"{account['login']:<20} {account['password']}  {who}")
        progress.say(f"the other {len(accounts) - len(shown)}: {accounts_file(secrets)}")
        progress.say("")
        progress.say("next: make demo            (plays a morning, says what each office learned)")
        progress.say("      make demo SPEED=60   (the same day at that speed, in the open console)")


def _down(network: Network, _: argparse.Namespace) -> None:
    ended = network.down()
    network.progress.say(f"stopped: {', '.join(ended)}" if ended else "nothing was running")


def _reset(network: Network, _: argparse.Namespace) -> None:
    network.reset()
    network.progress.say("data, secrets and logs are deleted; the next up begins anew")


def _status(network: Network, _: argparse.Namespace) -> None:
    for row in network.status():
        state = "ready" if row["ready"] else "starting or failing" if row["pid"] else "stopped"
        pid = row["pid"] or "-"
        network.progress.say(f"{row['name']:<14} {state:<20} {pid!s:>8}  {row['url']}")


def _logs(network: Network, options: argparse.Namespace) -> None:
    names = options.names or [*SERVICES, *SERVERS]
    files = [network.processes.log(name) for name in names]
    if not (found := [str(path) for path in files if path.exists()]):
        raise Fault("there is no log yet", "run make up first")
    os.execvp(  # noqa: S606  # the terminal goes over to it
        "tail", ["tail", "-n", str(options.lines), *(["-F"] if options.follow else []), *found]
    )


def _kill(network: Network, options: argparse.Namespace) -> None:
    network.processes.stop(options.service, how=signal.SIGKILL)


def _start(network: Network, options: argparse.Namespace) -> None:
    network.start(options.service)


def _overrides(pairs: Sequence[str]) -> dict[str, str]:
    chosen = dict(pair.partition("=")[::2] for pair in pairs)
    prefixes = tuple(f"{service.upper()}_" for service in SERVICES)
    for key in chosen:
        if not key.startswith(prefixes):
            raise Fault(f"{key} is no service's setting", "begin it with, say, POPULATION_")
    return chosen


def _lines(path: Path | None) -> list[str]:
    return [f"{key}={value}" for key, value in suite.read_settings(path).items()] if path else []


def _container_files(network: Network, _: argparse.Namespace) -> None:
    write_server_files(network.profile)


def _container_setup(network: Network, _: argparse.Namespace) -> None:
    set_up(network)


def _dashboards(network: Network, _: argparse.Namespace) -> None:
    for path in [*write_dashboards(), write_alerts()]:
        network.progress.say(f"written: {path.relative_to(ROOT)}")


def _lint_images(network: Network, _: argparse.Namespace) -> None:
    lint_images(network.profile.cache, network.progress)


def _check(network: Network, _: argparse.Namespace) -> None:
    suite.check(network.progress)


def _test(network: Network, _: argparse.Namespace) -> None:
    suite.test(network)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lianfang-local", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="say nothing but faults")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(
        name: str, run: Callable[..., None], text: str, *, waits: bool = True
    ) -> argparse.ArgumentParser:
        child = commands.add_parser(name, help=text)
        child.add_argument("--profile", default="demo", choices=("demo", "test"))
        child.set_defaults(run=run, waits=waits)
        return child

    command("servers", _servers, "start PostgreSQL, Valkey and Apache Kafka")
    command("servers-down", _servers_down, "stop them")
    up = command("up", _up, "start everything and wait until it is ready")
    up.add_argument("--env", action="append", default=[], metavar="SERVICE_SETTING=value")
    up.add_argument("--env-file", type=Path, help="lines of the same, # begins a remark")
    up.add_argument("--empty", action="store_true", help="without the demo district")
    up.add_argument("--district", choices=DISTRICTS, help="which one, where there are no data yet")
    command("console", _console, "build the web console")
    command("down", _down, "stop everything; data stay")
    command("reset", _reset, "stop everything and delete the data")
    command("status", _status, "say what runs", waits=False)
    logs = command("logs", _logs, "show the logs", waits=False)
    logs.add_argument("names", nargs="*", choices=[[], *SERVICES, *SERVERS])
    logs.add_argument("--follow", "-f", action="store_true")
    logs.add_argument("--lines", "-n", type=int, default=20)
    kill = command("kill", _kill, "end one service at once, as a power cut would", waits=False)
    kill.add_argument("service", choices=SERVICES)
    start = command("start", _start, "start one service again and wait until it is ready")
    start.add_argument("service", choices=SERVICES)
    command("container-files", _container_files, "write what the servers' containers start with")
    command("container-setup", _container_setup, "fill the servers for the services' containers")
    command(
        "dashboards",
        _dashboards,
        "write Grafana's dashboards and the console's alerts anew",
        waits=False,
    )
    command("lint-images", _lint_images, "lint Dockerfile and compose file", waits=False)
    command("check", _check, "formatting, types, architecture, contracts, unit tests", waits=False)
    command("test", _test, "everything that CI runs", waits=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
