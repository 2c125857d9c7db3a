"""An environment for each scanner: their packages would pull down the product's own.

Pinned, with hashes, in ``.ci/scan-<tool>.txt``. To take newer ones::

    echo semgrep==1.182.0 | uv pip compile --universal --generate-hashes --python-version 3.11 - \\
        -o .ci/scan-semgrep.txt
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / ".venv-scan"
_NOWHERE = "http://127.0.0.1:9"
_KEPT = {"PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}


def pins_of(tool: str) -> Path:
    """The file of what a tool is made of."""
    return ROOT / ".ci" / f"scan-{tool}.txt"


def folder_of(tool: str) -> Path:
    """The ``bin`` of a tool's own environment, made where it is missing or has other pins."""
    pins, place = pins_of(tool), PLACE / tool
    mark, wanted = place / "pins", hashlib.sha256(pins.read_bytes()).hexdigest()
    if not (mark.exists() and mark.read_text(encoding="ascii") == wanted):
        print(f"Installing {tool} into {place.relative_to(ROOT)}", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        command = [str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check",
                   "--require-hashes", "-r", str(pins)]  # fmt: skip
        subprocess.run(command, check=True)
        mark.write_text(wanted, encoding="ascii")
    return place / "bin"


def environment_of(tool: str, home: Path, *, alone: bool = True) -> dict[str, str]:
    """What a tool may know: nothing of whoever runs it, and a home that is thrown away.

    alone   whatever is not on this machine goes to a proxy that is not there
    """
    known = {name: value for name, value in os.environ.items() if name in _KEPT}
    path = f"{folder_of(tool)}{os.pathsep}{known.get('PATH', os.defpath)}"
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), _NOWHERE)
    return {
        **known, **(nowhere if alone else {}), "no_proxy": "127.0.0.1,localhost",
        "PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONUTF8": "1",
    }  # fmt: skip
