"""The zip file that a workbook is: bounded before a part is read, and refused for what no table of facts needs."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from xml.parsers import expat

MEMBERS = 1_000
INFLATED_BYTES = 64_000_000
RATIO = 400  # a sheet of empty, formatted rows comes to about 100
_RATIO_FROM = 4_000_000
_CHUNK = 65_536
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C|E\0N\0T)|\0<\0!\0(?:D\0O\0C|E\0N\0T)")

PASTED = "Copy the values to a new workbook, or begin with the template."
_NOT_HERE = (
    # a part that no table of facts needs, how it is called, what to do
    (r"xl/vbaProject|xl/macrosheets/|xl/dialogsheets/|xl/intlMacrosheets/", "macros", "Save it as .xlsx without them."),
    (r"xl/externalLinks/", "links to other workbooks", "Break the links (Data, Edit links), or paste the values."),
    (r"xl/embeddings/|xl/activeX/|xl/ctrlProps/", "embedded objects or controls", PASTED),
    (r"xl/connections\.xml|xl/queryTables/|xl/model/", "connections to data elsewhere", PASTED),
)


class Refused(Exception):
    """The workbook cannot be read; the sentence says why and what would help, the place where in it."""

    def __init__(self, sentence: str, sheet: str = "", row: int = 0, column: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.sheet, self.row, self.column = sentence, sheet, row, column


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part of the workbook leads to: the last word of its type, and the part's name."""

    kind: str
    target: str


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(":")[2]


class Package:
    """The parts of the file, all of them inflated once within bounds and looked through."""

    def __init__(self, data: bytes) -> None:
        _check_beginning(data)
        _check_number(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = self._checked(len(data))
            self._look_through()
        except (zipfile.BadZipFile, RuntimeError, EOFError, struct.error, ValueError, zlib.error) as e:
            raise Refused(
                f"is damaged: it cannot be unpacked ({e or type(e).__name__}). Open it in Excel, save it and try again."
            ) from None

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Give the elements of an XML part to `start`, and to `end` and `text` where given, as they come."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
        if end is not None:
            ends = end
            parser.EndElementHandler = lambda tag: ends(local(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _declared
        parser.EntityDeclHandler = _declared
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused(
                f"is damaged: its part {shown(name)} cannot be read ({expat.ErrorString(error.code)}, line "
                f"{error.lineno}). Open it in Excel, save it and try again."
            ) from None

    def relations(self, name: str) -> dict[str, Relation]:
        """What the part leads to inside the file, by the ids it uses for it; outside it may only link to pages."""
        folder = dirname(name)
        place = join(folder, "_rels", name.rpartition("/")[2] + ".rels")
        found: dict[str, Relation] = {}
        if place not in self.names:
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag != "Relationship":
                return
            kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
            if attributes.get("TargetMode") == "External":
                if kind != "hyperlink":
                    raise Refused(f"leads outside itself ({shown(kind)}: {shown(target)}); expected none. {PASTED}")
                return
            inside = target[1:] if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = Relation(kind, inside)

        self.parse(place, start)
        return found

    def _checked(self, packed: int) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for member in self._zip.infolist():
            if member.filename in found:
                raise Refused(f"is damaged: it has two parts of the name {shown(member.filename)}.")
            if member.flag_bits & 1:
                raise Refused("is locked with a password; expected one without. Save it again without a password.")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused(
                    "is packed in a way that no spreadsheet program uses. Open it in Excel and save it again."
                )
            found[member.filename] = member
            total += member.file_size
        if total > INFLATED_BYTES or (total > _RATIO_FROM and total > packed * RATIO):
            raise Refused(
                f"is {packed:,} bytes that unpack to {total:,}; expected at most {INFLATED_BYTES:,}, and no more than "
                f"{RATIO} times its size. {PASTED}"
            )
        for name in found:
            if name == "mimetype":
                raise Refused("is an OpenDocument file; expected an Excel workbook: save it as .xlsx.")
            if name == "xl/workbook.bin":
                raise Refused("is a binary workbook (.xlsb); expected .xlsx: save it as “Excel Workbook (.xlsx)”.")
            for pattern, called, remedy in _NOT_HERE:
                if re.match(pattern, name, re.IGNORECASE):
                    raise Refused(f"has {called} ({shown(name)}); expected none. {remedy}")
        return found

    def _look_through(self) -> None:
        """Inflate every part, which proves its size and its checksum, and look for what no part may say."""
        for name in self.names:
            before = b""
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    if _DECLARED.search(before + chunk):
                        _declared()
                    if name == "[Content_Types].xml" and b"macroEnabled" in before + chunk:
                        raise Refused(
                            "is a workbook for macros (.xlsm); expected .xlsx. Save it as .xlsx without them."
                        )
                    before = chunk[-32:]


def shown(text: str) -> str:
    """A name from the file as it can stand in a sentence."""
    line = "".join(one if one.isprintable() else "␣" for one in text[:80])
    return f"“{line}”"


def _declared(*_anything: object) -> None:
    raise Refused(f"declares XML entities or a document type, which no spreadsheet program writes. {PASTED}")


def _check_beginning(data: bytes) -> None:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("is an old workbook (.xls), or locked with a password; expected .xlsx without a password.")
    if not data:
        raise Refused("is empty; expected an Excel workbook (.xlsx).")
    if data[:4] != b"PK\x03\x04":
        raise Refused("is no Excel workbook, whatever its name says; expected .xlsx. CSV files come in as a folder.")


def _check_number(data: bytes) -> None:
    """The number of members as the end of the file has it, before a list of them is made."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or place + 12 > len(data):
        raise Refused("is damaged: its end is missing. Fetch or save it once more.")
    (count,) = struct.unpack_from("<H", data, place + 10)
    if count > MEMBERS:
        raise Refused(f"has {'65,535 or more' if count == 65_535 else f'{count:,}'} parts; expected at most {MEMBERS}.")
