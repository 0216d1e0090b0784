"""What is wrong with a price list: every error counted, the first thousand kept."""

from dataclasses import dataclass, field

KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell: a row counted from 1 (the header), a column or nothing, and how to mend it."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class ProblemLog:
    """The errors and warnings of one price list. Counts are exact; what is kept is bounded."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0

    def error(self, row: int, column: str, message: str) -> None:
        """Note one error."""
        self.error_count += 1
        if len(self.errors) < KEPT:
            self.errors.append(Problem(row, column, message[:255]))

    def warning(self, row: int, column: str, message: str) -> None:
        """Note one warning: the list may be published all the same."""
        self.warning_count += 1
        if len(self.warnings) < KEPT:
            self.warnings.append(Problem(row, column, message[:255]))


class Unreadable(Exception):  # noqa: N818  (it says what the file is, not what broke here)
    """The file can't be read from this row on."""

    def __init__(self, row: int, message: str, column: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(row, column, message)
