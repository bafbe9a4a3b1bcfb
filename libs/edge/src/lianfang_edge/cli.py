"""The command line of a service: serve, migrate, republish, its own commands, dead letters."""

import argparse
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import uvloop
from pydantic import ValidationError

from lianfang_common.errors import RuleBroken, Transient
from lianfang_common.ledger import publish_again
from lianfang_common.telemetry import start_span
from lianfang_edge import deadletter
from lianfang_edge.fieldcrypto import KeyUnusable
from lianfang_edge.observing import setup_telemetry
from lianfang_edge.process import serve
from lianfang_edge.service import Runtime, Service
from lianfang_edge.settings import ROLES

Factory = Callable[[], Service[Any]]


def run_cli(service_factory: Factory, argv: Sequence[str] | None = None) -> None:
    """Run one command of a service and exit with its status.

    Args:
        service_factory: reads the settings and builds the service.
        argv: the command line without the program's name; None takes the process's.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        service = service_factory()
    except ValidationError as failure:
        # The default text of this error holds the rejected values, and one may be a password.
        for error in failure.errors(include_input=False, include_context=False):
            print(f"{'.'.join(map(str, error['loc']))}: {error['msg']}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyUnusable as failure:
        raise SystemExit(str(failure)) from None
    options, rest = _parser(service).parse_known_args(arguments)
    if rest and options.command not in service.commands:
        raise SystemExit(f"{service.name}: unknown arguments: {' '.join(rest)}")
    setup_telemetry(service.name, service.settings)
    try:
        status = _run(service, options, rest)
    except (KeyUnusable, RuleBroken, Transient) as failure:
        raise SystemExit(f"{service.name} {options.command}: {failure}") from None
    except OSError as failure:
        raise SystemExit(f"{service.name} {options.command}: {failure.strerror}") from None
    raise SystemExit(status)


def _parser(service: Service[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=service.name)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run the service's roles until SIGTERM")
    serving.add_argument(
        "--role",
        help=f"roles with commas: {', '.join([*ROLES, *service.extra_roles])}; all by default",
    )
    commands.add_parser("migrate", help="bring the database to the newest schema, as its owner")
    _add_dead_letters(commands.add_parser("dlq", help="messages that could not be handled"))
    if service.republish:
        again = commands.add_parser("republish", help="state every aggregate of a kind anew")
        again.add_argument("aggregate", choices=sorted(service.republish))
    ledger = commands.add_parser("republish-ledger", help="send a broker anew all that it lost")
    ledger.add_argument("--from", dest="first_day", type=date.fromisoformat, required=True)
    for name in service.commands:
        commands.add_parser(name, add_help=False)
    return parser


def _run(service: Service[Any], options: argparse.Namespace, rest: list[str]) -> int:
    if options.command == "serve":
        roles = _roles(service, options.role)
        return uvloop.run(serve(service, roles))
    if options.command == "migrate":
        url = service.settings.postgres.owner_url
        if url is None:
            raise SystemExit("migrate needs the owner's url: postgres.owner_url")
        from lianfang_edge.migrate import upgrade  # a tenth of a second that serving saves

        upgrade(service.migrations, url.get_secret_value())
        return 0

    async def work(runtime: Runtime[Any]) -> None:
        if options.command == "dlq":
            await _dead_letters(runtime, options)
        elif options.command == "republish":
            count = await service.republish[options.aggregate](runtime)
            print(f"{count} stated anew; the relay sends them")
        elif options.command == "republish-ledger":
            count = await publish_again(runtime.system, options.first_day)
            print(f"{count} facts go out again, once the relay runs")
        else:
            await service.commands[options.command](runtime, rest)

    return uvloop.run(_with_runtime(service, work))


def _roles(service: Service[Any], wanted: str | None) -> list[str]:
    known = [*ROLES, *service.extra_roles]
    chosen = wanted.split(",") if wanted else list(service.settings.roles)
    if wanted is None and set(chosen) == set(ROLES):
        chosen = known
    if unknown := sorted(set(chosen) - set(known)):
        raise SystemExit(f"unknown role {', '.join(unknown)}; there are {', '.join(known)}")
    return chosen


async def _with_runtime(
    service: Service[Any], work: Callable[[Runtime[Any]], Awaitable[None]]
) -> int:
    runtime = Runtime(service)
    try:
        with start_span("command", new_trace=True):
            await work(runtime)
    finally:
        await runtime.close()
    return 0


def _add_dead_letters(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="what waits for somebody to settle it")
    for act, purpose in (
        ("show", "one letter and what was done about it; never the message itself"),
        ("replay", "let the consumer handle it again, and then those behind it"),
        ("drop", "settle it without its effect"),
    ):
        one = acts.add_parser(act, help=purpose)
        one.add_argument("letter", type=UUID)
        if act != "show":
            one.add_argument("--why", required=True, help="kept with your name")


async def _dead_letters(runtime: Runtime[Any], options: argparse.Namespace) -> None:
    system, now = runtime.system, runtime.clock.now()
    if options.act == "list":
        for letter in await deadletter.parked_messages(system):
            print(f"{letter.id}  {letter.group}  {letter.topic}  {letter.state}  {letter.reason}")
        return
    if options.act == "show":
        letter, acts = await deadletter.parked_message(system, options.letter)
        for name in letter.__slots__:
            print(f"{name:>14}: {getattr(letter, name)}")
        for act, actor, why, moment in acts:
            print(f"{moment:%Y-%m-%d %H:%M:%S} {act} by {actor}: {why}")
        return
    act_on = deadletter.replay if options.act == "replay" else deadletter.drop
    await act_on(system, options.letter, getpass.getuser(), options.why, now)
    runtime.wake("replay")
    print("asked for" if options.act == "replay" else "dropped")
