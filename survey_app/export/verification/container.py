"""The files of a package's ZIP, read without trusting it."""

from __future__ import annotations

import io
import zipfile

from survey_app.export.package.zip_file import write_zip
from survey_app.export.verification.verdict import Finding
from survey_app.export.zip_entries import count_entries

MOST_BYTES = 500_000_000
MOST_FILES = 10_000
_MOST_WITHIN = 5 * MOST_FILES
"""Files of a package, and of the ZIPs that stand in it as they were received (DOCX, XLSX)."""
_STRETCH = 65_536

Files = dict[str, bytes]


def read_container(data: bytes) -> tuple[Files, list[Finding]]:
    """The files in their order, and what is wrong with the ZIP. Never raises.

    Nothing is read of a ZIP that is hostile: too large, compressed, encrypted, with names that
    lead out of a folder or stand twice, with parts that overlap.
    """
    if len(data) > MOST_BYTES:
        return {}, [Finding("too_large", facts={"limit": MOST_BYTES})]
    file = io.BytesIO(data)
    if count_entries(file) > _MOST_WITHIN:
        return {}, [Finding("too_many_files", facts={"limit": MOST_FILES})]
    try:
        archive = zipfile.ZipFile(file)
    # Beside BadZipFile, odd headers make zipfile raise many things; all mean the same here.
    except Exception:
        return {}, [Finding("not_a_zip")]
    with archive:
        entries = archive.infolist()
        findings = _refusals(entries, len(data))
        if findings:
            return {}, findings
        return _read(archive, entries, data)


def _refusals(entries: list[zipfile.ZipInfo], size: int) -> list[Finding]:
    if len(entries) > MOST_FILES:
        return [Finding("too_many_files", facts={"limit": MOST_FILES})]
    found: list[Finding] = []
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        shown = name.encode("unicode_escape").decode()[:200]
        if not is_safe(name) or entry.orig_filename != name:
            found.append(Finding("unsafe_name", shown))
        if name.casefold() in seen:
            found.append(Finding("duplicate_name", shown))
        seen.add(name.casefold())
        if entry.flag_bits & 0x1:
            found.append(Finding("encrypted", shown))
        elif entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            found.append(Finding("compressed", shown))
    if sum(entry.file_size for entry in entries) > size:
        found.append(Finding("overlapping"))
    return found


def is_safe(name: str) -> bool:
    """Whether a name within an archive stays inside the folder into which it is unpacked."""
    parts = name.split("/")
    return (
        0 < len(name) <= 240
        and name.isprintable()
        and "\\" not in name
        and ":" not in name
        and all(part and part.strip(". ") for part in parts)
    )


def _read(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], data: bytes
) -> tuple[Files, list[Finding]]:
    files: Files = {}
    findings: list[Finding] = []
    for entry in entries:
        try:
            files[entry.filename] = archive.read(entry)
        except Exception:  # a wrong checksum, a local header elsewhere, an end too early
            findings.append(Finding("damaged", entry.filename))
    if not findings:
        findings.extend(_outside(files, data))
    return files, findings


def _outside(files: Files, data: bytes) -> list[Finding]:
    """A difference between the file and the same files packed again: a header was changed."""
    again = write_zip(files)
    if again == data:
        return []
    return [Finding("container_changed", facts={"offset": _first_difference(again, data)})]


def _first_difference(one: bytes, other: bytes) -> int:
    shorter = min(len(one), len(other))
    for start in range(0, shorter, _STRETCH):
        stretch = slice(start, min(start + _STRETCH, shorter))
        if one[stretch] != other[stretch]:
            pairs = zip(one[stretch], other[stretch], strict=True)
            return start + next(place for place, (a, b) in enumerate(pairs) if a != b)
    return shorter


def unfolded(files: Files) -> tuple[str, Files, list[Finding]]:
    """The one folder in which everything lies, and the files by their path below it."""
    folders = {path.partition("/")[0] for path in files}
    if len(folders) != 1 or not all("/" in path for path in files):
        return "", {}, [Finding("no_single_folder")]
    folder = folders.pop()
    return folder, {path.partition("/")[2]: data for path, data in files.items()}, []
