"""Reference answers for the tokenizer: what tiktoken cuts and encodes, what rustbpe learns.

Usage:
    python Tools/golden/tokenizer.py                      small fixtures into Tests/LanguageTests/Golden
    python Tools/golden/tokenizer.py --large FOLDER TEXT...   the full comparison: all scalars in context,
        100,000 random strings and the given texts (JSONL with a `text` field), for the test
        `chunksAreTheReferencesAtLength`, which reads FOLDER = .build/golden.

Needs tiktoken, tokenizers and rustbpe. Chunks are proposed by HF tokenizers and proved with tiktoken,
which does not show its chunks: see `prove`.
"""

import argparse
import json
import pathlib
import random
import struct
from importlib.metadata import version

import rustbpe
import tiktoken
import tokenizers
from tokenizers.pre_tokenizers import Split

PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*"
    r"|\s*[\r\n]|\s+(?!\S)|\s+"
)
ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/LanguageTests/Golden"
BYTES = {bytes([b]): b for b in range(256)}
SPLIT = Split(tokenizers.Regex(PATTERN), behavior="isolated")
MADE_BY = {name: version(name) for name in ["tiktoken", "tokenizers", "rustbpe"]} | {
    "generator": "Tools/golden/tokenizer.py"
}


def engine(ranks: dict[bytes, int]) -> tiktoken.Encoding:
    return tiktoken.Encoding(name="g", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def prove(texts: list[str], proposals: list[list[bytes]]) -> list[int]:
    """Indices of texts that tiktoken cuts otherwise than proposed.

    The vocabulary holds every proposed chunk and every two neighbours joined. A true chunk that is
    proposed becomes one token; one that covers several proposals can never come out as exactly them,
    because byte pair encoding does not stop while two neighbours can be joined; one that lies inside a
    proposal is shorter than it.
    """
    ranks = dict(BYTES)
    for chunks in proposals:
        for chunk in chunks:
            ranks.setdefault(chunk, len(ranks))
        for left, right in zip(chunks, chunks[1:]):
            ranks.setdefault(left + right, len(ranks))
    spelling = {rank: chunk for chunk, rank in ranks.items()}
    encoding = engine(ranks)
    return [
        index
        for index, (text, chunks) in enumerate(zip(texts, proposals))
        if [spelling[i] for i in encoding.encode_ordinary(text)] != chunks
    ]


def spelled_out(text: str) -> list[bytes]:
    """tiktoken's chunks of a short text, from a vocabulary of all its substrings."""
    ranks = dict(BYTES)
    for length in range(1, len(text) + 1):
        for start in range(len(text) - length + 1):
            ranks.setdefault(text[start : start + length].encode(), len(ranks))
    spelling = {rank: chunk for chunk, rank in ranks.items()}
    return [spelling[i] for i in engine(ranks).encode_ordinary(text)]


def chunks_of(texts: list[str]) -> list[list[bytes]]:
    proposals = [[chunk.encode() for chunk, _ in SPLIT.pre_tokenize_str(text)] for text in texts]
    wrong = prove(texts, proposals)
    for index in wrong:
        if len(texts[index]) > 200:
            raise SystemExit(f"the engines disagree on a long text: {texts[index][:80]!r}")
        proposals[index] = spelled_out(texts[index])
    if wrong:
        print(f"{len(wrong)} texts on which tokenizers and tiktoken differ: tiktoken's chunks kept")
        print("  " + " ".join(ascii(texts[i]) for i in wrong[:8]))
    return proposals


def random_texts(count: int, seed: int) -> list[str]:
    """Strings that stress the pattern: its own letters, every kind of space, random scalars."""
    source = random.Random(seed)
    sharp = list("'sdmtlvreSDMTLVREſK  \t\n\r\u00a0\u0085\u2028\u3000\u180e\u001c0129½²٣aéßЖ中한🙂_-!.,«") + [
        "'s", "'LL", "'ve", "'re", "\r\n", "   ", "e\u0301", "\u200d", "\ufeff", "\u0000"
    ]

    def scalar() -> str:
        kind = source.random()
        if kind < 0.75:
            return source.choice(sharp)
        if kind < 0.85:
            return chr(source.randrange(0x20, 0x7F))
        if kind < 0.95:
            return chr(source.randrange(0x80, 0x3400))
        return chr(source.choice([source.randrange(0x3400, 0xD800), source.randrange(0xE000, 0x110000)]))

    return ["".join(scalar() for _ in range(source.randrange(1, 40))) for _ in range(count)]


SAMPLES = [
    "",
    "Hello, world! It's 12345 o'clock; they'LL've done it, wouldn't they?",
    "The year 2026 had 365 days, 8,760 hours.\r\n\r\n  Indented\tline\n\n\nlast   ",
    "def f(x):\n    return x**2  # a comment\n\n\nclass A:\n\tpass\n",
    "Größe, naïve café, l'été; où? «Ça va» – dit-il…",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "東京は夜の七時。한국어 문장입니다. 中文没有空格。",
    "العربية ١٢٣ עברית हिन्दी ไทย",
    "👩‍👩‍👧‍👦 🇫🇷 e\u0301\u0302 \u200b\ufeff x\u00a0y\u3000z",
    "<|bos|> is text here, and so is <|assistant_end|>.",
    "a" * 300 + " " * 50 + "\n" * 9 + "!" * 130,
    "ab" * 200 + "ſ 'ſ 'S 'ſa",
]


def corpus() -> list[str]:
    """A small text with ties, runs and several scripts, made here so that it can be kept."""
    source = random.Random(7)
    words = "the of and river stone walks house bird banana aaaa aaaaaaa été Straße мир 世界 12 2026 don't".split()
    lines = [" ".join(source.choice(words) for _ in range(source.randrange(3, 14))) for _ in range(400)]
    return [line + source.choice([".", "!\n", "…", "\r\n"]) for line in lines] + SAMPLES


def small() -> None:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    texts = SAMPLES + random_texts(500, seed=1)
    cut = {
        "made_by": MADE_BY,
        "texts": [
            {"text": text, "chunk_bytes": [len(chunk) for chunk in chunks]}
            for text, chunks in zip(texts, chunks_of(texts))
        ],
    }
    (FIXTURES / "splits.json").write_text(json.dumps(cut, ensure_ascii=True, indent=0) + "\n")

    documents = corpus()
    merges, ranks = learn(documents, 256 + 512)
    encoding = engine(ranks)
    learned = {
        "made_by": MADE_BY,
        "documents": documents,
        "merges": merges,
        "encoded": [{"text": t, "ids": encoding.encode_ordinary(t)} for t in SAMPLES + texts[-60:]],
        # Python repairs broken UTF-8 as the Unicode standard recommends (U+FFFD by maximal subpart).
        "decoded": [
            {"ids": ids, "text": encoding.decode(ids, errors="replace")} for ids in broken_ids(len(ranks))
        ],
    }
    (FIXTURES / "learned.json").write_text(json.dumps(learned, ensure_ascii=True, indent=0) + "\n")


def learn(documents: list[str], size: int) -> tuple[list[list[int]], dict[bytes, int]]:
    """rustbpe's merges as pairs of ids, and its ranks."""
    trainer = rustbpe.Tokenizer()
    trainer.train_from_iterator(iter(documents), size, pattern=PATTERN)
    ranks = {bytes(spelled): rank for spelled, rank in trainer.get_mergeable_ranks()}
    merges = []
    for spelled, rank in sorted(ranks.items(), key=lambda item: item[1])[256:]:
        parts = [bytes([b]) for b in spelled]
        while len(parts) > 2:
            at = min(
                range(len(parts) - 1),
                key=lambda i: (ranks.get(parts[i] + parts[i + 1], len(ranks)), i),
            )
            assert ranks[parts[at] + parts[at + 1]] < rank
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        merges.append([ranks[parts[0]], ranks[parts[1]]])
    return merges, ranks


def broken_ids(size: int) -> list[list[int]]:
    source = random.Random(3)
    high = lambda: source.choice([source.randrange(0x80, 0x100), source.randrange(0xE0, 0xF5), source.randrange(size)])
    return [[high() for _ in range(source.randrange(1, 12))] for _ in range(200)]


def large(folder: pathlib.Path, paths: list[str]) -> None:
    """Records of (u32 bytes, text, u32 chunks, u32 lengths…), little endian, in one file a kind."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, texts: list[str], batch: int) -> None:
        with open(folder / f"{name}.splits", "wb") as out:
            for start in range(0, len(texts), batch):
                part = texts[start : start + batch]
                for text, chunks in zip(part, chunks_of(part)):
                    data = text.encode()
                    out.write(struct.pack("<I", len(data)) + data + struct.pack("<I", len(chunks)))
                    out.write(struct.pack(f"<{len(chunks)}I", *map(len, chunks)))
        print(f"{name}: {len(texts)} texts, {sum(len(t.encode()) for t in texts)} bytes")

    scalars = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    contexts = [f"a{c}b {c}1{c}2!{c}! {c} '{c}\n{c}\t{c}{c}" for c in scalars]
    write("scalars", contexts, 20_000)
    write("random", random_texts(100_000, seed=2), 20_000)
    texts = []
    for path in paths:
        with open(path) as lines:
            texts += [json.loads(line)["text"] for line in lines]
    if texts:
        write("texts", texts, 50)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--large", type=pathlib.Path)
    arguments.add_argument("texts", nargs="*")
    options = arguments.parse_args()
    large(options.large, options.texts) if options.large else small()
