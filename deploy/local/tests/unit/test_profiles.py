"""Ports are known before anything starts, and an unusable state folder is told in one sentence."""

import os
from pathlib import Path

import pytest

from lianfang_local.faults import Fault
from lianfang_local.profiles import PORT_OFFSETS, demand_space, open_profile, prepare_folder


def _always(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


def test_the_demo_keeps_to_its_own_ports(tmp_path: Path):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path)}
    profile = open_profile("demo", _never, _never, environ)
    assert profile.port("gateway") == 18700
    assert profile.state == tmp_path


def test_a_setting_moves_the_ports(tmp_path: Path):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path), "LIANFANG_PORT_BASE": "20100"}
    assert open_profile("demo", _always, _never, environ).port("kafka") == 20112


def test_later_commands_find_the_ports_that_up_was_given(tmp_path: Path):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path)}
    open_profile("demo", _always, _never, {**environ, "LIANFANG_PORT_BASE": "20100"})
    assert open_profile("demo", _always, _never, environ).port_base == 20100


def test_other_ports_are_refused_while_the_network_runs(tmp_path: Path):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path)}
    open_profile("demo", _always, _never, environ)
    with pytest.raises(Fault, match="runs on the ports from 18700"):
        open_profile("demo", _always, _always, {**environ, "LIANFANG_PORT_BASE": "20100"})


@pytest.mark.parametrize("value", ["80", "many", "70000", "-1"])
def test_a_port_base_that_is_none_is_told(tmp_path: Path, value: str):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path), "LIANFANG_PORT_BASE": value}
    with pytest.raises(Fault, match="LIANFANG_PORT_BASE"):
        open_profile("demo", _always, _never, environ)


def test_the_tests_take_a_free_block_and_keep_it(tmp_path: Path):
    environ = {"LIANFANG_STATE_DIR": str(tmp_path)}
    taken = {28712, 28720}
    first = open_profile("test", lambda port: port not in taken, _never, environ)
    assert first.port_base == 28740
    again = open_profile("test", _never, _never, environ)
    assert again.port_base == first.port_base
    assert first.state == tmp_path / "test"


def test_no_free_block_is_told(tmp_path: Path):
    with pytest.raises(Fault, match="LIANFANG_TEST_PORT_BASE"):
        open_profile("test", _never, _never, {"LIANFANG_STATE_DIR": str(tmp_path)})


def test_no_two_parts_share_a_port():
    assert len(set(PORT_OFFSETS.values())) == len(PORT_OFFSETS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_state_folder_of_somebody_else_is_told(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Fault, match="cannot be written by this user"):
            prepare_folder(tmp_path / "run")
    finally:
        tmp_path.chmod(0o700)


def test_a_disk_without_room_is_told_before_a_server_starts(tmp_path: Path):
    demand_space(tmp_path, megabytes=0)
    with pytest.raises(Fault, match="LIANFANG_STATE_DIR"):
        demand_space(tmp_path, megabytes=10**9)
