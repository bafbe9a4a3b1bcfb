"""Names and phones: how they are compared, searched and shown."""

import os
import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType
from typing import Final

# No name is a phrase of the dictionary, which takes 0.4 s and 30 MB to load.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import lazy_pinyin

from lianfang_common.errors import Invalid

NAME_CHARACTERS_MAX = 60
_PHONE = re.compile(r"\+?\d{6,15}")
_NO_LETTERS = re.compile(r"[^a-z]")
_SPACES = re.compile(r"\s+")


# Characters that sound otherwise when they are a family name.
_FAMILY_NAMES: Final = MappingProxyType(
    {
        "万俟": "moqi",
        "尉迟": "yuchi",
        "长孙": "zhangsun",
        "澹台": "tantai",
        "曾": "zeng",
        "单": "shan",
        "解": "xie",
        "仇": "qiu",
        "区": "ou",
        "查": "zha",
        "盖": "ge",
        "任": "ren",
        "朴": "piao",
        "覃": "qin",
        "乐": "yue",
        "员": "yun",
        "种": "chong",
        "缪": "miao",
        "翟": "zhai",
        "繁": "po",
        "折": "she",
        "冼": "xian",
    }
)


def read_name(typed: str, field: str = "name") -> str:
    """Return a name as it is stored and compared: NFKC, single spaces, one kind of middle dot.

    Raises:
        Invalid: `name-unreadable` if it is empty, longer than 60 characters, or holds digits or
            control characters.
    """
    name = _SPACES.sub(" ", unicodedata.normalize("NFKC", typed)).strip()
    name = re.sub(r"[•‧・.]", "·", name)
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX or not all(_may_name(c) for c in name):
        raise Invalid("name-unreadable", field)
    return name


def read_phone(typed: str, field: str = "phone") -> str:
    """Return a phone number without spaces and dashes.

    Raises:
        Invalid: `phone-malformed`.
    """
    phone = re.sub(r"[\s-]", "", typed)
    if not (phone.isascii() and _PHONE.fullmatch(phone)):
        raise Invalid("phone-malformed", field)
    return phone


def pinyin_of(name: str) -> str:
    """Return a name's sound in lower-case letters without tones and spaces."""
    for length in (2, 1):
        if (sound := _FAMILY_NAMES.get(name[:length])) is not None:
            return sound + _letters(name[length:])
    return _letters(name)


def read_pinyin(typed: str, field: str = "pinyin") -> str:
    """Return typed pinyin in the form of `pinyin_of`.

    Raises:
        Invalid: `pinyin-unreadable` if no letter is left.
    """
    letters = _NO_LETTERS.sub("", typed.lower())
    if not letters or len(letters) > 6 * NAME_CHARACTERS_MAX:
        raise Invalid("pinyin-unreadable", field)
    return letters


def masked_name(name: str) -> str:
    """Return a name of which the first character can be read."""
    return name[:1] + "*" * (len(name) - 1)


def masked_phone(phone: str) -> str:
    """Return a phone of which the last two digits can be read."""
    return "*" * (len(phone) - 2) + phone[-2:]


def _letters(text: str) -> str:
    return "".join(map(_sound, text))


@lru_cache(maxsize=20_000)
def _sound(character: str) -> str:
    # Without phrases each character sounds by itself; a name's few thousand are looked up once.
    return _NO_LETTERS.sub("", "".join(lazy_pinyin(character)).lower())


def _may_name(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in " ·-'"
