"""Every metric of the delivery machinery, declared once: kind, unit, labels.

Topics that are restricted, or not to be counted, appear in no label and no count; they are healthy
or late.
"""

from prometheus_client import Counter, Gauge

OUTBOX_OLDEST_SECONDS = Gauge("common_outbox_oldest_unpublished_seconds", "Age of the oldest.")
OUTBOX_PUBLISHED = Counter("common_outbox_published_total", "Facts that have left.", ["topic"])
OUTBOX_FAILURES = Counter("common_outbox_failures_total", "Rounds that failed, by why.", ["part"])
RELAY_LEADING = Gauge("common_relay_leading", "1 where this process is the active relay.")

EVENTS_HANDLED = Counter("common_events_handled_total", "Events handled.", ["group", "topic"])
BATCH_RETRIES = Counter("common_consumer_retries_total", "Batches held.", ["group"])
CONSUMER_LAG = Gauge("common_consumer_lag_events", "Events that wait.", ["group", "topic"])
CONSUMER_LATE = Gauge("common_consumer_late", "1 where a group is behind, uncounted.", ["group"])
CONSUMER_BRAKED = Gauge("common_consumer_braked", "1 where it stopped by itself.", ["group"])
CONSUMER_RESTARTS = Counter("common_consumer_restarts_total", "Clients replaced.", ["group"])
DEAD_LETTERS = Counter("common_dead_letters_total", "Messages parked.", ["group", "reason"])
DEAD_LETTERS_OPEN = Gauge("common_dead_letters_open", "Parked and not settled.", ["group"])

TIMERS_FIRED = Counter("common_timers_fired_total", "Deadlines that had their effect.", ["kind"])
TIMERS_FAILED = Counter("common_timers_failed_total", "Deadlines put off for later.", ["kind"])
TIMERS_OLDEST_SECONDS = Gauge("common_timers_oldest_overdue_seconds", "Of the oldest due.")
