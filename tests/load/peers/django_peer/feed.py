"""Hands facts to the task queue: all at once, or each after a commit of its own, at a rate.

usage: python -m peers.django_peer.feed tables | FILE [RATE]
"""

import sys
import time
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from peers.django_peer.worker import moments, on_fact
from peers.facts import read_facts
from peers.gate import wait_for_go


def tables() -> None:
    """Make the tables of every model."""
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("django_peer").get_models():
            editor.create_model(model)


def at_once(file: Path) -> None:
    """Put every fact into the queue."""
    with on_fact.app.producer_pool.acquire(block=True) as producer:
        for fact in read_facts(file):
            on_fact.apply_async(fact[:4], producer=producer)


def at_a_rate(file: Path, rate: float) -> None:
    """Commit a row for each fact and hand the fact over once that is done; note the moment."""
    committed = apps.get_model("django_peer", "Committed").objects
    facts = read_facts(file)
    connection.ensure_connection()
    wait_for_go()
    begun = time.monotonic()
    for nth, fact in enumerate(facts):
        time.sleep(max(0.0, begun + nth / rate - time.monotonic()))
        with transaction.atomic():
            committed.create(ce_id=fact[0])
            transaction.on_commit(lambda fact=fact: moments.note([fact[0]]))
            transaction.on_commit(lambda fact=fact: on_fact.delay(*fact[:4]))


if __name__ == "__main__":
    if sys.argv[1] == "tables":
        tables()
    elif len(sys.argv) == 2:
        at_once(Path(sys.argv[1]))
    else:
        at_a_rate(Path(sys.argv[1]), float(sys.argv[2]))
