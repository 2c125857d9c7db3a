"""The product as it is installed on a machine: a wheel, in an environment of its own.

Of the pinned requirements only those are installed that the wheel asks for: a test that runs in
such an environment finds what the product needs and does not name.
"""

from __future__ import annotations

import email
import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINS = ROOT / ".ci" / "requirements.txt"


def clean_environment() -> dict[str, str]:
    """The environment without what leads to the checkout, or sets the product up."""
    ours = ("PYTHON", "SURVEY_APP_", "DATABASE_URL", "SECRET_KEY", "VIRTUAL_ENV", "REDOGOR_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def build_wheel(folder: Path) -> Path:
    """Build the wheel of the checkout into a folder."""
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(folder), str(ROOT))  # fmt: skip
    (wheel,) = folder.glob("survey_app-*.whl")
    return wheel


def install(wheel: Path, folder: Path, extras: frozenset[str]) -> Path:
    """Install a wheel with its pinned requirements into a new environment; its programs' folder."""
    _run(sys.executable, "-m", "venv", str(folder))
    programs = folder / "bin"
    pins = folder / "requirements.txt"
    pins.write_text("".join(_pinned(wheel, extras)), encoding="utf-8")
    pip = (str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "--no-deps", "--require-hashes", "-r", str(pins))
    _run(*pip, "install", "--no-deps", str(wheel))
    _run(*pip, "check")
    return programs


def _run(*command: str) -> None:
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def _pinned(wheel: Path, extras: frozenset[str]) -> Iterator[str]:
    """Of the pins those that the wheel needs, with all that these need."""
    wanted = {canonicalize_name(name) for name in _needed(_asked_by(wheel), extras, set())}
    blocks = re.split(r"^(?=[a-z0-9])", PINS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    pins = {canonicalize_name(block.partition("==")[0]): block for block in blocks if "==" in block}
    assert wanted <= pins.keys(), f"not pinned: {wanted - pins.keys()}"
    return (pins[name] for name in sorted(wanted))


def _asked_by(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as container:
        (name,) = (name for name in container.namelist() if name.endswith(".dist-info/METADATA"))
        told = email.message_from_bytes(container.read(name))
    return told.get_all("Requires-Dist") or []


def _needed(asked: Iterable[str], extras: Iterable[str], seen: set[str]) -> Iterator[str]:
    """Names of what is asked for, and of what that asks for in turn."""
    for words in asked:
        wanted = Requirement(words)
        marker = wanted.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        name, key = canonicalize_name(wanted.name), f"{wanted.name.lower()}{sorted(wanted.extras)}"
        if key not in seen:
            seen.add(key)
            yield name
            more = importlib.metadata.requires(name) or []
            yield from _needed(more, wanted.extras, seen)
