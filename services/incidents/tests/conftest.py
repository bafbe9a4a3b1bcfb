"""Lets the tests import their builders and fakes; the names are unique in the repository."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
