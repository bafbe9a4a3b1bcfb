"""One process of a service: all its roles in one loop, until a signal or a crash ends them.

A role that ends by itself ends the process: a supervisor starts it again, and nobody runs on half.
After SIGTERM open work may finish, streams are told to close, and what is late is cut off.
"""

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol, TypeVar

import uvicorn
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Info

from lianfang_common.broker import BrokerAccess, KafkaSender, KafkaSource
from lianfang_common.consumer import Consumer
from lianfang_common.errors import Transient
from lianfang_common.events import topic_of
from lianfang_common.inbox import PostgresBatchStore
from lianfang_common.ledger import PostgresLeadership, keep_delivery
from lianfang_common.relay import Relay
from lianfang_common.telemetry import failure_facts, get_logger
from lianfang_common.timers import TimerRunner
from lianfang_common.wakeup import Wakeup
from lianfang_edge.http import health_api
from lianfang_edge.patience import BoundedProtocol
from lianfang_edge.service import Runtime, Service
from lianfang_edge.settings import KafkaSettings

U = TypeVar("U")
_log = get_logger()
_build = Info("common_build", "Service and version of this process")


class Part(Protocol):
    """One role at work."""

    problem: str | None

    async def run(self) -> None:
        """Work until stopped; an exception, or an end before that, ends the process."""

    def stop(self) -> None:
        """Let `run` return soon."""


async def serve(service: Service[U], roles: Sequence[str]) -> int:
    """Run roles of a service until SIGTERM, SIGINT or a crash.

    Returns:
        the process's exit status: 0 after a signal, 1 after a crash.
    """
    wakeups = {role: Wakeup() for role in ("relay", "timers") if role in roles}
    runtime = Runtime(service, local=wakeups)
    parts = _parts(runtime, roles, wakeups)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runtime.closing.set)
    _build.info({"service": service.name, "version": _version(service.name)})
    _add_checks(runtime, parts)
    tasks = {asyncio.create_task(part.run(), name=name): part for name, part in parts.items()}
    signalled = asyncio.create_task(runtime.closing.wait())
    keep_what_was_loaded()
    _log.info("process.started", roles=list(parts))
    await asyncio.wait([signalled, *tasks], return_when=asyncio.FIRST_COMPLETED)
    ended = [task for task in tasks if task.done()]
    for task in ended:
        failure = None if task.cancelled() else task.exception()
        facts = failure_facts(failure) if failure else {"exception": "none: it just ended"}
        _log.error("process.role_ended", role=task.get_name(), **facts)
    runtime.closing.set()
    for part in parts.values():
        part.stop()
    await _drain(tasks.keys(), service.settings.drain_seconds)
    await runtime.close()
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        await asyncio.to_thread(provider.shutdown)
    _log.info("process.ended", crashed=bool(ended))
    return 1 if ended else 0


def keep_what_was_loaded() -> None:
    """Let the collector pass over what lives as long as the process: code, models, metrics.

    A batch makes so many objects that it would go through all of them several times a second,
    which was a fifth of a consumer's CPU.
    """
    gc.collect()
    gc.freeze()


async def _drain(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        _log.warning("process.cut_off", role=task.get_name())
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=1)


def _parts(
    runtime: Runtime[U], roles: Sequence[str], wakeups: dict[str, Wakeup]
) -> dict[str, Part]:
    service, settings = runtime.service, runtime.settings
    access = broker_access(settings.kafka)
    parts: dict[str, Part] = {"web": _Web(runtime, with_api="api" in roles)}
    heard: dict[str, Callable[[], None]] = {role: each.set for role, each in wakeups.items()}
    consumers: list[Consumer[U]] = []

    def replay() -> None:
        for consumer in consumers:
            consumer.replay()

    if "relay" in roles:
        hidden = service.hidden_topics
        forgotten_early = [*hidden, *service.hidden_reads]
        parts["relay"] = Relay(
            PostgresLeadership(settings.postgres.system_url.get_secret_value()),
            KafkaSender(access, service.name),
            wakeups["relay"],
            runtime.clock,
            hidden=hidden,
            keep=lambda: keep_delivery(runtime.system, runtime.clock.now(), forgotten_early),
        )
    if "consumer" in roles:
        for group in sorted({subscription.group for subscription in service.subscriptions}):
            name = f"{service.name}.{group}"
            chosen = [each for each in service.subscriptions if each.group == group]
            topics = sorted({topic_of(each.type) for each in chosen})
            source = KafkaSource(access, topics, name, settings.instance)
            store = PostgresBatchStore(runtime.units(), service.name, service.hidden_reads)
            consumer = Consumer(source, store, chosen, group=name)
            consumers.append(consumer)
            parts[f"consumer {group}"] = consumer
        heard["replay"] = replay
    if "timers" in roles and service.timers:
        parts["timers"] = TimerRunner(
            runtime.units(), service.timers, wakeups["timers"], service.restricted_timers
        )
    if settings.valkey_url and heard:
        parts["pings"] = _Loop(runtime, partial(runtime.listen, heard))
    for role, work in service.extra_roles.items():
        if role in roles:
            parts[role] = _Loop(runtime, partial(work, runtime))
    return parts


def broker_access(kafka: KafkaSettings) -> BrokerAccess:
    """Return how the clients reach the broker."""
    return BrokerAccess(
        bootstrap=kafka.bootstrap,
        username=kafka.username or "",
        password=kafka.password.get_secret_value() if kafka.password else "",
        security_protocol="SASL_SSL" if kafka.tls else "SASL_PLAINTEXT",
        ssl_context=ssl.create_default_context(cafile=kafka.ca_file) if kafka.tls else None,
    )


def _add_checks(runtime: Runtime[U], parts: dict[str, Part]) -> None:
    def working(part: Part) -> Callable[[], Awaitable[None]]:
        async def check() -> None:
            if part.problem is not None:
                raise Transient(part.problem)

        return check

    async def database() -> None:
        await runtime.ping()

    runtime.health.checks["database"] = database
    for name, part in parts.items():
        runtime.health.checks[name] = working(part)


def _version(name: str) -> str:
    try:
        return version(f"lianfang-{name}")
    except PackageNotFoundError:
        return "unknown"


class _Loop:
    """A role that a function is; it ends by `runtime.closing`, or else by cancellation."""

    def __init__(self, runtime: Runtime[U], work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._closing = runtime.closing
        self.problem: str | None = None

    async def run(self) -> None:
        """Run the function; an end that was not asked for is a crash."""
        work = asyncio.ensure_future(self._work())
        closing = asyncio.create_task(self._closing.wait())
        await asyncio.wait([work, closing], return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not work.done():
            await asyncio.wait([work], timeout=2)
            work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    def stop(self) -> None:
        """Nothing to do: `runtime.closing` is set before."""


class _Server(uvicorn.Server):
    """Leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Web:
    """Serves the API, or health and metrics alone."""

    def __init__(self, runtime: Runtime[U], *, with_api: bool) -> None:
        settings, web = runtime.settings, runtime.for_api()
        self.problem: str | None = "starting"
        app = web.service.build_api(web) if with_api else health_api(web.service.name)
        app.state.health = runtime.health
        # Bound here, so that a taken port is one clear error before anything else starts.
        self._socket = socket.create_server((settings.http_host, settings.http_port), backlog=2048)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            http=BoundedProtocol,
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=max(1, int(settings.drain_seconds) - 2),
        )
        self._server = _Server(config)

    async def run(self) -> None:
        """Serve until stopped."""
        self.problem = None
        address, port = self._socket.getsockname()[:2]
        _log.info("web.listening", host=address, port=port)
        await self._server.serve([self._socket])

    def stop(self) -> None:
        """Stop accepting; open requests may finish."""
        self._server.should_exit = True
