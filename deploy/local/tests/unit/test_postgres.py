"""A lock file that a dead server left does not keep a new one from starting."""

import os
import subprocess
import sys
from pathlib import Path

from lianfang_local import postgres
from lianfang_local.profiles import Profile


def test_the_lock_of_a_dead_server_is_removed(tmp_path: Path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{gone.pid}\n{tmp_path}\n")
    postgres.forget_stale_lock(tmp_path)
    assert not lock.exists()


def test_the_lock_is_removed_when_its_number_belongs_to_another_program(tmp_path: Path):
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path}\n")
    postgres.forget_stale_lock(tmp_path)
    assert not lock.exists()


def test_no_lock_and_a_damaged_one_are_left_to_the_server(tmp_path: Path):
    postgres.forget_stale_lock(tmp_path)
    lock = tmp_path / "postmaster.pid"
    lock.write_text("damaged")
    postgres.forget_stale_lock(tmp_path)
    assert lock.exists()


def test_the_data_stay_where_they_were_put(profile: Profile):
    assert postgres.data_folder(profile) == profile.state / "postgres"
    (profile.state / "postgres.path").write_text("/var/lib/lianfang/here/postgres\n")
    assert postgres.data_folder(profile) == Path("/var/lib/lianfang/here/postgres")
