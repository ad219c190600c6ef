"""What names of columns say."""

import pytest

from spectra_gx.profile.column_names import (
    classify_name,
    is_increasing,
    is_key_name,
    natural_range,
    split_name,
)


def test_a_name_has_its_words():
    assert (
        split_name("depTime") == split_name("dep_time") == split_name("DEP-TIME") == ["dep", "time"]
    )
    assert split_name("userID2") == ["user", "id", "2"]


@pytest.mark.parametrize(
    ("name", "is_key"),
    [("id", True), ("orderId", True), ("product_code", True), ("id_order", True), ("idea", False),
     ("width", False), ("", False)],
)  # fmt: skip
def test_names_of_keys_are_known(name, is_key):
    assert is_key_name(name) is is_key
    assert is_increasing(name) is is_key


@pytest.mark.parametrize(
    ("name", "level"),
    [("email", "pii"), ("customerEmail", "pii"), ("e_mail", "pii"), ("PHONE_NUMBER", "pii"),
     ("last_name", "pii"), ("ssn", "pii"), ("api_key", "confidential"),
     ("apiToken", "confidential"), ("password_hash", "confidential"), ("mailing_list", None),
     ("tokenised", None), ("name", None), ("shipping", None)],
)  # fmt: skip
def test_private_names_are_known(name, level):
    assert classify_name(name) == level


def test_the_most_private_part_counts():
    assert classify_name("address", "city", "email") == "pii"
    assert classify_name("email", "token") == "confidential"


def test_the_last_word_promises_a_range():
    assert natural_range("dep_hour") == (0, 23)
    assert natural_range("hours_worked") is None
    assert natural_range("lat") == (-90, 90)
