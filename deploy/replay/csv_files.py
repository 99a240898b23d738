"""Reading CSV files that people made: every row keeps its line, a row that cannot be read is named and passed over."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_RECORD_LINES = 40
"""A quoted field may span lines; beyond so many the quote is taken for a stray one."""


class FileUnusable(Exception):
    """The whole file cannot be read; the message is one sentence that names it."""


@dataclass(frozen=True, slots=True, order=True)
class BrokenRow:
    """Why a row of a file is not used. Line 1 is the header."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    file: str
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def broken(self, reason: str) -> BrokenRow:
        return BrokenRow(self.file, self.line, reason)


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that is no row of this table; `first` is what stands before its first comma."""

    broken: BrokenRow
    first: str


@dataclass(frozen=True, slots=True)
class Sheet:
    rows: Sequence[Row]
    unreadable: Sequence[UnreadableRow]


def read_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """Read a file that has at least these columns. Raises FileUnusable."""
    lines = re.split(r"\r\n|\n|\r", read_text(path))
    if not any(lines):
        raise FileUnusable(f"{path.name} is empty")
    header = [name.strip() for name in next(csv.reader([lines[0]]), [])]
    missing = [column for column in columns if column not in header]
    if missing:
        raise FileUnusable(f"{path.name} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
    rows: list[Row] = []
    unreadable: list[UnreadableRow] = []
    for line, fields, text in _records(lines, len(header)):
        if fields is None:
            reason = f"not a row of {len(header)} columns"
            first = text.split(",")[0].strip().strip('"')
            unreadable.append(UnreadableRow(BrokenRow(path.name, line, reason), first))
        else:
            values = {name: field.strip() for name, field in zip(header, fields, strict=True)}
            rows.append(Row(path.name, line, values))
    return Sheet(rows, unreadable)


def read_text(path: Path) -> str:
    """Read UTF-8 with or without a mark, UTF-16 with one, else Windows-1252 as in old exports. Raises FileUnusable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnusable(f"{path.name} cannot be read: {error.strerror}") from error
    is_marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    position = 0
    for encoding in ["utf-16"] if is_marked else ["utf-8-sig", "cp1252"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
    line = content.count(b"\n", 0, position) + 1
    raise FileUnusable(f"{path.name}:{line}: its text is neither UTF-8 nor Windows-1252")


def _records(lines: Sequence[str], width: int) -> Iterator[tuple[int, list[str] | None, str]]:
    """Yield line number, fields (None when unreadable) and text of each record after the header.

    A stray quote would swallow the rows up to the next one; a record that does not fit its columns is therefore given
    up at its first line, and reading goes on with the line after it.
    """
    index = 1
    while index < len(lines):
        text, end = lines[index], index + 1
        while text.count('"') % 2 and end < min(len(lines), index + LONGEST_RECORD_LINES):
            text, end = f"{text}\n{lines[end]}", end + 1
        if not text.strip():
            index += 1
            continue
        fields = _split(text)
        fits = fields is not None and len(fields) == width
        yield index + 1, fields if fits else None, lines[index]
        index = end if fits else index + 1


def _split(text: str) -> list[str] | None:
    try:
        records = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None
