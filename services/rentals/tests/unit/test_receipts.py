"""A receipt is good for one caller, one premises, one purpose, ten minutes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rentals_builders import NOW, claims

from lianfang_common.errors import Invalid
from rentals.domain.receipts import read_claims

ACCOUNT, PREMISES = uuid4(), uuid4()
FIELD = "tenants.0.receipt"


def read(found, now=NOW):
    return read_claims(found, account=ACCOUNT, premises_id=PREMISES, now=now, field=FIELD)


def test_good_claims_name_a_person():
    found = claims(ACCOUNT, PREMISES)
    named = read(found)
    assert (str(named.person_id), str(named.receipt_id)) == (found["sub"], found["jti"])


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"aud": "incidents"},
        {"act": str(uuid4())},
        {"pur": "incident"},
        {"obj": str(uuid4())},
        {"sub": "nobody"},
        {"jti": None},
        {"exp": "soon"},
        {"exp": None},
    ],
)
def test_a_receipt_for_something_else_names_nobody(changed):
    with pytest.raises(Invalid) as refused:
        read(claims(ACCOUNT, PREMISES, **changed))
    assert (refused.value.slug, refused.value.field) == ("receipt-invalid", FIELD)


@given(st.sampled_from(["v", "aud", "jti", "sub", "act", "pur", "obj", "exp"]))
def test_a_receipt_that_leaves_something_out_names_nobody(name):
    found = claims(ACCOUNT, PREMISES)
    del found[name]
    with pytest.raises(Invalid, match="receipt-invalid"):
        read(found)


def test_a_receipt_lives_ten_minutes_and_not_a_second_longer():
    found = claims(ACCOUNT, PREMISES)
    assert read(found, NOW + timedelta(minutes=9, seconds=59))
    with pytest.raises(Invalid, match="receipt-expired"):
        read(found, NOW + timedelta(minutes=10))
