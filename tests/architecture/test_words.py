"""One word for one thing: a form, a list and a notice call it the same."""

import tomllib
from pathlib import Path

import pytest

from incidents.catalog import CLASSIFICATIONS, METHODS, TIPS

ROOT = Path(__file__).parents[2]
VOCABULARY = ROOT / "services/notifications/src/notifications/rules/00_vocabulary.toml"


@pytest.mark.parametrize(
    ("kind", "listed"),
    [("classification", CLASSIFICATIONS), ("method", METHODS), ("tip", TIPS)],
)
def test_a_notice_uses_the_words_of_the_form(kind, listed):
    labels = tomllib.loads(VOCABULARY.read_text())["vocabulary"]["labels"][kind]
    # Within a sentence an English word begins small.
    form = {code: (text.zh, text.en[0].lower() + text.en[1:]) for code, text in listed.items()}
    assert {code: (label["zh"], label["en"]) for code, label in labels.items()} == form
