"""The service's tables, declared once; the migration creates them and guards them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from lianfang_common.outbox import UNGUARDED as DELIVERY_UNGUARDED
from lianfang_common.outbox import outbox_table

metadata = MetaData()
outbox = outbox_table(metadata)

_PLACE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("ce_id", Uuid, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("office_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("grid", _PLACE),
    Column("premises_id", Uuid),
    Column("flagged", Boolean, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("body_zh", Text, nullable=False),
    Column("body_en", Text, nullable=False),
    Column("occurred_at", _INSTANT, nullable=False),
    Column("raised_at", _INSTANT, nullable=False),
    Column("acknowledge_by", _INSTANT),
    Column("stale_at", _INSTANT, nullable=False),
    Column("escalated_from", Uuid),
    Column("state", Text, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    Column("acknowledged_at", _INSTANT),
    Column("acknowledged_by", Uuid),
    Column("settled_by", Text),
    Column("settled_at", _INSTANT),
    # Free text of a member: sealed by the service, unreadable to whoever holds the database.
    Column("comment_sealed", LargeBinary),
    # No foreign key to rules: nobody has a right to delete one, and each key check would lock the
    # same few rows on the measured path.
    CheckConstraint(
        "state in ('raised', 'acknowledged', 'escalated', 'stale', 'settled')",
        name="notices_state",
    ),
    CheckConstraint(
        "(state = 'acknowledged') = (acknowledged_at is not null)", name="notices_acknowledged"
    ),
    CheckConstraint(
        "(state = 'settled') = (settled_at is not null)"
        " and (settled_at is null) = (settled_by is null)",
        name="notices_settled",
    ),
    Index("notices_once", "ce_id", "rule_id", "office_id", "role", unique=True),
    Index("notices_by_desk", "office_id", "role", "id"),
    Index("notices_by_week", "raised_at", postgresql_using="brin"),
    Index(
        "notices_awaited",
        "acknowledge_by",
        postgresql_where=text("state = 'raised' and acknowledge_by is not null"),
    ),
    Index(
        "notices_waiting",
        "subject_id",
        "rule_id",
        postgresql_where=text("state in ('raised', 'escalated')"),
    ),
    Index(
        "notices_open",
        "office_id",
        "role",
        "id",
        postgresql_where=text("state not in ('acknowledged', 'settled')"),
    ),
)

rules = Table(
    "rules",
    metadata,
    Column("rule_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("event_type", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("role", Text),
    Column("definition", JSONB, nullable=False),
    Column("defined_at", _INSTANT, nullable=False, server_default=text("now()")),
)
"""Every version of every routing rule; a version is never changed."""

templates = Table(
    "templates",
    metadata,
    Column("template_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("definition", JSONB, nullable=False),
)

digest_counts = Table(
    "digest_counts",
    metadata,
    Column("office_id", Uuid, primary_key=True),
    Column("monday", Date, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many facts wait for a committee's digest of the week that begins on `monday`."""

areas = Table(
    "areas",
    metadata,
    Column("code", _PLACE, primary_key=True),
    Column("area_id", Uuid, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", _PLACE),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

offices = Table(
    "offices",
    metadata,
    Column("office_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("lead_parent", Uuid),
    Column("guide_parent", Uuid),
    Column("grids", ARRAY(Text), nullable=False),
    Column("valid_from", Date, nullable=False),
)
"""Every known version of each office: late facts are routed by the offices of their day."""

knowledge = Table(
    "knowledge",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""Two rows, `places` and `rules`: raised with every change, so that processes notice one."""

UNGUARDED: dict[str, str] = {
    **DELIVERY_UNGUARDED,
    "rules": "routing rules are the same for everybody and name nobody",
    "templates": "texts with places for codes and days; they hold nothing of a case",
    "digest_counts": "counts; the role that serves HTTP has no right on the table",
    "areas": "the area tree is public; the role that serves HTTP has no right on the table",
    "offices": "offices are public; the role that serves HTTP has no right on the table",
    "knowledge": "two counters; the role that serves HTTP has no right on the table",
    "alembic_version": "the schema's own version",
}
"""Tables without a row policy, each with the reason; a test over the catalog reads this list."""
