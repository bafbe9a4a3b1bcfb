"""Each service's readers take the publishers' examples, with a field that they do not know yet."""

import importlib
import json

import pytest
from contract_files import SERVICES, consumed, published

EXAMPLES = published()


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_readers_take_every_example_and_one_unknown_field(service):
    subscriptions = importlib.import_module(f"{service}.handlers").SUBSCRIPTIONS
    files = {each.type: each for each in consumed() if each.service == service}
    assert {each.type for each in subscriptions} == set(files)
    for subscription in subscriptions:
        for example in EXAMPLES[subscription.type].examples.values():
            later = json.dumps({**example, "field_of_a_later_day": {"deep": [1]}})
            read = subscription.model.model_validate_json(later)
            told = json.loads(read.model_dump_json())
            assert set(told) == set(files[subscription.type].schema["properties"])
            assert {name: example[name] for name in told if not isinstance(told[name], list)} == {
                name: value for name, value in told.items() if not isinstance(value, list)
            }
