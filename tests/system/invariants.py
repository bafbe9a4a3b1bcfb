"""What must hold in the network at every time, whatever process died when.

Each rule is a class that looks at gathered evidence and names what breaks it, by ids alone. They
judge facts of a closed span, so they can be asked again and again, by a test or by an audit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from evidence import Evidence, Fact
from receivers import District

REGISTERED = "rentals.tenancy.registered.v1"
_LATER = ("rentals.tenancy.extended.v1", "rentals.tenancy.ended.v1")
_NOTICE = "notifications.notice"
_DEAD_LETTERS = ".dlq"


class Invariant(Protocol):
    """One rule."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield a line for each thing that breaks the rule."""


class EveryFactIsOnItsTopic:
    """What was committed was sent, under its own id, type and key."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield facts that no topic holds, and services whose outbox still waits."""
        for service, number in evidence.waiting.items():
            if number:
                yield f"{number} facts wait in the outbox of {service}"
        held = {
            (message.topic, message.id, message.type, message.key)
            for messages in evidence.messages.values()
            for message in messages
        }
        for fact in evidence.facts:
            if (fact.topic, fact.id, fact.type, fact.key) not in held:
                yield f"{fact.type} {fact.id} is not on {fact.topic}"


class NothingElseIsOnATopic:
    """What a topic tells was committed."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield messages of the span that no outbox holds."""
        known = {fact.id for fact in evidence.facts} | evidence.planted.keys()
        span = evidence.begin.isoformat(), evidence.end.isoformat()
        for topic, messages in evidence.messages.items():
            for message in messages:
                told_at = message.headers["ce_time"]
                if span[0] <= told_at < span[1] and message.id not in known:
                    yield f"{topic} holds {message.type} {message.id}, which nobody committed"


class EachKeyIsInOrder:
    """The first deliveries of one aggregate's facts come by rising version.

    A fact that is sent again after a crash repeats its place and does not count, nor does one
    that was told before the span: its first delivery is not among the evidence.
    """

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield messages that came after a later version of their aggregate."""
        begin = evidence.begin.isoformat()
        for topic, messages in evidence.messages.items():
            seen: set[str] = set()
            newest: dict[str, int] = {}
            for message in sorted(messages, key=lambda m: (m.partition, m.offset)):
                if message.id in seen or message.headers["ce_time"] < begin:
                    continue
                seen.add(message.id)
                version = message.aggregate_version
                if version < newest.get(message.key, 0):
                    yield f"{topic}: version {version} of {message.key} came late"
                newest[message.key] = version


class EachVersionIsToldOnce:
    """One change of an aggregate is one fact: no version is told twice under different ids."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield aggregates that told one version more than once."""
        told = Counter((fact.topic, fact.key, fact.version) for fact in evidence.facts)
        for (topic, key, version), number in told.items():
            if number > 1:
                yield f"{topic}: version {version} of {key} was told {number} times"


class EachTenantHasOneResidence:
    """Every tenant lives once where the tenancy says, until the day that it says last."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield tenants without a residence, with two, or with other days."""
        homes = defaultdict(list)
        for residence in evidence.residences:
            homes[residence["receipt_id"]].append(residence)
        last_days = _last_days(evidence)
        for fact in evidence.of_type(REGISTERED):
            for tenant in fact.body["tenants"]:
                found = homes[tenant["receipt_id"]]
                if len(found) != 1:
                    yield f"tenancy {fact.key}: {len(found)} residences for a tenant"
                    continue
                if (found[0]["tenancy_id"], found[0]["person_id"]) != (
                    fact.key,
                    tenant["person_id"],
                ):
                    yield f"tenancy {fact.key}: the residence is somebody else's"
                if str(found[0]["last_day"]) != last_days[fact.key]:
                    yield f"tenancy {fact.key}: the residence ends on another day"


def _last_days(evidence: Evidence) -> dict[str, str]:
    days: dict[str, str] = {}
    for fact in sorted(evidence.of_type(REGISTERED, *_LATER), key=lambda fact: fact.version):
        days[fact.key] = str(fact.body["last_day"])
    return days


@dataclass(frozen=True)
class EachDeskHasItsNotices:
    """The desks that a fact concerns have one notice of it each, and no other desk has any."""

    district: District

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield desks that were told too little or too much."""
        got: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for notice in evidence.notices:
            if notice["escalated_from"] is None:
                got[notice["ce_id"]][notice["office_id"], notice["role"]] += 1
        for fact in evidence.facts:
            if fact.topic.startswith(_NOTICE) or fact.topic.endswith(_DEAD_LETTERS):
                continue
            wanted = Counter(self.district.desks(fact.type, fact.body))
            for desk in sorted((wanted - got[fact.id]).keys()):
                yield f"{fact.type} {fact.id}: {desk} was not told"
            for desk in sorted((got[fact.id] - wanted).keys()):
                yield f"{fact.type} {fact.id}: {desk} was told once too often"


@dataclass(frozen=True)
class EachDigestCountsOnce:
    """A committee's digest counts each incident against a person in its area, and nothing else.

    Nothing but the inbox keeps a count from rising at a second delivery.
    """

    district: District

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield committees whose count differs."""
        wanted = Counter(
            self.district.office("committee", fact.body["grid"])
            for fact in evidence.of_type("incidents.incident.opened.v1")
            if fact.body["against_person"]
        )
        for office in sorted(wanted.keys() | evidence.counted.keys()):
            if evidence.counted[office] != wanted[office]:
                counts = f"{evidence.counted[office]} of {wanted[office]}"
                yield f"the digest of {office} counts {counts} incidents"


class NoNoticeTwice:
    """A fact, a rule and a desk make one notice, escalated or not."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield what made two."""
        made = Counter(
            (row["ce_id"], row["rule_id"], row["office_id"], row["role"])
            for row in evidence.notices
        )
        for (ce_id, rule, office, role), number in made.items():
            if number > 1:
                yield f"{rule} of {ce_id} made {number} notices for {office} {role}"
        raised = Counter(
            fact.body["notice_id"] for fact in evidence.of_type(f"{_NOTICE}.raised.v1")
        )
        yield from (f"notice {key} was raised twice" for key, n in raised.items() if n > 1)


class EachEscalationHasOneFollower:
    """A notice that went further up is followed by exactly one other, and no other is."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield notices whose followers do not fit their state."""
        followers = Counter(row["escalated_from"] for row in evidence.notices)
        for row in evidence.notices:
            wanted = 1 if row["state"] == "escalated" else 0
            known = row["state"] in {"escalated", "raised", "stale"}
            if known and followers[row["id"]] != wanted:
                yield f"notice {row['id']} is {row['state']}, with {followers[row['id']]} followers"


class EachDeskReadsItOnce:
    """Each notice, and what becomes of it, is one line of its desk's live view."""

    _KINDS = {"raised", "acknowledged", "escalated", "went-stale"}

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield notices and facts of notices that are no line, two lines, or another desk's."""
        lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
        told: Counter[str] = Counter()
        for line in evidence.feed:
            told[line["ce_id"]] += 1
            if line["kind"] in {"raised", "stale"}:
                lines[line["notice_id"]].append((line["office"], line["role"]))
        for row in evidence.notices:
            desk = row["office_id"], row["role"]
            if desk not in lines[row["id"]]:
                yield f"notice {row['id']} is not on the live view of {desk}"
            yield from _strangers(row["id"], desk, lines[row["id"]])
        for fact in evidence.facts:
            if fact.topic == _NOTICE and told[fact.id] != 1:
                yield f"{fact.type} {fact.id} is {told[fact.id]} lines of the live view"


def _strangers(notice: str, desk: tuple[str, str], read_by: Iterable[tuple[str, str]]) -> list[str]:
    return [f"notice {notice} is on the live view of {other}" for other in read_by if other != desk]


class EachFeedIsWithoutGaps:
    """A desk's lines are numbered one after the other."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield desks with a number missing or given twice."""
        numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
        for line in evidence.feed:
            numbers[line["office"], line["role"]].append(line["number"])
        for desk, given in numbers.items():
            for before, after in pairwise(sorted(given)):
                if after != before + 1:
                    yield f"the live view of {desk} goes from {before} to {after}"


class NothingElseIsParked:
    """Each planted message is parked once by each service that reads it, and nothing else is."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield parked messages, and planted ones that are parked too seldom or too often."""
        parked: Counter[str] = Counter()
        for service, letters in evidence.dead_letters.items():
            for letter in letters:
                parked[letter["ce_id"]] += 1
                if letter["ce_id"] not in evidence.planted:
                    what = f"{letter['type']}: {letter['reason']} ({letter['state']})"
                    yield f"{service} parked {what}"
        for planted, readers in evidence.planted.items():
            if parked[planted] != readers:
                yield f"planted {planted} is parked {parked[planted]} times, not {readers}"
        told = {
            message.id
            for topic, messages in evidence.messages.items()
            for message in messages
            if topic.endswith(_DEAD_LETTERS)
            and message.headers["ce_time"] >= evidence.begin.isoformat()
        }
        if len(told) != sum(parked.values()):
            yield f"{sum(parked.values())} parked messages, {len(told)} on dead-letter topics"


class OneOfficeAnswers:
    """One office answers for an entry at every moment from its listing to its delisting."""

    def broken(self, evidence: Evidence) -> Iterator[str]:
        """Yield entries with a moment without an office, or with two."""
        entries: dict[str, list[dict[str, object]]] = defaultdict(list)
        for row in evidence.answered_for:
            entries[row["entry_id"]].append(row)
        for entry, terms in entries.items():
            still = sum(row["until"] is None and row["office_id"] is not None for row in terms)
            if still != (terms[0]["state"] == "active"):
                yield f"{still} offices answer for entry {entry}, which is {terms[0]['state']}"
            for before, after in pairwise(terms):
                if before["until"] != after["since"]:
                    yield f"entry {entry} changed hands with a gap or an overlap"


def all_invariants(district: District) -> list[Invariant]:
    """Return every rule."""
    return [
        EveryFactIsOnItsTopic(),
        NothingElseIsOnATopic(),
        EachKeyIsInOrder(),
        EachVersionIsToldOnce(),
        EachTenantHasOneResidence(),
        EachDeskHasItsNotices(district),
        EachDigestCountsOnce(district),
        NoNoticeTwice(),
        EachEscalationHasOneFollower(),
        EachDeskReadsItOnce(),
        EachFeedIsWithoutGaps(),
        NothingElseIsParked(),
        OneOfficeAnswers(),
    ]


def broken_rules(evidence: Evidence, rules: Iterable[Invariant]) -> list[str]:
    """Return what breaks which rule."""
    return [f"{type(rule).__name__}: {line}" for rule in rules for line in rule.broken(evidence)]


__all__ = ["Evidence", "Fact", "all_invariants", "broken_rules"]
