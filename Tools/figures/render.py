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
import json
import os
import pathlib
import re
import sys

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


def drawn(spec: str, kind: str) -> bytes:
    """The figure `spec` in the format `kind`."""
    # Nothing may be fetched while drawing: all data stands in the specification.
    options = {"vl_version": VEGA_LITE, "allowed_base_urls": []}
    if kind == "png":
        return vl_convert.vegalite_to_png(spec, ppi=PIXELS_PER_INCH, **options)
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec, **options).encode()
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
