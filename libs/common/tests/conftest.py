"""Lets the kernel's tests import what they share."""

import sys
from pathlib import Path

from lianfang_common.testing.servers import make_database as make_database
from lianfang_common.testing.servers import servers as servers

sys.path.insert(0, str(Path(__file__).parent))
