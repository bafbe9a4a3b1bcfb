"""The FastStream peer's tables and its session, as SQLAlchemy's documents declare them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Texts and moments with a zone, as the other programs have them."""

    type_annotation_map = {datetime: TIMESTAMP(timezone=True), str: Text, bytes: LargeBinary}


class Inbox(Base):
    """What was handled."""

    __tablename__ = "inbox"
    ce_id: Mapped[UUID] = mapped_column(primary_key=True)


class NoticeRow(Base):
    """A notice with its redaction seal."""

    __tablename__ = "notices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    ce_id: Mapped[UUID]
    rule_id: Mapped[str]
    rule_version: Mapped[int]
    event_type: Mapped[str]
    office_id: Mapped[UUID]
    role: Mapped[str]
    urgency: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    grid: Mapped[str | None]
    flagged: Mapped[bool]
    title_zh: Mapped[str]
    title_en: Mapped[str]
    body_zh: Mapped[str]
    body_en: Mapped[str]
    occurred_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None]
    stale_at: Mapped[datetime]
    state: Mapped[str]
    seal: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("ce_id", "rule_id", "office_id", "role"),
        Index("notices_by_desk", "office_id", "role", "id"),
    )


class TimerRow(Base):
    """A deadline to acknowledge."""

    __tablename__ = "timer"
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


class DigestCount(Base):
    """Facts that wait for a committee's digest."""

    __tablename__ = "digest_counts"
    office_id: Mapped[UUID] = mapped_column(primary_key=True)
    monday: Mapped[date] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class OutboxRow(Base):
    """A fact on its way out; the publisher polls for those without a moment of publishing."""

    __tablename__ = "outbox"
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    message_id: Mapped[UUID]
    topic: Mapped[str]
    key: Mapped[UUID]
    type: Mapped[str]
    occurred_at: Mapped[datetime]
    body: Mapped[str]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        Index("outbox_waiting", "position", postgresql_where=text("published_at is null")),
    )


def engine_of(url: str) -> AsyncEngine:
    """Return the engine of a database."""
    return create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))


def sessions_of(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Return what opens sessions."""
    return async_sessionmaker(engine, expire_on_commit=False)
