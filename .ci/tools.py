"""Find what the tests need besides Python packages: Chromium and strace.

Where we are root on Debian the missing are installed; elsewhere they are named, with the command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def has_chromium() -> bool:
    """Whether Chromium is named by CHROMIUM, on the path, or brought by Playwright."""
    if os.environ.get("CHROMIUM") or shutil.which("chromium"):
        return True
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def main() -> int:
    """Install or name what is missing; 1 if something still is."""
    missing = [] if has_chromium() else ["chromium"]
    missing += [] if shutil.which("strace") else ["strace"]
    if not missing:
        return 0
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        return 0
    print(f"The tests need {' and '.join(missing)}. Type: sudo apt-get install {' '.join(missing)}")
    if missing == ["chromium"]:
        print("or: .venv/bin/playwright install chromium")
    return 1


if __name__ == "__main__":
    sys.exit(main())
