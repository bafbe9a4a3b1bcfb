"""The scan for personal data finds what is planted, and is not fooled by other numbers."""

from personal_data import PersonalDataScan

SCAN = PersonalDataScan(phones=["19900012345"], names=["测试甲"])


def _kinds(text: str) -> list[str]:
    return [finding.kind for finding in SCAN.look("here", text.encode())]


def test_a_planted_document_number_is_found():
    assert _kinds('{"note":"99010119491231001X"}') == ["document number"]


def test_a_number_with_a_wrong_check_digit_is_no_person():
    assert _kinds("990101194912310011") == []


def test_a_longer_number_is_no_person():
    assert _kinds("9999010119491231001X1") == []


def test_a_planted_phone_is_found_at_digit_boundaries_only():
    assert _kinds("tel:19900012345,") == ["phone"]
    assert _kinds("119900012345") == []


def test_a_planted_name_is_found_plain_escaped_and_in_an_address():
    assert _kinds("测试甲") == ["name"]
    assert _kinds("\\u6d4b\\u8bd5\\u7532") == ["name"]
    assert _kinds("?q=%E6%B5%8B%E8%AF%95%E7%94%B2") == ["name"]


def test_a_phone_is_found_behind_the_country_code_and_a_strangers_is_not():
    assert _kinds("+8619900012345") == ["phone"]
    assert _kinds("19900012346") == []


def test_a_name_is_found_inside_a_sentence_and_its_parts_are_nobody():
    assert _kinds("登记人测试甲来过") == ["name"]
    assert _kinds("测试 甲") == []


def test_the_digits_of_a_fraction_are_no_person():
    with_a_right_check_digit = "0.012345678901234560"
    assert _kinds(f"seconds_sum {with_a_right_check_digit}") == []
