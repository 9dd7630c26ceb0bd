#!/usr/bin/env python3
"""Writes glyphs.json: the outlines and widths with which render.py draws the text of SVG files.

    glyphs.py REGULAR.ttf BOLD.ttf       Liberation Sans (SIL Open Font License 1.1), e.g. of Debian's
                                         fonts-liberation, the font that vl-convert lays figures out with

Needs fonttools; only this generator does.
"""

import json
import pathlib
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

# Latin and Greek, and the signs that figures use; other text stays text.
RANGES = [(0x20, 0x7E), (0xA0, 0xFF), (0x391, 0x3C9), (0x2010, 0x2026)]
SIGNS = "←↑→↓∆∏∑−√∞≈≠≤≥€™²³×÷·"


class Path(BasePen):
    """Collects an outline as relative SVG path data from the origin, y down, in units of the font."""

    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.parts = []
        self.place = self.start = (0, 0)

    def _add(self, letter, *points):
        points = [(round(x), round(-y)) for x, y in points]
        offsets = [(x - self.place[0], y - self.place[1]) for x, y in points]
        self.parts.append(letter + " ".join(f"{x},{y}" for x, y in offsets))
        self.place = points[-1]

    def _moveTo(self, point):
        self._add("m", point)
        self.start = self.place

    def _lineTo(self, point):
        self._add("l", point)

    def _qCurveToOne(self, control, point):
        self._add("q", control, point)

    def _closePath(self):
        self.parts.append("z")
        self.place = self.start


def outlines(path: str) -> dict:
    font = TTFont(path)
    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    wanted = {code for first, last in RANGES for code in range(first, last + 1)}
    result = {}
    for code in sorted(wanted | {ord(sign) for sign in SIGNS}):
        if code not in names:
            continue
        pen = Path(glyphs)
        glyphs[names[code]].draw(pen)
        result[chr(code)] = [glyphs[names[code]].width, "".join(pen.parts)]
    return {"unitsPerEm": font["head"].unitsPerEm, "glyphs": result}


def main() -> int:
    regular, bold = (outlines(path) for path in sys.argv[1:3])
    licence = (
        "Outlines of Liberation Sans 2, copyright 2012 Red Hat, Inc., SIL Open Font License 1.1 "
        "(https://openfontlicense.org), written by Tools/figures/glyphs.py"
    )
    target = pathlib.Path(__file__).with_name("glyphs.json")
    with open(target, "w", encoding="utf-8") as handle:
        handle.write(json.dumps({"licence": licence}, ensure_ascii=False)[:-1])
        for name, font in [("regular", regular), ("bold", bold)]:
            handle.write(f',\n"{name}": {{"unitsPerEm": {font["unitsPerEm"]}, "glyphs": {{\n')
            lines = [
                f"{json.dumps(sign, ensure_ascii=False)}: {json.dumps(glyph)}"
                for sign, glyph in font["glyphs"].items()
            ]
            handle.write(",\n".join(lines) + "}}")
        handle.write("}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
