"""The demo data: the same for the same seed, of the promised size, and nobody real."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from lianfang_demo.district import accounts, district
from lianfang_demo.generate import generate
from lianfang_demo.layout import COUNTY
from lianfang_demo.people import document_number, persons, premises
from lianfang_demo.profiles import PROFILES
from lianfang_demo.truth import truth

TODAY = date(2026, 11, 22)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FILES = (
    *("district.json", "accounts.json", "persons.jsonl", "premises.jsonl", "truth.jsonl"),
    "profile.json",
)


def test_one_seed_makes_the_same_files_and_another_seed_others(tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate("ci", seed, tmp_path / name, TODAY)
    for file in FILES:
        one, same, other = ((tmp_path / name / file).read_bytes() for name in "abc")
        assert one == same != other


def test_the_ci_profile_has_the_promised_size():
    made = district(7)
    kinds = [office["kind"] for office in made["offices"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "bureau": 1,
        "station": 2,
        "room": 4,
        "committee": 6,
        "justice": 2,
    }
    grids = [area["code"] for area in made["areas"] if len(area["code"]) == 15]
    assert len(grids) == len(set(grids)) == 24
    profile = PROFILES["ci"]
    assert (profile.persons, profile.premises, profile.supervised) == (2_200, 200, 5)
    rows = list(persons(profile, 7, TODAY))
    assert len(rows) == 2_200
    assert sum("supervision" in row for row in rows) == 5


def test_every_grid_has_one_room_and_one_committee():
    offices = district(7)["offices"]
    for kind in ("room", "committee", "station", "justice", "bureau"):
        grids = [grid for office in offices if office["kind"] == kind for grid in office["grids"]]
        assert len(grids) == len(set(grids)) == 24


def test_every_role_has_an_account_and_every_account_an_office_that_exists():
    offices = {office["office_id"] for office in district(7)["offices"]} | {None}
    found = accounts(7)
    assert {account["role"] for account in found} == {
        "officer", "room_head", "station_head", "bureau", "committee", "justice", "landlord",
        "feed", "ops", "auditor",
    }  # fmt: skip
    assert {account["office_id"] for account in found} <= offices
    logins = [account["login"] for account in found]
    assert len(logins) == len(set(logins))
    assert all(account["name_zh"] and account["name_en"].isascii() for account in found)
    assert not any("password" in account for account in found)


def test_nobody_is_real():
    rows = list(persons(PROFILES["ci"], 7, TODAY))
    numbers = [row["document_number"] for row in rows]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert number.startswith(COUNTY)
        total = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True))
        assert number[17] == "10X98765432"[total % 11]
    assert all(re.fullmatch(r"199000\d{5}", row["phone"]) for row in rows)
    assert COUNTY.startswith("99")


@pytest.mark.parametrize("sequence", [0, 5, 998, 999])
def test_a_document_number_has_eighteen_signs(sequence):
    assert re.fullmatch(r"\d{17}[\dX]", document_number(date(1950, 1, 1), sequence))


def test_premises_stand_in_the_district_and_the_landlord_has_one_in_each_community():
    rows = list(premises(PROFILES["ci"], 7))
    grids = {area["code"] for area in district(7)["areas"]}
    assert {row["grid"] for row in rows} <= grids
    own = [row for row in rows if row.get("accounts")]
    assert len({row["grid"][:12] for row in own}) == len(own) == 6
    landlord = next(one for one in accounts(7) if one["role"] == "landlord")
    assert {account for row in own for account in row["accounts"]} == {landlord["account_id"]}
    assert json.dumps(rows[0])


def test_the_district_profile_has_the_stations_rooms_and_officers_of_a_whole_district():
    profile = PROFILES["district"]
    kinds = [office["kind"] for office in district(7, profile.layout)["offices"]]
    assert [kinds.count(kind) for kind in ("bureau", "station", "room", "committee")] == [
        1, 4, 19, 40,
    ]  # fmt: skip
    roles = [account["role"] for account in accounts(7, profile.layout)]
    assert roles.count("officer") + roles.count("room_head") == 113
    assert (profile.persons, profile.premises, profile.supervised) == (220_000, 20_000, 267)


def test_each_grid_of_the_whole_district_has_one_room_and_its_entries_that_room():
    layout = PROFILES["district"].layout
    for street in layout.streets:
        assert [grid for room in street.sections() for grid in room] == street.grids()
    room = next(o for o in district(7, layout)["offices"] if o["name_en"].endswith("office 2"))
    street, number = layout.room_of(room["grids"][0])
    assert (street, number) == ("990101001", 2)


FIGURES = ("households", "residents", "floating", "premises", "units", "supervised")


@pytest.mark.parametrize(
    ("name", "figures", "offices", "officers", "incidents_a_day"),
    [
        ("ci", (600, 1_700, 500, 200, 90, 5), (2, 4), 4, 1),
        ("station", (17_056, 59_398, 62_426, 8_983, 7_500, 30), (1, 12), 12, 24),
        ("district", (60_000, 170_000, 50_000, 20_000, 9_000, 267), (4, 19), 94, 43),
    ],
)
def test_a_profile_has_the_figures_of_the_founding_documents(
    name, figures, offices, officers, incidents_a_day
):
    profile = PROFILES[name]
    assert tuple(getattr(profile, each) for each in FIGURES) == figures
    kinds = [office["kind"] for office in district(7, profile.layout)["offices"]]
    assert (kinds.count("station"), kinds.count("room")) == offices
    roles = [account["role"] for account in accounts(7, profile.layout)]
    assert (roles.count("officer"), roles.count("room_head")) == (officers, offices[1])
    assert profile.incidents_a_day == incidents_a_day


@pytest.mark.parametrize("name", ["ci", "station", "district"])
def test_as_many_persons_and_premises_are_made_as_the_figures_say(name):
    profile = replace(PROFILES[name], residents=400, floating=300, premises=150)
    rows = list(persons(profile, 7, TODAY))
    assert len(rows) == 700 and sum("last_day" in row for row in rows) == 300
    assert len(list(premises(profile, 7))) == 150
    entries = [row["supervision"] for row in rows if "supervision" in row]
    assert [row["category"] for row in entries] == (
        ["resettlement_help"] * profile.helped + ["community_correction"] * profile.corrected
    )
    offices = {office["office_id"] for office in district(7, profile.layout)["offices"]}
    named = {row[key] for row in entries for key in row if key.endswith(("office", "committee"))}
    assert named - {None} <= offices


def test_of_more_persons_than_phones_two_share_one():
    profile = replace(PROFILES["station"], residents=100_010, floating=0)
    phones = [row["phone"] for row in persons(profile, 7, TODAY)]
    assert phones[100_007] == phones[7] and len(phones[-1]) == 11


def test_the_truth_has_the_shares_that_the_network_does_not_know():
    profile = PROFILES["ci"]
    shares, *rows = truth(profile, 7, TODAY)
    places = [row for row in rows if row["about"] == "premises"]
    incidents = [row for row in rows if row["about"] == "incident"]
    assert [row["premises_id"] for row in places] == [
        row["premises_id"] for row in premises(profile, 7)
    ]
    living = sum(row["living"] for row in places)
    unregistered = sum(row["unregistered"] for row in places)
    assert living - unregistered == profile.floating
    assert unregistered / living == pytest.approx(0.25, abs=0.001) == shares["unregistered"]
    assert sum(row["owner_changed_on"] is not None for row in places) == 0.15 * len(places)
    assert sum(not row["owner_reachable"] for row in places) == 0.12 * len(places)
    happened = 365 * profile.incidents_a_day + len(incidents)
    assert len(incidents) / happened == pytest.approx(0.30, abs=0.002)


def test_nothing_of_the_truth_stands_in_what_is_loaded(tmp_path):
    generate("ci", 7, tmp_path, TODAY)
    told = json.loads((tmp_path / "truth.jsonl").read_text().splitlines()[1])
    only_true = told.keys() - {"about", "premises_id"}
    for file in ("district.json", "accounts.json", "persons.jsonl", "premises.jsonl"):
        text = (tmp_path / file).read_text()
        assert not [field for field in only_true if f'"{field}"' in text]
