"""`/metrics` for Prometheus, counted together over all processes.

Define metrics with prometheus_client where they are counted. Web and worker processes share a folder
(PROMETHEUS_MULTIPROC_DIR), so a gauge must say how processes add up: `multiprocess_mode="mostrecent"` for what a
single process finds out, such as the result of an audit, `"livesum"` for what each holds a part of.
"""

import os
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from tcxc.network import client_address, is_within

REQUESTS = Counter("tcxc_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "tcxc_http_request_seconds",
    "Time from the request to its reply.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestMetrics:
    """Counts requests by route (the pattern, so that no identifier becomes a label) and times them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and note how it went."""
        started = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).inc()
        SECONDS.labels(route).observe(perf_counter() - started)
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    """All metrics in Prometheus' text format; 404 for clients outside of METRICS_ALLOWED_NETWORKS."""
    forwarded = settings.TRUSTED_PROXY_COUNT == 0 and "HTTP_X_FORWARDED_FOR" in request.META
    if forwarded or not is_within(client_address(request), settings.METRICS_ALLOWED_NETWORKS):
        raise Http404
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def registry() -> CollectorRegistry:
    """The metrics of all processes when they share a folder, else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared
