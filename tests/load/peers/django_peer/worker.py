"""The Celery application and its one task.

Tuned as Celery's page on optimizing says: late acknowledgement for work that may be repeated, a
prefetch for short tasks, no results, no events.
"""

import logging
import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django
from celery import Celery, signals
from django.db import connection, transaction
from django.db.models import F

from peers.facts import district
from peers.gate import Moments, told, wait_for_go
from peers.rows import READERS, Rules

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peers.django_peer.settings")
django.setup()
from peers.django_peer.models import DigestCount, Inbox, Notice, Outbox, Timer

part = told()
rules = Rules(district(), part.seal_key)
moments = Moments(part.moments)
app = Celery("peer", broker=part.valkey_url)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=part.group,
    worker_prefetch_multiplier=64,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    CELERY_DB_REUSE_MAX=1_000_000,
)
logging.disable(logging.INFO)


@app.task(name="on_fact")
def on_fact(ce_id: str, event_type: str, moment: str, body: str) -> None:
    """Store what a fact leads to, once."""
    event = READERS[event_type].model_validate_json(body)
    identity, occurred_at = UUID(ce_id), datetime.fromisoformat(moment)
    with transaction.atomic():
        _, new = Inbox.objects.get_or_create(ce_id=identity)
        if not new:
            return
        now = datetime.now(UTC)
        found = rules.outcome(identity, event_type, occurred_at, dict(event), now)
        Notice.objects.bulk_create(Notice(**row) for row in found.notices)
        Timer.objects.bulk_create(Timer(**row) for row in found.timers)
        Outbox.objects.bulk_create(Outbox(**row) for row in found.outbox)
        for (office, monday, rule), count in sorted(Counter(found.counts).items()):
            key = {"office_id": office, "monday": monday, "rule_id": rule}
            counted, first = DigestCount.objects.get_or_create(**key, defaults={"count": count})
            if not first:
                DigestCount.objects.filter(pk=counted.pk).update(count=F("count") + count)
        transaction.on_commit(lambda: moments.note([ce_id]))


@signals.worker_init.connect
def _wait(**_: Any) -> None:
    """Imported, with the database reached once; the pool's processes are forked after the word."""
    connection.ensure_connection()
    connection.close()
    wait_for_go()
