"""Pictures of others made fit to be drawn: opaque, RGB or grey, the right way up."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_PIXELS = 60_000_000
_POINTS_PER_PIXEL = 72 / 110


class UnreadablePicture(ValueError):
    """Bytes that are no picture we can draw; the reason in words."""


@dataclass(frozen=True, slots=True)
class Picture:
    """PNG or JPEG data that ReportLab puts in as it is, and its size in pixels."""

    data: bytes
    width: int
    height: int

    def size_within(self, width: float, height: float) -> tuple[float, float]:
        """Width and height in points, no larger than the room, and small pictures kept small."""
        share = min(width / self.width, height / self.height, _POINTS_PER_PIXEL)
        return self.width * share, self.height * share


def read_picture(data: bytes) -> Picture:
    """A picture of a PNG or JPEG file. Raises UnreadablePicture.

    PDF/A knows no colours that depend on a device other than the one the document names (sRGB), so
    others are converted; what shines through stands on white.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnreadablePicture("bilden är för stor")
            plain = opened.format == "JPEG" and opened.mode in ("RGB", "L")
            if plain and opened.getexif().get(0x0112, 1) == 1:
                opened.load()
                return Picture(data, opened.width, opened.height)
            return _redrawn(ImageOps.exif_transpose(opened))
    except UnreadablePicture:
        raise
    # A damaged file can fail in any way; that it cannot be read is all that matters here.
    except Exception as error:
        raise UnreadablePicture("filen kan inte läsas som bild") from error


def _redrawn(image: Image.Image) -> Picture:
    opaque = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    if opaque.mode == "RGBA":
        ground = Image.new("RGB", opaque.size, "white")
        ground.paste(opaque, mask=opaque.getchannel("A"))
        opaque = ground
    target = io.BytesIO()
    opaque.save(target, "PNG")
    return Picture(target.getvalue(), opaque.width, opaque.height)
