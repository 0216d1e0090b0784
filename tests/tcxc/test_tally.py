"""What is counted in bulk is what Prometheus would have counted one by one."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from tcxc.tally import CounterTally, HistogramTally

VALUES = (0.0, 0.01, 0.010001, 0.5, 7.0)


def a_histogram() -> tuple[CollectorRegistry, Histogram]:
    registry = CollectorRegistry()
    histogram = Histogram("seconds", "Seconds", ["stage"], buckets=(0.01, 0.1, 1), registry=registry)
    return registry, histogram.labels("x")


def told(registry: CollectorRegistry) -> list[str]:
    return [line for line in generate_latest(registry).decode().splitlines() if "_created" not in line]


def test_a_histogram_gets_the_same_buckets_and_sum():
    (one_by_one, plain), (in_bulk, tallied) = a_histogram(), a_histogram()
    tally = HistogramTally(tallied)
    for value in VALUES * 2:
        plain.observe(value)
    for _ in range(2):
        for value in VALUES:
            tally.observe(value)
        tally.hand_over()
    tally.hand_over()
    assert told(in_bulk) == told(one_by_one)


def test_a_counter_gets_its_counts_by_label():
    registry = CollectorRegistry()
    counter = Counter("answers", "Answers", ["operation", "status"], registry=registry)
    tally = CounterTally(counter)
    for status in (200, 200, 503):
        tally.count("authorize", status)
    tally.hand_over()
    tally.count("authorize", 200)
    tally.hand_over()
    assert registry.get_sample_value("answers_total", {"operation": "authorize", "status": "200"}) == 3
    assert registry.get_sample_value("answers_total", {"operation": "authorize", "status": "503"}) == 1
