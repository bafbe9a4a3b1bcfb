"""Links inside the documents lead somewhere."""

import re

from source import ROOT, files

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def test_every_relative_link_leads_to_a_file():
    dead = [
        f"{path.relative_to(ROOT)} -> {target}"
        for path in files(".md")
        for target in LINK.findall(path.read_text())
        if not (path.parent / target).exists()
    ]
    assert not dead
