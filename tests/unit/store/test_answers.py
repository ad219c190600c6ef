"""What the answers of object stores mean; none is quoted."""

from __future__ import annotations

import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.answers import UNDECIDED, read_answer
from spectra_gx.warehouse.delta.error_translation import translate_errors

DRAWN = "Generic S3 error\n  \x1b[31m↳\x1b[0m status code\n   \x1b[31m↳\x1b[0m 503 Slow Down"
SIGNED = "http://127.0.0.1:1/lake/x?sig=fake-token"
REQUEST = f"Generic S3 error: Error performing PUT {SIGNED} in 30ms, after 5 retries"
DENIED = "The operation lacked the necessary privileges to complete for path x"


@pytest.mark.parametrize(
    ("text", "said", "code", "undecided"),
    [
        (f"{REQUEST} - Server returned non-2xx status code: 503 Service Unavailable: <Error/>",
         "the store answers 503", "store_failed", True),
        (DRAWN, "the store answers 503", "store_failed", True),
        (f"{REQUEST} - HTTP error: error sending request", "cannot be reached", "store_failed",
         True),
        ((f"{DENIED}: Error performing GET {SIGNED} - Server returned non-2xx status code: 403 "
         "Forbidden: <Code>AccessDenied</Code>"), "refuses these credentials", "store_refused",
         False),
        (f"{DENIED}: Error performing GET {SIGNED}: <Code>ExpiredToken</Code>",
         "the token has expired", "store_expired", False),
        (f"{DENIED}: {SIGNED}: <Code>RequestTimeTooSkewed</Code>", "clock of this machine",
         "store_clock", False),
        ((f"Object at location x not found: Error performing GET {SIGNED} - status code: 404 Not "
         "Found: <Code>NoSuchBucket</Code>"), "no such bucket or container", "store_missing",
         False),
    ],
)  # fmt: skip
def test_an_answer_is_put_into_words_of_ours(
    text: str, said: str, code: str, undecided: bool
) -> None:
    with pytest.raises(WarehouseError) as raised, translate_errors("table `a.b` cannot be read"):
        raise OSError(text)
    assert raised.value.message.startswith("table `a.b` cannot be read: ")
    assert said in raised.value.message
    assert raised.value.code == code
    assert (raised.value.code in UNDECIDED) == raised.value.retryable == undecided
    assert not any(part in raised.value.message for part in ("fake-token", "http", "<"))


def test_an_error_of_this_machine_is_no_answer() -> None:
    assert read_answer("Permission denied (os error 13): file:///lake/x.parquet") is None
