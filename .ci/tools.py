"""Find what is needed besides Python packages: ``tests`` (Chromium, …), ``judges`` (Java, …).

Where we are root on Debian the missing are installed; elsewhere they are named, with the command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

JUDGES = {
    "javac": "default-jdk-headless",
    "mvn": "maven",
    "qpdf": "qpdf",
    "pdfinfo": "poppler-utils",
}
"""Debian's package of each program that `make conformance` runs."""

DEBIANS = ("chromium-headless-shell", "chromium")
"""Debian's Chromium: without a window it starts sooner and does less."""

TESTS = {"strace": "strace", "softhsm2-util": "softhsm2"}
"""The same of the tests, beside Chromium."""


def has_chromium() -> bool:
    """Whether Chromium is where the tests look: named by CHROMIUM, Debian's, or Playwright's."""
    if os.environ.get("CHROMIUM") or any(Path(f"/usr/bin/{name}").exists() for name in DEBIANS):
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def missing_for(what: str) -> list[str]:
    """Debian's names of the packages that are missing."""
    if what == "judges":
        return [package for program, package in JUDGES.items() if not shutil.which(program)]
    missing = [] if has_chromium() else [DEBIANS[0]]
    return missing + [package for program, package in TESTS.items() if not shutil.which(program)]


def install(missing: list[str]) -> None:
    """Install packages, as root on Debian."""
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def main(what: str) -> int:
    """Install or name what is missing; 1 if something still is."""
    if what == "judges" and os.environ.get("SKIP_JUDGES") == "1":
        return 0
    missing = missing_for(what)
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
        missing = missing_for(what)
    if not missing:
        return 0
    named = f"{' and '.join(missing)}. Type: sudo apt-get install {' '.join(missing)}"
    print(f"The {what} need {named}")
    if missing == [DEBIANS[0]]:
        print("or: .venv/bin/playwright install chromium")
    if what == "judges":
        print("or leave the judges out: make conformance SKIP_JUDGES=1")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
