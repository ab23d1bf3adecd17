#!/usr/bin/env python3
"""Makes the three fonts of this folder from their full releases. See README.md.

    make.py Inter-Regular.woff2 Inter-SemiBold.woff2 JetBrainsMono-Regular.ttf [OUT_DIR]
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

# Basic Latin, Latin-1, and what the screen writes besides: typography, mathematics, Greek, arrows, shapes, keys.
CHARACTERS = [chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100))] + list(
    "…–—‑−×÷≈≠≤≥±·•∞√∆∑′″µμΣΔΩαβγλπτω←→↑↓↔↺↻⟲▶◀▲▼▸▾▷❚■□●○◆✓✕✗⚠“”‘’‹›½¼¾⅓⅔₀₁₂₃₄ₙⁿ⁰¹²³⁴⁵⁶⁷⁸⁹⁻⌘⇧⌥⏎⌫"
    "\u2007\u2009\u202f"  # figure space, thin space, narrow no-break space
)
# A look-alike for a character that the font lacks.
ALIASES = {"⟲": "↺", "✕": "✗", "‑": "-"}
# Kerning, marks and compositions only: no ligatures, so that one character stays one glyph and "->" stays "->".
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def default_tabular_figures(font: TTFont) -> None:
    """Gives the digits their `tnum` shapes by default, so that changing numbers do not dance."""
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    swaps = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                swaps.update(getattr(part, "ExtSubTable", part).mapping)
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            for digit in map(ord, "0123456789"):
                if digit in cmap.cmap:
                    cmap.cmap[digit] = swaps.get(cmap.cmap[digit], cmap.cmap[digit])


def add_missing(font: TTFont) -> None:
    """Adds look-alikes, a figure space and the bar of the pause sign."""
    best = font.getBestCmap()

    def give(character: str, glyph: str) -> None:
        for cmap in font["cmap"].tables:
            if cmap.isUnicode() and (cmap.format == 12 or ord(character) < 0x10000):
                cmap.cmap.setdefault(ord(character), glyph)

    for character, other in ALIASES.items():
        if other and ord(other) in best:
            give(character, best[ord(other)])

    digit = font["hmtx"][best[ord("0")]][0]
    height = font["OS/2"].sCapHeight
    for character, name, width, bar in (("\u2007", "figurespace", digit, None), ("❚", "pausebar", None, height)):
        if ord(character) in font.getBestCmap():
            continue
        pen = TTGlyphPen(None)
        if bar:
            side, thick = bar // 7, bar // 4
            width = digit if font["post"].isFixedPitch else thick + 2 * side
            left = (width - thick) // 2
            pen.moveTo((left, 0))
            for point in ((left, bar), (left + thick, bar), (left + thick, 0)):
                pen.lineTo(point)
            pen.closePath()
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (width, 0 if not bar else left)
        give(character, name)


def make(source: str, target: Path) -> None:
    """Writes the subset of `source` to `target`."""
    font = TTFont(source)
    default_tabular_figures(font)
    add_missing(font)
    options = subset.Options(
        layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14]
    )
    options.drop_tables += ["STAT", "DSIG", "MATH", "meta"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, CHARACTERS))
    subsetter.subset(font)
    font.flavor = None
    font["head"].modified = font["head"].created  # the same bytes on every run
    font.recalcTimestamp = False
    font.save(target)
    missing = [c for c in CHARACTERS if ord(c) not in font.getBestCmap()]
    print(f"{target.name}: {target.stat().st_size} bytes, {len(font.getGlyphOrder())} glyphs, lacks {missing}")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    out = Path(sys.argv[4] if len(sys.argv) == 5 else Path(__file__).parent)
    for path, name in zip(sys.argv[1:4], ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "JetBrainsMono-Regular.ttf")):
        make(path, out / name)
