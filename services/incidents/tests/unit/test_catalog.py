"""Every id has a label in both languages, and the wire knows every classification."""

from typing import get_args

import pytest

from incidents import catalog, published
from incidents.domain import classification as lists


@pytest.mark.parametrize(
    ("labels", "ids"),
    [
        (catalog.CLASSIFICATIONS, lists.CLASSIFICATIONS),
        (catalog.METHODS, lists.METHODS),
        (catalog.TIPS, lists.TIPS),
    ],
)
def test_every_id_has_a_label_in_both_languages(labels, ids):
    assert set(labels) == set(ids)
    assert all(label.zh and label.en for label in labels.values())


def test_the_published_classifications_are_those_of_the_domain():
    annotation = published.IncidentOpenedV1.model_fields["classification"].annotation
    assert set(get_args(annotation)) == set(lists.CLASSIFICATIONS)


def test_the_classes_against_persons_are_a_reviewed_list():
    assert {code for code, each in lists.CLASSIFICATIONS.items() if each.against_person} == {
        "robbery", "assault", "domestic_violence", "sexual_offence", "missing_person",
    }  # fmt: skip
