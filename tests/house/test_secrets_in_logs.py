"""No log line holds a secret, however it came into it."""

import io
import json
import logging
import time

import pytest
import structlog

from tcxc import logs
from tcxc.masking import MASK, mask, mask_text

SECRET = "s3cr3t-Value"
KEY = "tck_" + "0123456789abcdef0123" * 2


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization=Basic {SECRET}",
        f'Digest username="demo", response="{SECRET}", nonce="1"',
        f"the key {KEY} was refused",
        f"GET /restcomm/number/search/{SECRET}/{SECRET}/GB?pattern=44",
        f"POST /restcomm/number/buy/{SECRET}/{SECRET}/GB/447700900123",
        f"POST /restcomm//number//buy//{SECRET}/{SECRET}/GB/447700900123",
        f"POST //number/cancel/{SECRET}/{SECRET}/GB/447700900123",
        f"GET /restcomm/number/owned/{SECRET}/{SECRET}/GB",
        f"GET /accounts/password/reset/key/{SECRET}/",
        f"GET /accounts/confirm-email/{SECRET}/",
        f"GET /lookup.php?api_key={SECRET}&number=44",
        f"GET /x?number=44&signature={SECRET}&ts=1",
        f"GET /v_livecalls.php?login=a&sign={SECRET}",
        f"csrfmiddlewaretoken={SECRET}&password={SECRET}",
        f'{{"login": "a", "new_password": "{SECRET}"}}',
        f"postgres://tcxc:{SECRET}@db.example/tcxc",
        f"smpp:esme:{SECRET}:447700900123@host:2776",
        f"sip:447700900123:{SECRET}@host:5060",
        "signed e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_a_secret_in_a_text_is_masked(line):
    masked = mask_text(line)

    assert MASK in masked
    assert SECRET not in masked
    assert KEY not in masked
    assert "e3b0c442" not in masked


@pytest.mark.parametrize(
    "line",
    [
        "GET /api/v1/accounts/7/ledger/?after=2026-01-01&prefix=44",
        "GET /number/market?pattern=4420",
        "session try-1 of CA0123456789abcdef0123456789abcdef was denied: insufficient_balance",
        "sip:447700900123@host:5060",
        "sip:host:5060 for a@b",
    ],
)
def test_what_operators_need_stays(line):
    assert mask_text(line) == line


def test_values_are_masked_by_their_names_at_any_depth():
    event = {"api_key": KEY, "code": 200, "headers": {"Cookie": "a=b", "Host": "x"}, "all": [{"password": SECRET}]}

    assert mask(event) == {
        "api_key": MASK,
        "code": 200,
        "headers": {"Cookie": MASK, "Host": "x"},
        "all": [{"password": MASK}],
    }


@pytest.mark.parametrize("piece", ["a.", "secret", "&", "://", "a:", '"token', "Basic ", "smpp:", "sip:a:"])
def test_a_long_line_of_a_stranger_takes_no_time(piece):
    begun = time.process_time()
    mask_text("/?" + piece * (400_000 // len(piece)))

    assert time.process_time() - begun < 2


@pytest.fixture
def lines():
    """What the root logger writes in production, as dictionaries."""
    stream = io.StringIO()
    config = logs.settings(level="INFO", as_json=True)
    config["handlers"]["stderr"]["stream"] = stream
    logs.configure(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(logs.settings(level="WARNING", as_json=False))


def test_a_request_is_one_line_with_its_id_and_no_secret(client, lines):
    client.get(f"/restcomm/number/search/{SECRET}/{SECRET}/ZZ?api_key={SECRET}", headers={"authorization": SECRET})

    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert line["request"] == f"GET /restcomm/number/search/{MASK}/{MASK}/ZZ?api_key={MASK}"
    assert line["ip"] == "127.0.0.1"
    assert len(line["request_id"]) == 36
    assert SECRET not in json.dumps(lines())


@pytest.mark.parametrize(
    ("given", "is_taken"), [("0f8b5bd1e5394fb1a3bb17fd9f3dc9a5", True), (KEY, False), (f"Bearer {SECRET}", False)]
)
def test_a_request_keeps_the_id_that_a_proxy_gave_it_and_no_secret_that_came_in_its_place(
    client, lines, given, is_taken
):
    client.get(f"/restcomm/number/search/{SECRET}/{SECRET}/ZZ", headers={"x-request-id": given})

    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert (line["request_id"] == given) is is_taken


def test_an_exception_and_a_foreign_logger_are_masked_too(lines):
    try:
        raise ValueError(f"no route to postgres://tcxc:{SECRET}@db/tcxc")
    except ValueError:
        logging.getLogger("somebody.elses").exception("lost %s", f"Bearer {SECRET}")
    structlog.get_logger("ours").warning("refused", token=SECRET, connection=7)

    theirs, ours = lines()
    assert SECRET not in json.dumps([theirs, ours])
    assert "ValueError: no route to postgres://tcxc:***@db/tcxc" in theirs["exception"]
    assert (ours["token"], ours["connection"], ours["level"]) == (MASK, 7, "warning")
