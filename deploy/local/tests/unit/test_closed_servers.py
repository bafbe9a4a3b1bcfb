"""What the servers are told keeps every service to its own part of them."""

import re
from pathlib import Path

from lianfang_local import brokerfiles
from lianfang_local.databases import (
    Role,
    closing_statements,
    role_statements,
    roles,
    schema_statements,
)
from lianfang_local.profiles import SERVICES
from lianfang_local.secretfiles import SecretFiles
from lianfang_local.valkey import access_file, user_line


def test_a_service_reaches_its_own_keys_and_channels_only():
    line = user_line("rentals", "a-password", "rentals")
    assert re.findall(r"[~&]\S+", line) == ["~rentals:*", "&rentals:*"]
    assert "resetkeys resetchannels" in line
    assert "-@dangerous" in line


def test_the_access_file_holds_digests_and_shuts_out_strangers(tmp_path: Path):
    secrets = SecretFiles(tmp_path)
    text = access_file(secrets, SERVICES).read_text()
    assert text.startswith("user default off")
    for name in ("valkey", *(f"{service}/valkey" for service in SERVICES)):
        assert secrets.password(name) not in text


def test_every_service_has_three_roles_and_the_matcher_one_more(tmp_path: Path):
    names = {role.name for role in roles(SecretFiles(tmp_path))}
    assert names == {
        *(f"{service}_{part}" for service in SERVICES for part in ("owner", "app", "system")),
        "population_matcher",
    }


def test_a_role_has_no_special_right_and_its_password_is_set_again():
    role = Role("rentals", "app", "secret")
    for exists, verb in ((False, "create"), (True, "alter")):
        (statement,) = role_statements(role, exists)
        assert statement.startswith(f"{verb} role rentals_app")
        assert {"nosuperuser", "nobypassrls", "nocreaterole"} <= set(statement.split())


def test_only_the_services_own_roles_enter_its_database():
    own = [Role("rentals", "owner", "x"), Role("rentals", "app", "y")]
    closing = closing_statements("rentals", own)
    assert closing[0] == "revoke all on database rentals from public"
    assert closing[1].endswith("to rentals_owner, rentals_app")
    assert schema_statements("rentals", own)[-1].endswith("to rentals_app")


def test_a_role_keeps_the_servers_place_and_options():
    role = Role("rentals", "app", "s3cret")
    url = role.url("postgresql://admin:other@db.example:6543/postgres?sslmode=require")
    assert url == "postgresql://rentals_app:s3cret@db.example:6543/rentals?sslmode=require"


def test_the_broker_admits_nobody_without_a_password():
    text = brokerfiles.PROPERTIES
    assert "PLAINTEXT:PLAINTEXT" not in text.replace("SASL_PLAINTEXT:SASL_PLAINTEXT", "")
    assert "CONTROLLER:SASL_PLAINTEXT" in text
    assert "super.users=User:{admin}\n" in text
    assert "allow.everyone.if.no.acl.found=false" in text
    assert "StandardAuthorizer" in text
