"""lxml's ``etree``, read in as the first XML is read or written, not at the start.

It takes 4 MB, and a server may run for days before anybody asks for a document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree as etree
else:

    class _Etree:
        def __getattr__(self, name):
            from lxml import etree as found

            vars(self).update(vars(found))  # asked once: every name is at hand from now on
            return getattr(found, name)

    etree = _Etree()
