"""What processes have used, seen from outside."""

import os
import subprocess
import sys

from cpu import proportional_mb, resident_mb, tree, usage

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")  # the system counts in these
BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"


def test_what_a_child_used_counts_for_its_parent_also_after_it_has_ended():
    before = usage({"tests": os.getpid()})
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    used = usage({"tests": os.getpid()}).since(before)
    assert used.total >= 0.25
    # Each of the counts in a sum is cut to whole ticks, and the two sums are read one by one.
    assert used.machine >= used.total - 5 * TICK_SECONDS


def test_a_tree_holds_a_running_child_and_memory_is_told():
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as child:
        assert {os.getpid(), child.pid} <= set(tree(os.getpid()))
        assert resident_mb(os.getpid()) > 1
        assert proportional_mb([os.getpid()]) > 1
        child.communicate(b"\n")
