"""Writes Tests/Golden/corpus: small shards made by other programs, and the texts they hold.

python3 Tools/golden/shards.py [folder]     needs pyarrow; expected.json names the versions used.
"""

import gzip
import json
import pathlib
import sys
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parents[2]

TEXTS = [
    "The lamp fell because the cat jumped.",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.\nZweite Zeile.\r\n",
    'He said: "no", then \\ left\t— at once.',
    "東京は夜です。🌃 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "one two three " * 40,
    "nul \u0000, line separator \u2028, byte order mark \ufeff inside",
    "The last one.",
]
# A null, an empty one, a blank one; what a reader must skip and count.
ROWS = TEXTS[:2] + [None, ""] + TEXTS[2:5] + [" \n\t "] + TEXTS[5:]


def parquet(folder):
    ids = pa.array(range(len(ROWS)), pa.int64())
    kept = {"texts": TEXTS, "null": 1, "empty": 2, "invalid_utf8": 0}
    expected = {}

    def write(name, column, text_name="text", record=kept, **options):
        table = pa.table({"id": ids[: len(column)], text_name: column})
        options = {"row_group_size": 4, "compression": "none"} | options
        pq.write_table(table, folder / f"{name}.parquet", **options)
        if record is not None:
            expected[f"{name}.parquet"] = record

    strings = pa.array(ROWS, pa.string())
    for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
        write(f"codec-{codec}", strings, compression=codec)
    write("large-string", pa.array(ROWS, pa.large_string()))
    write("dictionary", strings.dictionary_encode())
    write("string-view", pa.array(ROWS, pa.string_view()))
    write("plain-encoding", strings, use_dictionary=False)
    write("delta-encoding", strings, use_dictionary=False,
          column_encoding={"text": "DELTA_BYTE_ARRAY", "id": "PLAIN"})
    write("page-v2-checksum", strings, data_page_version="2.0", write_page_checksum=True)
    write("no-arrow-schema", strings.dictionary_encode(), store_schema=False)
    write("one-group", strings, row_group_size=100)
    raw = [None if row is None else row.encode() for row in ROWS]
    raw[4] = b"caf\xe9"
    write("binary", pa.array(raw, pa.binary()), record={
        "texts": TEXTS[:2] + TEXTS[3:], "null": 1, "empty": 2, "invalid_utf8": 1})
    write("other-name", strings, text_name="body")
    write("no-rows", pa.array([], pa.string()), record=None)
    write("numbers", pa.array([1, 2], pa.int32()), record=None)
    nested = pa.array([["a"], ["b", "c"]], pa.list_(pa.string()))
    write("nested", nested, record=None)
    return expected


def lines(rows=TEXTS, **options):
    objects = [{"id": i, "meta": {"n": [1, 2.5e-3, None]}, "text": row} for i, row in enumerate(rows)]
    return [(json.dumps(each, **options) + "\n").encode() for each in objects]


def compressed(data, codec):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def archives(folder):
    plain = {"texts": TEXTS, "null": 0, "empty": 0, "invalid_utf8": 0}
    escaped, direct = lines(), lines(ensure_ascii=False)
    text = "\n\n".join(text.strip() for text in TEXTS[:5]).encode()
    files = {
        "escaped.jsonl": b"".join(escaped),
        "direct.jsonl": b"".join(direct),
        "one-member.jsonl.gz": gzip.compress(b"".join(escaped), mtime=0),
        "two-members.jsonl.gz": gzip.compress(b"".join(direct[:3]), mtime=0)
        + gzip.compress(b"".join(direct[3:]), mtime=0),
        "one-frame.jsonl.zst": compressed(b"".join(escaped), "zstd"),
        "two-frames.jsonl.zst": compressed(b"".join(direct[:3]), "zstd")
        + compressed(b"".join(direct[3:]), "zstd"),
        "text.txt.gz": gzip.compress(text, mtime=0),
        "text.md.zst": compressed(text, "zstd"),
    }
    expected = {}
    for name, data in files.items():
        (folder / name).write_bytes(data)
        expected[name] = plain | {"texts": [t.strip() for t in TEXTS[:5]]} if "text." in name else plain
    return expected


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Tests/Golden/corpus"
    folder.mkdir(parents=True, exist_ok=True)
    shards = parquet(folder) | archives(folder)
    record = {
        "generator": "Tools/golden/shards.py",
        "versions": {"python": sys.version.split()[0], "pyarrow": pa.__version__, "zlib": zlib.ZLIB_VERSION},
        "shards": shards,
    }
    (folder / "expected.json").write_text(json.dumps(record, indent=1) + "\n")


main()
