"""Grafana is given what was declared, in a form that it can place, from a source that it knows."""

import json

import yaml

from lianfang_local.dashboards import DASHBOARDS
from lianfang_local.grafana import FOLDER, SOURCE, text_of, write_dashboards
from lianfang_local.profiles import ROOT

COLUMNS = 24


def test_the_files_are_those_that_are_declared():
    assert {path.stem: path.read_text() for path in FOLDER.glob("*.json")} == {
        each.name: text_of(each) for each in DASHBOARDS
    }, "run make dashboards"


def test_a_dashboard_that_is_declared_no_more_is_deleted(tmp_path):
    (tmp_path / "old.json").write_text("{}")
    (tmp_path / "provider.yaml").write_text("apiVersion: 1")
    written = write_dashboards(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([*written, tmp_path / "provider.yaml"])


def test_panels_stand_beside_each_other_within_the_width():
    for dashboard in DASHBOARDS:
        taken = set()
        for panel in json.loads(text_of(dashboard))["panels"]:
            at = panel["gridPos"]
            places = {
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            }
            assert at["x"] + at["w"] <= COLUMNS
            assert not taken & places, panel["title"]
            taken |= places


def test_ids_of_panels_and_letters_of_queries_are_used_once():
    for dashboard in DASHBOARDS:
        panels = json.loads(text_of(dashboard))["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        for panel in panels:
            letters = [target["refId"] for target in panel["targets"]]
            assert len(set(letters)) == len(letters)


def test_numbers_are_of_this_moment_and_graphs_of_a_span():
    for dashboard in DASHBOARDS:
        for panel in json.loads(text_of(dashboard))["panels"]:
            for target in panel["targets"]:
                assert target["instant"] == (panel["type"] == "stat")
                assert target["range"] == (panel["type"] != "stat")


def test_the_source_of_every_panel_is_provisioned():
    provisioned = yaml.safe_load((ROOT / "deploy/grafana/datasources/prometheus.yaml").read_text())
    (source,) = provisioned["datasources"]
    assert {key: source[key] for key in ("type", "uid")} == SOURCE
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text())
    assert source["jsonData"]["timeInterval"] == scraped["global"]["scrape_interval"]
