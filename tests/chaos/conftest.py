"""Lets tests import the suite's own modules, and those of the system tests that it uses."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]
