"""Calendar files (RFC 5545) of things that are due on a day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import StreamingHttpResponse

from tcxc.clock import local_day, utc_now

LONGEST_LINE = 75  # bytes, section 3.1


@dataclass(frozen=True, slots=True)
class Day:
    """Something that is due on the day of a moment, in a time zone. `uid` tells a calendar that it knows it already."""

    uid: str
    moment: datetime
    time_zone: str
    title: str


def download(days: Iterable[Day], name: str) -> StreamingHttpResponse:
    """The days as a calendar file to be saved, or opened in a calendar, under that name."""
    answer = StreamingHttpResponse((line.encode() for line in lines(days)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def lines(days: Iterable[Day]) -> Iterator[str]:
    """The file, line by line."""
    yield from ("BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "PRODID:-//TCXC//EN\r\n")
    stamp = utc_now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for day in days:
        first = local_day(day.moment, day.time_zone)
        yield from ("BEGIN:VEVENT\r\n", f"UID:{day.uid}@tcxc\r\n", f"DTSTAMP:{stamp}\r\n")
        yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\n"
        yield f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}\r\n"
        yield _folded(f"SUMMARY:{_escaped(day.title)}")
        yield from ("TRANSP:TRANSPARENT\r\n", "END:VEVENT\r\n")
    yield "END:VCALENDAR\r\n"


def _escaped(text: str) -> str:
    for plain in ("\\", ";", ","):
        text = text.replace(plain, f"\\{plain}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line of at most 75 bytes, what is longer going on after a line feed and a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE - 1:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part]) + "\r\n"
