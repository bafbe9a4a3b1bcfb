"""The Django peer's tables."""

from django.db import models


class Inbox(models.Model):
    """What was handled."""

    ce_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "inbox"


class Notice(models.Model):
    """A notice with its redaction seal."""

    id = models.UUIDField(primary_key=True)
    ce_id = models.UUIDField()
    rule_id = models.TextField()
    rule_version = models.IntegerField()
    event_type = models.TextField()
    office_id = models.UUIDField()
    role = models.TextField()
    urgency = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    grid = models.TextField(null=True)
    flagged = models.BooleanField()
    title_zh = models.TextField()
    title_en = models.TextField()
    body_zh = models.TextField()
    body_en = models.TextField()
    occurred_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    acknowledge_by = models.DateTimeField(null=True)
    stale_at = models.DateTimeField()
    state = models.TextField()
    seal = models.BinaryField()

    class Meta:
        db_table = "notices"
        constraints = (
            models.UniqueConstraint(
                fields=("ce_id", "rule_id", "office_id", "role"), name="notices_once"
            ),
        )
        indexes = (models.Index(fields=("office_id", "role", "id"), name="notices_by_desk"),)


class Timer(models.Model):
    """A deadline to acknowledge."""

    kind = models.TextField()
    subject = models.UUIDField()
    due_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "timer"
        constraints = (models.UniqueConstraint(fields=("kind", "subject"), name="timer_once"),)


class DigestCount(models.Model):
    """Facts that wait for a committee's digest."""

    office_id = models.UUIDField()
    monday = models.DateField()
    rule_id = models.TextField()
    count = models.IntegerField()

    class Meta:
        db_table = "digest_counts"
        constraints = (
            models.UniqueConstraint(
                fields=("office_id", "monday", "rule_id"), name="digest_counts_once"
            ),
        )


class Outbox(models.Model):
    """A fact on its way out; in the other direction the task queue is the way."""

    message_id = models.UUIDField()
    topic = models.TextField()
    key = models.UUIDField()
    type = models.TextField()
    occurred_at = models.DateTimeField()
    body = models.TextField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox"
        indexes = (
            models.Index(
                fields=("id",), condition=models.Q(published_at=None), name="outbox_waiting"
            ),
        )


class Committed(models.Model):
    """What the latency run commits before it hands a fact over."""

    ce_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "committed"
