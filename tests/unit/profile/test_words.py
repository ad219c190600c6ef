"""What names of columns say."""

import pytest

from spectra_gx.profile.words import classification_of, grows, names_a_key, natural_range, parts_of


def test_a_name_has_its_words():
    assert parts_of("depTime") == parts_of("dep_time") == parts_of("DEP-TIME") == ["dep", "time"]
    assert parts_of("userID2") == ["user", "id", "2"]


@pytest.mark.parametrize(
    ("name", "is_key"),
    [("id", True), ("orderId", True), ("product_code", True), ("id_order", True), ("idea", False),
     ("width", False), ("", False)],
)  # fmt: skip
def test_names_of_keys_are_known(name, is_key):
    assert names_a_key(name) is is_key
    assert grows(name) is is_key


@pytest.mark.parametrize(
    ("name", "level"),
    [("email", "pii"), ("customerEmail", "pii"), ("e_mail", "pii"), ("PHONE_NUMBER", "pii"),
     ("last_name", "pii"), ("ssn", "pii"), ("api_key", "confidential"),
     ("apiToken", "confidential"), ("password_hash", "confidential"), ("mailing_list", None),
     ("tokenised", None), ("name", None), ("shipping", None)],
)  # fmt: skip
def test_private_names_are_known(name, level):
    assert classification_of(name) == level


def test_the_most_private_part_counts():
    assert classification_of("address", "city", "email") == "pii"
    assert classification_of("email", "token") == "confidential"


def test_the_last_word_promises_a_range():
    assert natural_range("dep_hour") == (0, 23)
    assert natural_range("hours_worked") is None
    assert natural_range("lat") == (-90, 90)
