"""The service's tables, declared once; the migration creates them and guards them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

from lianfang_audit.schema import seals_table
from lianfang_common import outbox as delivery

metadata = MetaData()
delivery.outbox_table(metadata)

_PLACE = Text(collation="C")
_INSTANT = DateTime(timezone=True)


def _desk(name: str) -> tuple[Column[Any], Column[Any]]:
    """Return the columns of a desk that acted."""
    return Column(f"{name}_office", Uuid), Column(f"{name}_role", Text)


def _whole_desk(table: str, name: str) -> CheckConstraint:
    return CheckConstraint(
        f"({name}_office is null) = ({name}_role is null)", name=f"{table}_{name}_desk"
    )


incidents = Table(
    "incidents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("grid", _PLACE, nullable=False),
    Column("premises_id", Uuid),
    Column("classification", Text, nullable=False),
    Column("against_person", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("opened_at", _INSTANT, nullable=False),
    Column("day_part", Text, nullable=False),
    Column("method", Text),
    Column("tip", Text),
    Column("arrive_by", _INSTANT),
    Column("arrived_at", _INSTANT),
    *_desk("arrived_by"),
    Column("missed_at", _INSTANT),
    Column("closed_at", _INSTANT),
    *_desk("closed_by"),
    Column("outcome", Text),
    Column("reports", Integer, nullable=False),
    CheckConstraint("reports >= 1", name="incidents_reports_at_least_one"),
    CheckConstraint(
        "(closed_at is null) = (outcome is null)", name="incidents_closed_with_outcome"
    ),
    _whole_desk("incidents", "arrived_by"),
    _whole_desk("incidents", "closed_by"),
    # The place of a later report's parent: few incidents of one premises are open.
    Index("incidents_by_premises", "premises_id", "classification", "opened_at"),
    Index("incidents_by_grid", "grid", "id"),
    Index("incidents_open", "grid", "id", postgresql_where=text("closed_at is null")),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("incident_id", Uuid, ForeignKey("incidents.id"), nullable=False),
    Column("grid", _PLACE, nullable=False),
    Column("premises_id", Uuid),
    Column("source", Text, nullable=False),
    Column("external_id", Text),
    Column("classification", Text, nullable=False),
    Column("against_person", Boolean, nullable=False),
    Column("occurred_at", _INSTANT, nullable=False),
    Column("received_at", _INSTANT, nullable=False),
    *_desk("received_by"),
    Column("method", Text),
    Column("tip", Text),
    Column("linked", Boolean, nullable=False),
    # Free text and a phone: sealed by the service, unreadable to whoever holds the database.
    Column("narrative_sealed", LargeBinary),
    Column("caller_phone_sealed", LargeBinary),
    _whole_desk("reports", "received_by"),
    Index("reports_once", "source", "external_id", unique=True),
    Index("reports_by_incident", "incident_id", "id"),
)

areas = Table(
    "areas",
    metadata,
    Column("code", _PLACE, primary_key=True),
    Column("level", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

premises = Table(
    "premises",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("grid", _PLACE, nullable=False),
    Column("version", Integer, nullable=False),
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("report_id", Uuid, nullable=False),
    Column("incident_id", Uuid, nullable=False),
    Column("grid", _PLACE, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("office", Uuid),
    Column("role", Text, nullable=False),
    Column("break_glass", Boolean, nullable=False),
    Column("reason_sealed", LargeBinary),
    Column("disclosed_at", _INSTANT, nullable=False),
    Column("position", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("sealed", Boolean, nullable=False, server_default=text("false")),
    Index("disclosures_by_report", "report_id"),
    Index("disclosures_unsealed", "position", postgresql_where=text("not sealed")),
)
"""Who read a narrative or a caller's phone, when, and for which open incident; chained."""

seals_table(metadata)

GUARDED_BY_AREA = ("incidents", "reports", "premises", "disclosures")

UNGUARDED: dict[str, str] = {
    **delivery.UNGUARDED,
    "areas": "the area tree is public; it says nothing of anybody",
    "alembic_version": "the schema's own version",
}
"""Tables without a row policy, each with the reason; a test over the catalog reads this list."""
