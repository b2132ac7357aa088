"""What a cell's stored number means: Excel keeps dates, times and shares as numbers, and the format says which."""

import re
from datetime import UTC, datetime, timedelta

from ..package import Package

TEXT, NUMBER, DAY, MOMENT, TIME, SHARE, YES_NO = "t", "n", "d", "m", "h", "p", "b"
"""What a cell holds, beside its text: the letters that the child answers with."""

_DATES = {14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)}
_TIMES = {18, 19, 20, 21, 32, 33, 45, 46, 47}
_BOTH = {22}
_SHARES = {9, 10}
_SAID = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_DAY = 2_958_465  # 31 December 9999


def unescaped(text: str) -> str:
    """Characters that XML cannot hold stand as _xHHHH_ in a workbook (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def classes(package: Package, name: str | None) -> list[str]:
    """For each style of a cell, what its number format makes of a number."""
    if name is None or name not in package.names:
        return []
    formats: dict[int, str] = {}
    found: list[str] = []
    inside = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and attributes.get("numFmtId", "").isdigit():
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            number = attributes.get("numFmtId", "0")
            found.append(_class(int(number) if number.isdigit() else 0, formats))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside[0] = False

    package.parse(name, start, end=end)
    return found


def _class(number: int, formats: dict[int, str]) -> str:
    if number in formats:
        return _class_of_code(formats[number])
    if number in _DATES:
        return DAY
    if number in _BOTH:
        return MOMENT
    if number in _TIMES:
        return TIME
    return SHARE if number in _SHARES else NUMBER


def _class_of_code(code: str) -> str:
    code = _SAID.sub("", code.split(";")[0]).lower()
    timed = bool(re.search(r"[hs]", code))
    dated = bool(re.search(r"[yd]", code)) or ("m" in code and not timed)
    if code.strip() == "general":
        return NUMBER
    if dated:
        return MOMENT if timed else DAY
    if timed:
        return TIME
    return SHARE if "%" in code else NUMBER


def read_number(raw: str, kind: str, since_1904: bool) -> tuple[str, str]:
    """What the number is, and its text: `5`, `0.25`, `25%`, `2015-11-05`, `13:30`; raises ValueError for no number."""
    value = float(raw)
    if value != value or abs(value) > 1e300:
        raise ValueError(raw)
    if kind in (DAY, MOMENT, TIME):
        serial = value + (1462 if since_1904 and not (kind == TIME and value < 1) else 0)
        if not 0 <= serial < _LAST_DAY + 1 or 60 <= serial < 61:
            raise ValueError(raw)
        return _date_or_time(serial, kind)
    if kind == SHARE:
        return SHARE, f"{_plain(round(value * 100, 10))}%"
    return NUMBER, _plain(value)


def _date_or_time(serial: float, kind: str) -> tuple[str, str]:
    """Excel counts days from the last one of 1899 and believes that 1900 was a leap year."""
    begins = datetime(1899, 12, 31 if serial < 60 else 30, tzinfo=UTC)  # the zone is never said
    days, rest = divmod(serial, 1)
    # half a millisecond is what is lost in a serial number
    moment = begins + timedelta(days=days, milliseconds=round(rest * 86_400_000))
    if kind == TIME and serial < 1:
        return TIME, moment.strftime("%H:%M" if moment.second == 0 else "%H:%M:%S")
    if rest == 0:
        return DAY, moment.date().isoformat()
    return MOMENT, moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def read_iso(raw: str) -> tuple[str, str]:
    """A date written as one (`t="d"`): raises ValueError where it is none."""
    moment = datetime.fromisoformat(raw.removesuffix("Z"))
    whole = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    return (DAY, moment.date().isoformat()) if whole else (MOMENT, moment.isoformat(timespec="seconds"))
