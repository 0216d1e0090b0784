"""`numbers` is a standard module and an app of ours, in every program that is started."""

import json
import urllib.request

import pytest

from tests.processes import free_port, own_data, run, start, wait_until

SHOW = (
    "import decimal, numbers, numbers.months;"
    " assert issubclass(decimal.Decimal, numbers.Number) and isinstance(1, numbers.Integral);"
    " print(numbers.months.__file__.rsplit('/', 2)[1:])"
)
OURS = "['numbers', 'months.py']\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", f"import tcxc; {SHOW}"),
        ("manage.py", "shell", "-v", "0", "-c", SHOW),
    ],
)
def test_both_are_there(arguments, tmp_path):
    done = run(*arguments, data=tmp_path / "data", TCXC_SUPERVISED="1")

    assert done.stdout == OURS, done.stderr


def test_both_are_there_in_this_very_process():
    import decimal

    import numbers
    import numbers.months

    assert issubclass(decimal.Decimal, numbers.Number)
    assert numbers.months.__file__.endswith("/numbers/months.py")


def test_both_are_there_in_a_celery_worker(tmp_path):
    done = run("-m", "celery", "-A", "tests.house.names_seen:app", "report", data=tmp_path / "data")

    assert "names_seen: 'numbers/months.py'" in done.stdout, done.stderr


def test_both_are_there_under_granian():
    port = free_port()
    with own_data() as data:
        server = start("-m", "granian", "--interface", "asginl", "--port", str(port),
                       "tests.house.names_seen:application", data=data)  # fmt: skip
        try:
            wait_until(lambda: reply(port) is not None)
            assert reply(port) == {"numbers": "numbers/months.py"}
        finally:
            server.terminate()
            server.communicate(timeout=10)


def reply(port: int) -> dict[str, str] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return json.load(answer)
    except OSError:
        return None
