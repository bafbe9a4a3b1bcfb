"""Chinese letters for the browser that draws pictures: one font, for its process alone."""

from pathlib import Path

from network import ROOT

FONT = Path(__file__).parent / "font"
_LETTERS = FONT / "node_modules/@expo-google-fonts/noto-sans-sc"
# The font comes first, so that pictures look alike on every machine; what it lacks, such as the
# mark on a button, is the machine's.
_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{letters}</dir>
  <cachedir>{cache}</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <edit name="family" mode="prepend_first" binding="strong"><string>Noto Sans SC</string></edit>
  </match>
</fontconfig>
"""


def lettering() -> dict[str, str]:
    """Return what the browser's process needs in its environment to draw and write Chinese."""
    folder = ROOT / "build/font"
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "fonts.conf"
    settings.write_text(_SETTINGS.format(letters=_LETTERS, cache=folder / "cache"))
    return {"FONTCONFIG_FILE": str(settings), "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
