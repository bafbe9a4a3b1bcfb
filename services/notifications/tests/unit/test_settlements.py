"""A settlement in a rule file names events, subjects and rules that fit each other."""

from importlib.resources import files

import pytest

from notifications.domain.rulefile import RulesUnusable, read_rules

PARTS = sorted((files("notifications") / "rules").iterdir(), key=lambda part: part.name)
PACKAGED = "\n".join(part.read_text("utf-8") for part in PARTS if part.name.endswith(".toml"))


def with_settlement(event: str, subject: str, rule: str) -> str:
    """Return the package's rules with one settlement more."""
    kind, field = subject.split("/")
    return f"""{PACKAGED}
[[settlement]]
event = "{event}"
subject = {{ kind = "{kind}", field = "{field}" }}
rules = ["{rule}"]
reason = {{ zh = "已处理", en = "It is done" }}
"""


@pytest.mark.parametrize(
    ("event", "subject", "rule", "fault"),
    [
        ("incidents.incident.gone.v1", "incident/incident_id", "incident-other.room", "no such"),
        ("incidents.incident.closed.v1", "incident/case_id", "incident-other.room", "no subject"),
        ("incidents.incident.closed.v1", "incident/incident_id", "no-rule", "no such subject"),
        (
            "incidents.incident.closed.v1",
            "incident/incident_id",
            "residence-change-opened.room",
            "no such subject",
        ),
        (
            "population.residence-change.closed.v1",
            "incident/case_id",
            "incident-other.room",
            "restricted",
        ),
    ],
)
def test_a_settlement_that_does_not_fit_is_refused(event, subject, rule, fault):
    with pytest.raises(RulesUnusable, match=fault):
        read_rules(with_settlement(event, subject, rule))


def test_the_packages_settlements_are_sound():
    assert len(read_rules(PACKAGED).settlements) >= 2
