"""The tables of rentals, declared once; migrations and the catalog test read the same metadata."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, INT4RANGE, ExcludeConstraint

from lianfang_common import outbox as delivery

metadata = MetaData()
delivery.outbox_table(metadata)

PLACE = Text(collation="C")

area = Table(
    "area",
    metadata,
    Column("area_id", Uuid, primary_key=True),
    Column("code", PLACE, nullable=False, index=True),
    Column("level", Text, nullable=False),
    Column("parent_code", PLACE),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

office = Table(
    "office",
    metadata,
    Column("office_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("grids", ARRAY(PLACE), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Index("office_by_grid", "grids", postgresql_using="gin"),
)

organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("credit_code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

premises = Table(
    "premises",
    metadata,
    Column("premises_id", Uuid, primary_key=True),
    Column("grid", PLACE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rooms", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("let_by_person", Uuid),
    Column("let_by_receipt", Uuid),
    Column("let_by_organisation", Uuid, ForeignKey("organisation.organisation_id")),
    Column("filed_at", DateTime(timezone=True), nullable=False),
    Column("landlords_recorded", Integer, nullable=False, server_default=text("0")),
    Column("version", Integer, nullable=False),
    CheckConstraint("grid ~ '^[0-9]{15}$'", name="premises_grid_has_15_digits"),
    CheckConstraint("rooms between 1 and 200", name="premises_have_rooms"),
    CheckConstraint(
        "let_by_person is null or let_by_organisation is null", name="premises_one_landlord"
    ),
    Index("premises_by_grid", "grid", "premises_id"),
)

staged_premises = Table(
    "staged_premises",
    metadata,
    Column("line", Integer, nullable=False),
    Column("premises_id", Uuid, nullable=False),
    Column("grid", PLACE, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rooms", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("organisation_id", Uuid),
    Column("credit_code", Text),
    Column("organisation_name", Text),
    Column("accounts", ARRAY(Uuid), nullable=False),
    prefixes=["UNLOGGED"],
)

tenancy = Table(
    "tenancy",
    metadata,
    Column("tenancy_id", Uuid, primary_key=True),
    Column("premises_id", Uuid, ForeignKey("premises.premises_id"), nullable=False),
    Column("grid", PLACE, nullable=False),
    Column("room", Integer),
    # Whole premises have no number and an unbounded range, which meets every room.
    Column("rooms", INT4RANGE, Computed("int4range(room, room, '[]')"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("days", DATERANGE, Computed("daterange(first_day, last_day, '[]')"), nullable=False),
    Column("tenants", Integer, nullable=False),
    Column("let_by_person", Uuid),
    Column("let_by_receipt", Uuid),
    Column("let_by_organisation", Uuid, ForeignKey("organisation.organisation_id")),
    Column("registered_by", Text, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    CheckConstraint("last_day >= first_day", name="tenancy_ends_after_it_starts"),
    CheckConstraint("registered_by in ('officer', 'landlord')", name="tenancy_way_in"),
    ExcludeConstraint(
        (text("premises_id"), "="),
        (text("rooms"), "&&"),
        (text("days"), "&&"),
        name="tenancy_room_let_once",
        using="gist",
    ),
    Index("tenancy_by_grid", "grid", "tenancy_id"),
    Index("tenancy_by_premises", "premises_id"),
)

tenant = Table(
    "tenant",
    metadata,
    Column("tenancy_id", Uuid, ForeignKey("tenancy.tenancy_id"), primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("premises_id", Uuid, nullable=False),
    Column("grid", PLACE, nullable=False),
    Column("receipt_id", Uuid, nullable=False),
    UniqueConstraint("receipt_id", name="tenant_receipt_once"),
)

redeemed_receipt = Table(
    "redeemed_receipt",
    metadata,
    Column("receipt_id", Uuid, primary_key=True),
    Column("premises_id", Uuid, nullable=False),
    Column("grid", PLACE, nullable=False),
)

# Reviewed: what a caller may read without a place. Everything else is guarded by place or grant.
UNGUARDED: dict[str, str] = {
    "alembic_version": "the schema's own version",
    "area": "the public area tree, the same for everyone",
    "office": "the public list of offices and their grids, the same for everyone",
    "organisation": "names and codes of the public business register; no place; "
    "reached only by way of guarded premises and tenancies",
    "staged_premises": "a load fills and empties it in one transaction; for the system role alone",
    **delivery.UNGUARDED,
}
