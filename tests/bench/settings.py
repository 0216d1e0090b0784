"""What every row of the benchmark is given."""

from dataclasses import dataclass

from tests.bench.house import House

CONNECTIONS = 64


@dataclass(frozen=True)
class Settings:
    """How long to measure (seconds), after how long a warm-up, how many times, and the house to measure."""

    house: House
    seconds: float
    warm_up: float
    runs: int


def settings_for(house: House, *, quick: bool) -> Settings:
    """Three runs of six seconds each; one of two seconds when `quick`, which shows that it works and little more."""
    return Settings(house, 2, 1, 1) if quick else Settings(house, 6, 2, 3)
