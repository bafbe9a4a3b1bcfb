"""What is sealed opens for its own place alone, and a file of keys is read or refused whole."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang_edge.fieldcrypto import (
    BlindIndex,
    FieldCipher,
    KeyRing,
    KeyUnusable,
    load_keys,
)

_OLD, _NEW = os.urandom(32), os.urandom(32)
_CIPHER = FieldCipher(KeyRing("new", {"new": _NEW, "old": _OLD}))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens_at_its_place(text: str) -> None:
    assert _CIPHER.open(_CIPHER.seal(text, "t.c.1"), "t.c.1") == text


def test_a_sealed_value_does_not_open_at_another_place() -> None:
    sealed = _CIPHER.seal("value", "t.c.1")
    with pytest.raises(KeyUnusable):
        _CIPHER.open(sealed, "t.c.2")


@given(st.integers(min_value=0))
def test_a_changed_value_does_not_open(position: int) -> None:
    sealed = bytearray(_CIPHER.seal("value", "t.c.1"))
    sealed[position % len(sealed)] ^= 1
    with pytest.raises(KeyUnusable):
        _CIPHER.open(bytes(sealed), "t.c.1")


@given(st.binary(max_size=40))
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(KeyUnusable):
        _CIPHER.open(rubbish, "t.c.1")


def test_equal_values_look_different() -> None:
    assert _CIPHER.seal("value", "t.c.1") != _CIPHER.seal("value", "t.c.1")


def test_a_value_of_the_old_key_opens_after_a_change_of_keys() -> None:
    before = FieldCipher(KeyRing("old", {"old": _OLD}))
    assert _CIPHER.open(before.seal("value", "t.c.1"), "t.c.1") == "value"


def test_a_value_of_a_forgotten_key_does_not_open() -> None:
    after = FieldCipher(KeyRing("new", {"new": _NEW}))
    sealed = FieldCipher(KeyRing("old", {"old": _OLD})).seal("value", "t.c.1")
    with pytest.raises(KeyUnusable, match="not at hand"):
        after.open(sealed, "t.c.1")


def test_a_blind_index_depends_on_value_and_key() -> None:
    index = BlindIndex(_NEW)
    assert index.of("value") == index.of("value") != index.of("other")
    assert index.of("value") != BlindIndex(_OLD).of("value")


def test_the_first_key_of_a_file_seals_and_all_open(tmp_path: Path) -> None:
    lines = [f"{name}:{base64.b64encode(key).decode()}" for name, key in (("b", _NEW), ("a", _OLD))]
    (tmp_path / "fields.key").write_text("\n".join(lines) + "\n")
    ring = load_keys(tmp_path, "fields")
    assert (ring.current, ring.key, ring.keys) == ("b", _NEW, {"b": _NEW, "a": _OLD})


def test_a_file_of_one_bare_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "one.key").write_text(base64.b64encode(_NEW).decode())
    assert load_keys(tmp_path, "one").key == _NEW


@pytest.mark.parametrize("content", ["", "kid:", "c2hvcnQ=", "not base64!", "x" * 41 + ":AAAA"])
def test_an_unusable_key_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.key").write_text(content)
    with pytest.raises(KeyUnusable):
        load_keys(tmp_path, "bad")


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match=r"none\.key"):
        load_keys(tmp_path, "none")
