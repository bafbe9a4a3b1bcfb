"""The pictures of the console are few, small, of both languages and sizes, and all shown."""

import re

from source import ROOT

PICTURES = ROOT / "docs/pictures"
DOCUMENTS = ("README.md", "README.zh-CN.md", "docs/console.md")
NUMBER_MAX, BYTES_MAX = 12, 80_000
SIZES = {"pc": (1366, 768), "phone": (390, 844)}


def _taken() -> list[str]:
    return sorted(path.name for path in PICTURES.iterdir())


def _size(name: str) -> tuple[int, int]:
    """Return width and height as the header of an extended WebP says them."""
    header = (PICTURES / name).read_bytes()[:30]
    assert (header[:4], header[8:16]) == (b"RIFF", b"WEBPVP8X"), name
    width, height = (int.from_bytes(header[at : at + 3], "little") + 1 for at in (24, 27))
    return width, height


def test_the_documents_show_every_picture_and_no_other():
    shown = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"pictures/([\w.-]+)", (ROOT / document).read_text())
    }
    assert shown == set(_taken())


def test_pictures_are_few_and_small_and_as_large_as_their_name_says():
    taken = _taken()
    assert len(taken) <= NUMBER_MAX
    for name in taken:
        assert (PICTURES / name).stat().st_size <= BYTES_MAX, name
        assert _size(name) == SIZES[name.removesuffix(".webp").rpartition("-")[2]], name


def test_both_languages_and_both_sizes_are_shown():
    kinds = {tuple(name.removesuffix(".webp").split("-")[1:]) for name in _taken()}
    assert kinds == {(language, size) for language in ("zh", "en") for size in SIZES}
