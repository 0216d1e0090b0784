"""`/metrics`: counted over all processes, and told to nobody outside."""

import subprocess
import sys
from ipaddress import ip_network

import pytest

from tcxc.embedded import CHECKOUT
from tests.processes import environment

COUNT = "from tcxc.metrics import *; import sys; REQUESTS.labels('GET', 'page', 200).inc(int(sys.argv[1]))"
SUM = "from tcxc.metrics import *; print(registry().get_sample_value(*{!r}))".format(
    ("tcxc_http_requests_total", {"method": "GET", "route": "page", "status": "200"})
)


@pytest.mark.parametrize(
    ("surroundings", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.20.30.40"}, 200),
        ({"REMOTE_ADDR": "::ffff:10.20.30.40"}, 200),
        ({"REMOTE_ADDR": "10.20.31.1"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        # Somebody forwards strangers to us and nobody said so: the address is the forwarder's.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
    ],
)
def test_only_allowed_networks_may_scrape(client, settings, surroundings, status):
    settings.METRICS_ALLOWED_NETWORKS = [ip_network(text) for text in ("127.0.0.0/8", "::1/128", "10.20.30.0/24")]

    assert client.get("/metrics", **surroundings).status_code == status


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [("203.0.113.9, 127.0.0.1", 200), ("127.0.0.1, 203.0.113.9", 404), ("", 404)],
)
def test_behind_a_proxy_the_address_is_the_one_it_added(client, settings, forwarded, status):
    settings.TRUSTED_PROXY_COUNT = 1

    reply = client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert reply.status_code == status


def test_requests_are_counted_by_route_and_never_by_what_a_stranger_wrote(client):
    client.get("/no/such/page/by-a-stranger")

    text = client.get("/metrics").content.decode()

    assert 'tcxc_http_requests_total{method="GET",route="none",status="404"}' in text
    assert "stranger" not in text


def test_processes_are_added_up(tmp_path):
    (tmp_path / "metrics").mkdir()
    env = environment(tmp_path / "data", PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "metrics"))

    def python(*arguments):
        command = [sys.executable, "-c", *arguments]
        return subprocess.run(command, check=True, cwd=CHECKOUT, env=env, capture_output=True, text=True).stdout

    python(COUNT, "2")
    python(COUNT, "3")

    assert python(SUM) == "5.0\n"
