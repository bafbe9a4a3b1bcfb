"""The service's tables, declared once; the migration creates them and guards them.

Places of persons' residences are guarded by area; the register of supervision and help by the
offices that answer for an entry; a residence-change case by its grants.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from lianfang_audit.schema import seals_table
from lianfang_common import outbox as delivery
from population.domain.supervision import CATEGORIES

metadata = MetaData()
outbox = delivery.outbox_table(metadata)

_PLACE = Text(collation="C")
_INSTANT = DateTime(timezone=True)


def _one_of(column: str, codes: list[str]) -> str:
    return f"{column} in ({', '.join(repr(code) for code in codes)})"


areas = Table(
    "areas",
    metadata,
    Column("area_id", Uuid, primary_key=True),
    Column("code", _PLACE, nullable=False, unique=True),
    Column("level", Text, nullable=False),
    Column("parent_code", _PLACE),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("code ~ '^([0-9]{3}){2,5}$'", name="areas_code"),
)

offices = Table(
    "offices",
    metadata,
    Column("office_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("lead_parent", Uuid),
    Column("guide_parent", Uuid),
    Column("valid_from", Date, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        _one_of("kind", ["bureau", "station", "room", "committee", "justice"]), name="offices_kind"
    ),
)

office_grids = Table(
    "office_grids",
    metadata,
    Column("office_id", Uuid, ForeignKey("offices.office_id"), primary_key=True),
    Column("grid", _PLACE, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("kind", Text, nullable=False),
    CheckConstraint("valid_to >= valid_from", name="office_grids_days"),
    # One office of a kind works for a grid at a time: the room of a grid is one room.
    Index(
        "office_grids_now", "grid", "kind", unique=True, postgresql_where=text("valid_to is null")
    ),
)

persons = Table(
    "persons",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("name", _PLACE, nullable=False),
    Column("pinyin", _PLACE, nullable=False),
    Column("document_kind", Text, nullable=False),
    Column("document_index", LargeBinary, nullable=False, unique=True),
    Column("document_sealed", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("version", Integer, nullable=False),
    Index("persons_by_name", "name", "person_id"),
    Index("persons_by_pinyin", "pinyin", "person_id"),
)

identity_claims = Table(
    "identity_claims",
    metadata,
    Column("claim_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("account", Uuid),
    Column("office", Uuid),
    Column("claimed_at", _INSTANT, nullable=False),
    Column("state", Text, nullable=False),
    ForeignKeyConstraint(["person_id"], ["persons.person_id"], ondelete="CASCADE"),
    CheckConstraint(_one_of("state", ["agrees", "to_review", "reviewed"]), name="claims_state"),
    Index("identity_claims_by_person", "person_id"),
    Index("identity_claims_to_review", "claim_id", postgresql_where=text("state = 'to_review'")),
)

landlord_accounts = Table(
    "landlord_accounts",
    metadata,
    Column("premises_id", Uuid, primary_key=True),
    Column("accounts", ARRAY(Uuid), nullable=False),
    Column("version", Integer, nullable=False),
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("receipt_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("account", Uuid, nullable=False),
    Column("audience", Text, nullable=False),
    Column("object_id", Uuid, nullable=False),
    Column("issued_at", _INSTANT, nullable=False),
    # Day on which rentals recorded the person as a landlord under this receipt.
    Column("landlord_since", Date),
    ForeignKeyConstraint(["person_id"], ["persons.person_id"], ondelete="CASCADE"),
    Index("resolutions_by_person", "person_id"),
)

resolve_quotas = Table(
    "resolve_quotas",
    metadata,
    Column("account", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("numbers", Integer, nullable=False),
)

residences = Table(
    "residences",
    metadata,
    Column("residence_id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("persons.person_id"), nullable=False),
    Column("grid", _PLACE, nullable=False),
    Column("tenancy_id", Uuid),
    Column("receipt_id", Uuid, unique=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("ended", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("last_day >= first_day", name="residences_days"),
    Index("residences_by_person", "person_id"),
    Index("residences_by_tenancy", "tenancy_id", postgresql_where=text("tenancy_id is not null")),
    Index("residences_by_grid", "grid", "person_id"),
)

match_queue = Table(
    "match_queue",
    metadata,
    Column("residence_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("grid", _PLACE, nullable=False),
)

forget_queue = Table("forget_queue", metadata, Column("person_id", Uuid, primary_key=True))

staged_persons = Table(
    "staged_persons",
    metadata,
    Column("line", Integer, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("name", _PLACE, nullable=False),
    Column("pinyin", _PLACE, nullable=False),
    Column("document_kind", Text, nullable=False),
    Column("document_index", LargeBinary, nullable=False),
    Column("document_sealed", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary),
    Column("claim_id", Uuid, nullable=False),
    Column("residence_id", Uuid, nullable=False),
    Column("grid", _PLACE, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    prefixes=["UNLOGGED"],
)

_GROUNDS = " or ".join(
    f"(category = '{code}' and {_one_of('statute', sorted(category.statutes))})"
    for code, category in CATEGORIES.items()
)

supervision_entries = Table(
    "supervision_entries",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("category", Text, nullable=False),
    Column("statute", Text, nullable=False),
    Column("deciding_organ", Text, nullable=False),
    Column("document_sealed", LargeBinary, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("review_due_on", Date, nullable=False),
    Column("review_missed", Boolean, nullable=False),
    Column("justice_office", Uuid, ForeignKey("offices.office_id"), nullable=False),
    Column("assisting_committee", Uuid, ForeignKey("offices.office_id")),
    # The link to the person: a keyed hash and a sealed id, under a key that the API and the
    # matcher alone have. Delisting drops the hash, so that nothing finds the entry any more.
    Column("person_key", LargeBinary),
    Column("person_sealed", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed_at", _INSTANT),
    Column("version", Integer, nullable=False),
    Column("active", Boolean, Computed("case when state = 'active' then true end", persisted=True)),
    CheckConstraint(_GROUNDS, name="entries_statutory_ground"),
    CheckConstraint("length(btrim(deciding_organ)) >= 2", name="entries_organ"),
    CheckConstraint("length(document_sealed) > 0", name="entries_document"),
    CheckConstraint("starts_on <= ends_on", name="entries_term"),
    CheckConstraint("review_due_on <= ends_on", name="entries_review_in_term"),
    CheckConstraint(
        "(state = 'active' and person_key is not null and sealed_at is null)"
        " or (state = 'delisted' and person_key is null and sealed_at is not null)",
        name="entries_sealed_when_delisted",
    ),
    # An active entry has exactly one open responsibility: this key asks for one, and the unique
    # constraint on the other side forbids two.
    ForeignKeyConstraint(
        ["entry_id", "active"],
        ["responsibilities.entry_id", "responsibilities.open"],
        name="entries_have_one_responsible_office",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    ),
    Index("entries_by_person", "person_key", postgresql_where=text("state = 'active'")),
)

responsibilities = Table(
    "responsibilities",
    metadata,
    Column("responsibility_id", Uuid, primary_key=True),
    Column("entry_id", Uuid, nullable=False),
    Column("office_id", Uuid, ForeignKey("offices.office_id"), nullable=False),
    Column("since", _INSTANT, nullable=False),
    Column("until", _INSTANT),
    Column("open", Boolean, Computed("case when until is null then true end", persisted=True)),
    UniqueConstraint("entry_id", "open", name="responsibilities_one_open"),
    CheckConstraint("until >= since", name="responsibilities_moments"),
    Index("responsibilities_by_office", "office_id", postgresql_where=text("until is null")),
)

residence_change_cases = Table(
    "residence_change_cases",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("entry_id", Uuid, ForeignKey("supervision_entries.entry_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("managing_office", Uuid, nullable=False),
    Column("receiving_office", Uuid),
    Column("justice_office", Uuid),
    # Person, residence and grid of the match under the register's key; dropped at the end.
    Column("link_sealed", LargeBinary),
    Column("residence_key", LargeBinary, nullable=False),
    Column("opened_at", _INSTANT, nullable=False),
    Column("review_due_at", _INSTANT, nullable=False),
    Column("review_missed", Boolean, nullable=False),
    Column("accept_due_at", _INSTANT),
    Column("acceptance_missed", Boolean, nullable=False),
    Column("refusal", Text),
    Column("outcome", Text),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        _one_of("state", ["to_review", "confirmed", "accepted", "closed"]), name="cases_state"
    ),
    CheckConstraint("(state = 'closed') = (outcome is not null)", name="cases_outcome"),
    CheckConstraint(
        "state not in ('confirmed', 'accepted')"
        " or (receiving_office is not null and justice_office is not null)",
        name="cases_offices",
    ),
    Index(
        "cases_once_open",
        "entry_id",
        "residence_key",
        unique=True,
        postgresql_where=text("state in ('to_review', 'confirmed')"),
    ),
    Index(
        "cases_to_seal",
        "case_id",
        postgresql_where=text("state = 'closed' and link_sealed is not null"),
    ),
)

grants = Table(
    "grants",
    metadata,
    Column("subject", Uuid, nullable=False),
    Column("office", Uuid),
    Column("account", Uuid),
    Column("until", _INSTANT),
)

audit = Table(
    "audit",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("at", _INSTANT, nullable=False),
    Column("account", Uuid),
    Column("office", Uuid),
    Column("role", Text),
    Column("act", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject", Uuid),
    Column("purpose_kind", Text),
    Column("purpose_id", Uuid),
    Column("sealed", Boolean, nullable=False, server_default=text("false")),
    Index("audit_unsealed", "position", postgresql_where=text("not sealed")),
)

seals_table(metadata)

break_glass = Table(
    "break_glass",
    metadata,
    Column("glass_id", Uuid, primary_key=True),
    Column("account", Uuid, nullable=False),
    Column("office", Uuid),
    Column("person_id", Uuid, nullable=False),
    Column("reason_sealed", LargeBinary, nullable=False),
    Column("broken_at", _INSTANT, nullable=False),
    Column("open_until", _INSTANT, nullable=False),
    Column("review_due_at", _INSTANT, nullable=False),
    Column("reviewed_at", _INSTANT),
    Column("reviewed_by", Uuid),
    Column("version", Integer, nullable=False),
    Index("break_glass_by_account", "account"),
)

UNGUARDED: dict[str, str] = {
    **delivery.UNGUARDED,
    "alembic_version": "the revision of the schema",
    "areas": "public: the tree of areas",
    "offices": "public: which offices exist",
    "office_grids": "public: which office works for which grid",
    "staged_persons": "a load fills and empties it in one transaction; for the system role alone",
}
"""Tables without row-level security, each with the reason; a test compares it with the catalog."""
