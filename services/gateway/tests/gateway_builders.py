"""Accounts, offices, notices and settings, as tests need them."""

import base64
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey

from gateway.consumed import NoticeAcknowledged, NoticeEscalated, NoticeRaised
from gateway.settings import LiveSettings, LoginSettings, Settings, UpstreamSettings
from gateway.storage.accounts import AccountDefinition
from gateway.storage.feed import Desk
from gateway.storage.places import OfficeRow
from lianfang_common.ids import new_id
from lianfang_common.subscriptions import Received

ROOM_A = UUID("0192aaaa-0000-7000-8000-00000000000a")
ROOM_B = UUID("0192aaaa-0000-7000-8000-00000000000b")
BUREAU = UUID("0192aaaa-0000-7000-8000-0000000000ff")
GRIDS_A = ["990101001001001", "990101001001002", "990101001001003"]
GRIDS_B = ["990101001002001", "990101001002003"]
DESK_A = Desk(ROOM_A, "officer")
DESK_B = Desk(ROOM_B, "officer")
PASSWORD = "right horse"

OFFICES = (
    OfficeRow(ROOM_A, "room", "甲警务室", "Room A", GRIDS_A, 1),
    OfficeRow(ROOM_B, "room", "乙警务室", "Room B", GRIDS_B, 1),
    OfficeRow(BUREAU, "bureau", "分局", "Bureau", [*GRIDS_A, *GRIDS_B], 1),
)


def an_account(
    login: str, role: str = "officer", office: UUID | None = ROOM_A, **other: Any
) -> AccountDefinition:
    """Return an account definition without a password."""
    facts = {"name_zh": "值班员", "name_en": "On Duty", "active": True, "password_hash": None}
    return AccountDefinition(
        id=new_id(), login=login, role=role, office=office, **{**facts, **other}
    )


def a_notice(desk: Desk = DESK_A, **other: Any) -> NoticeRaised:
    """Return a notice as notifications raises it."""
    facts: dict[str, Any] = {
        "notice_id": new_id(),
        "office_id": desk.office,
        "role": desk.role,
        "urgency": "normal",
        "rule": "tenancy-registered",
        "event_type": "rentals.tenancy.registered.v1",
        "subject_kind": "tenancy",
        "subject_id": new_id(),
        "grid": GRIDS_A[0],
        "title_zh": "新登记租住",
        "title_en": "A tenancy was registered",
        "body_zh": "辖区内登记了一处租住。",
        "body_en": "A tenancy was registered in your area.",
        "raised_at": datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        "acknowledge_by": None,
        "escalated_from": None,
    }
    return NoticeRaised(**{**facts, **other})


def received(event: Any, **other: Any) -> Received[Any]:
    """Return an event as the consumer hands it over."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "type": "notifications.notice.raised.v1",
        "topic": "notifications.notice",
        "key": getattr(event, "notice_id", None) or new_id(),
        "aggregate_version": 1,
        "time": datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        "account": None,
        "traceparent": None,
    }
    return Received(event=event, **{**facts, **other})


def acknowledged(notice: NoticeRaised) -> NoticeAcknowledged:
    """Return the acknowledgement of a notice."""
    return NoticeAcknowledged(
        notice_id=notice.notice_id,
        office_id=notice.office_id,
        role=notice.role,
        acknowledged_at=datetime(2026, 3, 2, 8, 5, tzinfo=UTC),
    )


def escalated(notice: NoticeRaised) -> NoticeEscalated:
    """Return the escalation of a notice."""
    return NoticeEscalated(notice_id=notice.notice_id)


def write_secrets(folder: Path) -> None:
    """Write key files as the launcher does."""
    for name in ("session", "digest", "cursor"):
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        (folder / f"{name}.key").write_text(f"k1:{key}\n")
    signing = ECKey.generate_key("P-256", {"kid": "s1", "use": "sig"})
    (folder / "signing.jwk").write_text(json.dumps(signing.as_dict(private=True)))
    public = {"keys": [signing.as_dict(private=False)]}
    (folder / "jwks.json").write_text(json.dumps(public))


def settings_for(folder: Path, public_url: str = "http://gateway.test", **other: Any) -> Settings:
    """Return settings that need no server, unless `other` names some."""
    upstream = other.pop("upstream", "http://127.0.0.1:9")
    facts: dict[str, Any] = {
        "postgres": {
            "app_url": "postgresql://app:x@127.0.0.1:1/none",
            "system_url": "postgresql://system:x@127.0.0.1:1/none",
        },
        "kafka": {"bootstrap": "127.0.0.1:1"},
        "secrets_dir": folder,
        "jwks_file": folder / "jwks.json",
        "public_url": public_url,
        "upstreams": UpstreamSettings(
            population=upstream,
            rentals=upstream,
            incidents=upstream,
            notifications=upstream,
            answer_seconds=other.pop("answer_seconds", 5.0),
        ),
        "login": LoginSettings(password_memory_kib=8, password_rounds=1),
        "live": LiveSettings(heartbeat_seconds=60, poll_seconds=30),
    }
    return Settings(**{**facts, **other})
