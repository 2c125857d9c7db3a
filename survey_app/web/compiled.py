"""Templates as they were compiled, kept beside Python's own compiled files."""

from __future__ import annotations

import contextlib
import sys
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Kept(FileSystemBytecodeCache):
    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, but where nothing may be written, as with Python's own files."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                super().dump_bytecode(bucket)


def keep_compiled(environment: Environment) -> None:
    """Compile a template only where it has changed since: else two seconds of every start."""
    folder = Path(cache_from_source(__file__)).parent
    made_by = f"{sys.implementation.cache_tag}-jinja-{version('jinja2')}"
    environment.bytecode_cache = _Kept(str(folder), f"%s.{made_by}")
