"""Where the time of a request goes, stage by stage, in `/metrics`."""

from prometheus_client import Histogram

from tcxc.tally import HistogramTally

BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
SECONDS = Histogram(
    "aaa_stage_seconds",
    "Seconds of each stage: of a request (receive, queue, send) or of a batch (read, decide, write and commit)",
    ["stage"],
    buckets=BUCKETS,
)

# Of each request: from the socket to the line, in the line, from the answer to the socket.
RECEIVE = HistogramTally(SECONDS.labels("receive"))
QUEUE = SECONDS.labels("queue")
SEND = HistogramTally(SECONDS.labels("send"))
# Of each batch: locked and read, decided in memory, written and committed.
READ, DECIDE, WRITE = (SECONDS.labels(stage) for stage in ("read", "decide", "write"))
