"""The zip file that a workbook or a document is: bounded before a part is read, and refused for what is not needed."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from xml.parsers import expat

MEMBERS = 1_000
INFLATED_BYTES = 64_000_000
RATIO = 400  # a sheet of empty, formatted rows comes to about 100
_RATIO_FROM = 4_000_000
_NAMES_KEPT = 1_000
_CHUNK = 65_536
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C|E\0N\0T)|\0<\0!\0(?:D\0O\0C|E\0N\0T)")

PASTED = "Copy the values to a new workbook, or begin with the template."


@dataclass(frozen=True, slots=True)
class Written:
    """What kind of file is read: by which program it is written, what it may not hold, and what to do about it.

    `not_here`: a part that is not needed, how it is called, what to do. `main` is a part that there has to be.
    """

    program: str
    programs: str
    called: str
    noun: str
    ending: str
    begin_again: str
    not_here: tuple[tuple[str, str, str], ...]
    main: str = ""

    @property
    def none_of_it(self) -> str:
        """What is said of another kind of file."""
        return f"is no {self.called.partition(' ')[2]}, whatever its name says; expected {self.ending}."


_NOT_IN_WORKBOOKS = (
    (r"xl/vbaProject|xl/macrosheets/|xl/dialogsheets/|xl/intlMacrosheets/", "macros", "Save it as .xlsx without them."),
    (r"xl/externalLinks/", "links to other workbooks", "Break the links (Data, Edit links), or paste the values."),
    (r"xl/embeddings/|xl/activeX/|xl/ctrlProps/", "embedded objects or controls", PASTED),
    (r"xl/connections\.xml|xl/queryTables/|xl/model/", "connections to data elsewhere", PASTED),
)
WORKBOOK = Written("Excel", "spreadsheet program", "an Excel workbook", "workbook", ".xlsx", PASTED, _NOT_IN_WORKBOOKS)


class Refused(Exception):
    """The file cannot be read; the sentence says why and what would help, the place where in it."""

    def __init__(self, sentence: str, sheet: str = "", row: int = 0, column: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.sheet, self.row, self.column = sentence, sheet, row, column


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part of the file leads to: the last word of its type, and the part's name."""

    kind: str
    target: str


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(":")[2]


class _LocalNames(dict[str, str]):
    """The local name of each name that was met: a part has millions of elements and a dozen names."""

    def __missing__(self, name: str) -> str:
        found = local(name)
        if len(self) < _NAMES_KEPT:
            self[name] = found
        return found


class Package:
    """The parts of the file, all of them inflated once within bounds and looked through."""

    def __init__(self, data: bytes, written: Written = WORKBOOK) -> None:
        self._written = written
        _check_beginning(data, written)
        _check_number(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = self._checked(len(data))
            self._look_through()
        except (zipfile.BadZipFile, RuntimeError, EOFError, struct.error, ValueError, zlib.error) as e:
            raise Refused(
                f"is damaged: it cannot be unpacked ({e or type(e).__name__}). Open it in {written.program}, save it "
                "and try again."
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
        names = _LocalNames()
        parser.StartElementHandler = lambda tag, attributes: start(names[tag], attributes)
        if end is not None:
            ends = end
            parser.EndElementHandler = lambda tag: ends(names[tag])
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._declared
        parser.EntityDeclHandler = self._declared
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused(
                f"is damaged: its part {shown(name)} cannot be read ({expat.ErrorString(error.code)}, line "
                f"{error.lineno}). Open it in {self._written.program}, save it and try again."
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

    def refuse_leading_outside(self, allowed: Collection[str]) -> None:
        """Refuse a file of which any part leads outside it but by these kinds of relation; none is ever followed."""

        def start(tag: str, attributes: dict[str, str]) -> None:
            kind = attributes.get("Type", "").rpartition("/")[2]
            if tag == "Relationship" and attributes.get("TargetMode") == "External" and kind not in allowed:
                target = shown(attributes.get("Target", ""))
                raise Refused(f"leads outside itself ({shown(kind)}: {target}). {self._written.begin_again}")

        for name in self.names:
            if name.endswith(".rels"):
                self.parse(name, start)

    def _declared(self, *_anything: object) -> None:
        raise Refused(
            f"declares XML entities or a document type, which no {self._written.programs} writes. "
            f"{self._written.begin_again}"
        )

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
                    f"is packed in a way that no {self._written.programs} uses. Open it in {self._written.program} and "
                    "save it again."
                )
            found[member.filename] = member
            total += member.file_size
        if total > INFLATED_BYTES or (total > _RATIO_FROM and total > packed * RATIO):
            raise Refused(
                f"is {packed:,} bytes that unpack to {total:,}; expected at most {INFLATED_BYTES:,}, and no more than "
                f"{RATIO} times its size. {self._written.begin_again}"
            )
        for name in found:
            if name == "mimetype":
                raise Refused(
                    f"is an OpenDocument file; expected {self._written.called}: save it as {self._written.ending}."
                )
            if name == "xl/workbook.bin":
                raise Refused("is a binary workbook (.xlsb); expected .xlsx: save it as “Excel Workbook (.xlsx)”.")
            for pattern, called, remedy in self._written.not_here:
                if re.match(pattern, name, re.IGNORECASE):
                    raise Refused(f"has {called} ({shown(name)}); expected none. {remedy}")
        if self._written.main and self._written.main not in found:
            raise Refused(self._written.none_of_it)
        return found

    def _look_through(self) -> None:
        """Inflate every part, which proves its size and its checksum, and look for what no part may say."""
        for name in self.names:
            before = b""
            with self._zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    if _DECLARED.search(before + chunk):
                        self._declared()
                    if name == "[Content_Types].xml" and b"macroEnabled" in before + chunk:
                        ending = self._written.ending
                        raise Refused(
                            f"is a {self._written.noun} for macros ({ending[:-1]}m); expected {ending}. Save it as "
                            f"{ending} without them."
                        )
                    before = chunk[-32:]


def shown(text: str) -> str:
    """A name from the file as it can stand in a sentence."""
    line = "".join(one if one.isprintable() else "␣" for one in text[:80])
    return f"“{line}”"


def _check_beginning(data: bytes, written: Written) -> None:
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused(
            f"is an old {written.noun} ({written.ending[:-1]}), or locked with a password; expected {written.ending} "
            "without a password."
        )
    if not data:
        raise Refused(f"is empty; expected {written.called} ({written.ending}).")
    if data[:4] != b"PK\x03\x04":
        more = " CSV files come in as a folder." if written is WORKBOOK else ""
        raise Refused(written.none_of_it + more)


def _check_number(data: bytes) -> None:
    """The number of members as the end of the file has it, before a list of them is made."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or place + 12 > len(data):
        raise Refused("is damaged: its end is missing. Fetch or save it once more.")
    (count,) = struct.unpack_from("<H", data, place + 10)
    if count > MEMBERS:
        raise Refused(f"has {'65,535 or more' if count == 65_535 else f'{count:,}'} parts; expected at most {MEMBERS}.")
