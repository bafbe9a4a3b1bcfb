"""The gateway's tables, declared once; the migration creates, guards and grants them."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from lianfang_common.outbox import UNGUARDED as DELIVERY
from lianfang_common.outbox import outbox_table

metadata = MetaData()
outbox_table(metadata)

_PLACE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

account = Table(
    "account",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("office", Uuid),
    Column("active", Boolean, nullable=False),
)

account_password = Table(
    "account_password",
    metadata,
    Column("account", Uuid, ForeignKey("account.id"), primary_key=True),
    Column("hash", Text, nullable=False),
)
"""For the embedded issuer alone; with an issuer of one's own the table stays empty."""

session = Table(
    "session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Uuid, ForeignKey("account.id"), nullable=False),
    Column("started_at", _INSTANT, nullable=False),
    Column("seen_at", _INSTANT, nullable=False),
    Column("ends_at", _INSTANT, nullable=False),
    Index("session_by_account", "account"),
    Index("session_by_end", "ends_at"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("window_started_at", _INSTANT, nullable=False),
)
"""Keyed digests of logins and addresses, so that the table names nobody."""

issuer_code = Table(
    "issuer_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Uuid, ForeignKey("account.id"), nullable=False),
    Column("challenge", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("expires_at", _INSTANT, nullable=False),
)

area = Table(
    "area",
    metadata,
    Column("code", _PLACE, primary_key=True),
    Column("level", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("area_by_level", "level", "code"),
)

office = Table(
    "office",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("grids", ARRAY(_PLACE), nullable=False),
    Column("version", BigInteger, nullable=False),
)

desk_counter = Table(
    "desk_counter",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("office", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("ce_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("notice_id", Uuid, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("stored_at", _INSTANT, nullable=False),
    CheckConstraint(
        "kind in ('raised', 'acknowledged', 'escalated', 'settled', 'stale')",
        name="feed_kind_known",
    ),
    Index("feed_once", "ce_id", "office", "role", unique=True),
    Index("feed_by_notice", "notice_id"),
    Index("feed_by_age", "stored_at"),
)

GUARDED_BY_RECIPIENT = ("desk_counter", "feed")

UNGUARDED: dict[str, str] = {
    "account": "looked up before anybody is known; the application role can only read it",
    "account_password": "hashes for the embedded issuer; the application role can only read them",
    "session": "digests of random ids: a row is found only by who holds the cookie",
    "login_failure": "keyed digests and counts, kept before anybody is known",
    "issuer_code": "digests of random codes of the embedded issuer, each good for a minute",
    "area": "the public area tree, the same for everyone",
    "office": "the public list of offices and their grids, the same for everyone",
    "alembic_version": "the schema's own version",
    **DELIVERY,
}
"""Tables without a row policy, each with the reason; a test over the catalog reads this list."""
