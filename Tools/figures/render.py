#!/usr/bin/env python3
"""Draws the figures of a report: one short-lived process, no network.

    render.py FOLDER                 every FOLDER/figures/*.vl.json as PNG, SVG and PDF, and the charts
                                     of every FOLDER/*.html put in, so that the pages work offline
    render.py --figures FOLDER PAGE… every FOLDER/*.vl.json, put into these pages
    render.py SPEC.vl.json OUTPUT    one figure; the ending of OUTPUT says how (png, svg, pdf, html)

Needs vl-convert-python (Vega-Lite and its fonts are inside). Files appear whole or not at all.
"""

import argparse
import base64
import functools
import json
import math
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

import vl_convert

VEGA_LITE = "5.21"  # newest of the v5 line that the pinned wheel carries
PIXELS_PER_INCH = 300
BUNDLE_MARK = "<!--retrograde:vega-bundle-->"
# A chart's place: our mark, then what stands there until it is drawn.
FIGURE_MARK = re.compile(
    r'<!--retrograde:figure:([a-z0-9.-]+)-->(?:<p class="missing">.*?</p>|<img [^>]*>)', re.S
)


def write(path: pathlib.Path, content: bytes) -> None:
    """Replaces the file at `path`; a reader sees the former one or the new one."""
    aside = path.with_name(path.name + ".part")
    with open(aside, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(aside, path)


SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


@functools.cache
def fonts() -> dict:
    """Widths and outlines of the font that figures are laid out with, by weight."""
    path = pathlib.Path(__file__).with_name("glyphs.json")
    return json.loads(path.read_text(encoding="utf-8"))


def transformed(matrix: tuple, transform: str) -> tuple:
    """`matrix` after the translations, rotations and scales of `transform`."""
    for name, text in re.findall(r"(\w+)\(([^)]*)\)", transform):
        values = [float(value) for value in re.split(r"[\s,]+", text.strip())]
        if name == "translate":
            own = (1, 0, 0, 1, values[0], values[1] if len(values) > 1 else 0)
        elif name == "rotate" and len(values) == 1:
            turn = math.radians(values[0])
            own = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0, 0)
        elif name == "scale":
            own = (values[0], 0, 0, values[-1], 0, 0)
        else:
            raise ValueError(f"no such transform in a figure: {name}({text})")
        a, b, c, d, e, f = matrix
        matrix = (
            a * own[0] + c * own[1], b * own[0] + d * own[1],
            a * own[2] + c * own[3], b * own[2] + d * own[3],
            a * own[4] + c * own[5] + e, b * own[4] + d * own[5] + f,
        )  # fmt: skip
    return matrix


def outline(element: ElementTree.Element) -> tuple[list, list] | None:
    """The lines of a `text` element as outlines by reference, and their corners; None of signs without outline."""
    weight = "bold" if element.get("font-weight") in ("bold", "700") else "regular"
    font = fonts()[weight]
    size = float(element.get("font-size", "11px").removesuffix("px"))
    scale = size / font["unitsPerEm"]
    x, y = 0.0, 0.0
    lines, corners = [], []
    for part in list(element) or [element]:
        x = float(part.get("x", x))
        y += float(part.get("dy", 0))
        text = part.text or ""
        if any(sign not in font["glyphs"] for sign in text):
            return None
        width = sum(font["glyphs"][sign][0] for sign in text)
        share = {"middle": 0.5, "end": 1}.get(element.get("text-anchor"), 0)
        left = x - share * width * scale
        place = f"translate({left:.2f},{y:.2f}) scale({scale:.5g})"
        line = ElementTree.Element(f"{SVG}g", {"transform": place})
        if element.get("stroke-width"):
            stroke = float(element.get("stroke-width").removesuffix("px"))
            line.set("stroke-width", f"{stroke / scale:.4g}")
        pen = 0
        for sign in text:
            advance, shape = font["glyphs"][sign]
            if shape:
                link = {LINK: f"#{weight}-{ord(sign):x}", "x": str(pen)}
                ElementTree.SubElement(line, f"{SVG}use", link)
            pen += advance
        lines.append(line)
        for across in (left, left + width * scale):
            corners += [(across, y - 0.8 * size), (across, y + 0.22 * size)]
    return lines, corners


def with_outlines(svg: str) -> str:
    """`svg` with its text as outlines, so that it looks the same whatever fonts a reader has.

    Where a label would stick out of the picture, the picture grows.
    """
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)
    bounds = [float(value) for value in root.get("viewBox").split()]
    left, top, right, bottom = 0.0, 0.0, bounds[2], bounds[3]
    used = set()

    def visit(parent: ElementTree.Element, matrix: tuple) -> None:
        nonlocal left, top, right, bottom
        for place, element in enumerate(list(parent)):
            own = transformed(matrix, element.get("transform", ""))
            if element.tag != f"{SVG}text":
                visit(element, own)
                continue
            shown = outline(element)
            if shown is None:
                continue
            lines, corners = shown
            kept = {
                key: element.get(key)
                for key in ("transform", "fill", "opacity", "stroke")
                if element.get(key) is not None
            }
            group = ElementTree.Element(f"{SVG}g", kept)
            group.set("role", "img")
            group.set("aria-label", " ".join(part.strip() for part in element.itertext()))
            group.extend(lines)
            used.update(use.get(LINK)[1:] for line in lines for use in line)
            parent[place] = group
            for x, y in corners:
                across = own[0] * x + own[2] * y + own[4]
                down = own[1] * x + own[3] * y + own[5]
                left, right = min(left, across), max(right, across)
                top, bottom = min(top, down), max(bottom, down)

    visit(root, (1, 0, 0, 1, 0, 0))
    shapes = ElementTree.Element(f"{SVG}defs")
    for name in sorted(used):
        weight, code = name.split("-")
        shape = fonts()[weight]["glyphs"][chr(int(code, 16))][1]
        ElementTree.SubElement(shapes, f"{SVG}path", {"id": name, "d": f"M0,0{shape}"})
    root.insert(0, shapes)
    grown = [math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)]
    if grown != [0, 0, math.ceil(bounds[2]), math.ceil(bounds[3])]:
        width, height = grown[2] - grown[0], grown[3] - grown[1]
        root.set("viewBox", f"{grown[0]} {grown[1]} {width} {height}")
        root.set("width", str(width))
        root.set("height", str(height))
        ground = root.find(f"{SVG}rect")
        if ground is not None:
            for key, value in zip(("x", "y", "width", "height"), grown[:2] + [width, height]):
                ground.set(key, str(value))
    return ElementTree.tostring(root, encoding="unicode")


def drawn(spec: str, kind: str) -> bytes:
    """The figure `spec` in the format `kind`."""
    # Nothing may be fetched while drawing: all data stands in the specification.
    options = {"vl_version": VEGA_LITE, "allowed_base_urls": []}
    if kind == "png":
        return vl_convert.vegalite_to_png(spec, ppi=PIXELS_PER_INCH, **options)
    if kind == "svg":
        return with_outlines(vl_convert.vegalite_to_svg(spec, **options)).encode()
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(spec, **options)
    if kind == "html":
        return vl_convert.vegalite_to_html(spec, vl_version=VEGA_LITE, bundle=True).encode()
    raise ValueError(f"no such format: {kind}")


def page(text: str, images: dict[str, bytes]) -> str:
    """An HTML report with its charts' still images and script library put in."""

    def image(match: re.Match) -> str:
        name = match.group(1)
        if name not in images:
            return match.group(0)
        data = base64.b64encode(images[name]).decode()
        mark = f"<!--retrograde:figure:{name}-->"
        return f'{mark}<img alt="{name}" src="data:image/svg+xml;base64,{data}">'

    text = FIGURE_MARK.sub(image, text)
    if BUNDLE_MARK in text:
        bundle = vl_convert.javascript_bundle(vl_version=VEGA_LITE)
        # A closing tag inside a string of the library would end the element.
        bundle = bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")
        text = text.replace(BUNDLE_MARK, f"<script>{bundle}</script>")
    return text


def report(figures: pathlib.Path, pages: list[pathlib.Path], kinds: list[str]) -> None:
    """Draws every figure in the folder `figures` and puts them into `pages`."""
    images = {}
    for path in sorted(figures.glob("*.vl.json")):
        spec = path.read_text(encoding="utf-8")
        name = path.name.removesuffix(".vl.json")
        for kind in kinds:
            content = drawn(spec, kind)
            write(path.with_name(f"{name}.{kind}"), content)
            if kind == "svg":
                images[name] = content
        print(name, flush=True)
    for path in pages:
        former = path.read_text(encoding="utf-8")
        text = page(former, images)
        if text != former:
            write(path, text.encode())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--figures", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path, nargs="?")
    parser.add_argument("output", type=pathlib.Path, nargs="*")
    parser.add_argument("--formats", default="png,svg,pdf")
    arguments = parser.parse_args()
    try:
        kinds = arguments.formats.split(",")
        given = ([arguments.source] if arguments.source else []) + arguments.output
        if arguments.figures:
            report(arguments.figures, given, kinds)
        elif len(given) == 1:
            report(given[0] / "figures", sorted(given[0].glob("*.html")), kinds)
        elif len(given) == 2:
            kind = given[1].suffix.removeprefix(".").lower()
            write(given[1], drawn(given[0].read_text(encoding="utf-8"), kind))
        else:
            parser.error("name the folder of a report, or a specification and its output")
    except (OSError, ValueError, json.JSONDecodeError) as error:
        print(f"render.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
