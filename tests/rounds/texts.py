"""What the seeds' texts are known by: the first eight signs of each text's SHA-256, by unit.

The sources are documents of the region that are no part of this repository; whoever changes a
sign of what they print changes a digest here.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROUNDS = ROOT / "survey_app" / "demo" / "rounds"

EXAMPLES_2025 = {
    "Närsjukvården Halland": "c78637e9",
    "Psykiatrin Halland": "4339e79a c3f6dfc2 7ab3f848",
    "Hallands sjukhus": "5625943b",
    "ADH": "3cd4ef59",
    "Regionkontoret": "a6a5f499 db9004ed",
    "Varbergs kommun": "d418ba14 9e19c7a0",
    "Halmstad kommun": "dd6ca385 3899563d ffb109bc",
    "Kungsbacka kommun": "1cf7cf61 e09747f5",
    "NSPH-Samverkan för psykisk hälsa i Halland": "461bd8cb 354f1377 8cb18c26",
}
"""Nine units in the order of the slides; 18 examples."""

EXAMPLES_2024 = {
    "Psykiatrin Halland": "e355cd25 516ed5f5",
    "Hallands sjukhus": "23122613 83f3b93a 5a3ad7d1 5a00b097",
    "Närsjukvården Halland": "eea5af17 43afea3d 37ec08b3",
    "Regionkontoret": "8617c1bb 2bf12e0f",
    "Halmstad kommun": "530019e4 f4dcb7d3",
    "Kungsbacka kommun": "633f3786",
    "NSPH-Samverkan för psykisk hälsa i Halland": "6d9437f0",
    "Hallandsrådet": "3b66e719",
}
"""Eight units; 16 examples."""

CONTRIBUTIONS = {
    "Psykiatrin Halland": (
        "1-1:9597a14e 2-2:10bb3c66 2-3:89e45fea 2-4:6a4fd013 3-1:d7106017 4-6:0535950b 4-6:3402b4c8"
    ),
    "Hallands sjukhus": "1-1:a1d91cdd",
    "Regionkontoret": (
        "2-1:7365019c 2-1:378dd1aa 2-1:f07a24fc 2-1:6e1aba5d 2-3:ed362fc0 3-1:dc0b9a10 "
        "4-1:a0724064 4-2:06a48671 4-3:3922704b 4-5:e22308ba"
    ),
    "Kungsbacka kommun": (
        "1-1:fc9fde13 1-1:7821e4ae 1-1:8281bbe5 1-1:445bf47c 2-3:120e2145 3-1:ff3c4836 "
        "3-1:9877af8e 3-1:8a102cf7 4-2:48c3b84f 4-3:d4bfacc6 4-3:67beaf41 4-3:f38882ac"
    ),
    "Halmstad kommun": "2-1:0394c4b4 4-2:78d7be21 4-3:c9c4baf0",
    "Laholms kommun": (
        "3-1:16693674 3-1:2480e463 4-3:9f39f5cf 5-1:fa45b76b 5-1:db835bd5 5-1:e5fffd66"
    ),
    "Hylte kommun": "3-1:c15c1e2a 4-2:10fad196 4-3:25ed5dc2 5-1:d9e412cf",
    "Falkenbergs kommun": "4-3:e92c763b 4-3:9d6898e2",
    "Varbergs kommun": "3-1:efb6e543 5-1:41b290a6",
    "NSPH-Samverkan för psykisk hälsa i Halland": "3-1:d72c5466",
}
"""The 48 contributions by unit, each with its goal."""

COMMON = (
    "1-1:8224c4ac 1-1:ba75f546 3-1:f438fddf 3-1:e83a85e9 3-1:1a9ea685 4-1:d726a29c 4-2:b84c1957 "
    "4-4:9ca03259 4-5:a595a822 4-5:2e318bda 5-1:8035f912 5-1:b0554b0b 5-1:ddba59eb 5-1:0066d16c "
    "5-1:6c0b7068 5-1:37d1a299 5-1:a2d59002"
)
"""The 17 paragraphs of what is common to the county."""


def round_file(name: str) -> dict[str, Any]:
    """The made or quoted rounds of one questionnaire."""
    found: dict[str, Any] = json.loads((ROUNDS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def units_of(name: str) -> list[dict[str, Any]]:
    """The units of the round with the source's real content."""
    found: list[dict[str, Any]] = round_file(name)["rounds"][0]["units"]
    return found


def entries_of(unit: dict[str, Any], question: str) -> list[dict[str, Any]]:
    """The entries that a unit has in a list."""
    answer = unit["answers"].get(question)
    return [] if answer is None else list(answer["value"]["entries"])


def digest(text: str) -> str:
    """What a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
