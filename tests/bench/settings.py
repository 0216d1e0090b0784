"""What every row of the benchmark is given."""

from dataclasses import dataclass

from tests.bench.house import House

CONNECTIONS = 64


@dataclass(frozen=True)
class Settings:
    """The house to measure, and how: seconds a run, seconds of warm-up, runs; how many CDRs and minutes are many."""

    house: House
    seconds: float
    warm_up: float
    runs: int
    records: int = 1_000_000
    minutes: float = 60


def settings_for(house: House, *, quick: bool, records: int, minutes: float) -> Settings:
    """Three runs of six seconds each; one of two seconds when `quick`, which shows that it works and little more."""
    seconds, warm_up, runs = (2.0, 1.0, 1) if quick else (6.0, 6.0, 3)
    return Settings(house, seconds, warm_up, runs, records, minutes)
