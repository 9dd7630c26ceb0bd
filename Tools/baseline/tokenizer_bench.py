"""Times other tokenizers on the same documents, one pass at a time, for `retro bench tokenizer`.

Usage: python Tools/baseline/tokenizer_bench.py --documents FILE [--tokenizer tokenizer.json] [--threads N]

FILE holds UTF-8 documents with a zero byte between them. Commands come as lines on standard input, each
answered by one JSON line, so that the caller can alternate with its own passes in one run:

    encode tiktoken | encode hf          pass over all documents with --tokenizer's vocabulary
    train rustbpe V | train hf V         learn V ids without special tokens
    quit

An answer has `program`, `version`, `task`, `threads`, `bytes`, `results` (tokens or merges) and
`seconds`; with `error` instead where a program is missing. With one thread documents are encoded one by
one, which is the throughput of a core; rustbpe and HF take their thread count from RAYON_NUM_THREADS,
which is set here before they start.
"""

import argparse
import importlib
import json
import os
import sys
import time
from importlib.metadata import version


def spelled(text: str) -> bytes:
    """The bytes of an escaped token of our tokenizer.json."""
    data, out, at = text.encode(), bytearray(), 0
    while at < len(data):
        if data[at] != ord("\\"):
            out.append(data[at])
            at += 1
        elif data[at + 1] == ord("\\"):
            out.append(data[at])
            at += 2
        else:
            out.append(int(data[at + 2 : at + 4], 16))
            at += 4
    return bytes(out)


def byte_letters() -> dict[int, str]:
    """GPT-2's printable stand-ins for bytes, which HF's byte-level models use."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {b: chr(b) for b in plain}
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + len(letters) - len(plain))
    return letters


class Bench:
    def __init__(self, documents: str, tokenizer: str | None, threads: int):
        self.documents = open(documents, "rb").read().decode().split("\0")
        self.bytes = sum(len(document.encode()) for document in self.documents)
        self.threads = threads
        self.pattern, self.merges = None, []
        if tokenizer:
            content = json.load(open(tokenizer))
            self.pattern = content["split_pattern"]
            self.merges = [(spelled(a), spelled(b)) for a, b in content["merges"]]
        self.encoders = {}

    def tiktoken(self):
        import tiktoken

        ranks = {bytes([b]): b for b in range(256)}
        for left, right in self.merges:
            ranks[left + right] = len(ranks)
        encoding = tiktoken.Encoding(
            name="ours", pat_str=self.pattern, mergeable_ranks=ranks, special_tokens={}
        )
        if self.threads == 1:
            return lambda: sum(len(encoding.encode_ordinary(text)) for text in self.documents)
        return lambda: sum(
            map(len, encoding.encode_ordinary_batch(self.documents, num_threads=self.threads))
        )

    def hf(self):
        import tokenizers
        from tokenizers import models

        letters = byte_letters()
        name = lambda data: "".join(letters[b] for b in data)
        vocabulary = {letters[b]: b for b in range(256)}
        for left, right in self.merges:
            vocabulary[name(left + right)] = len(vocabulary)
        model = models.BPE(
            vocab=vocabulary,
            merges=[(name(left), name(right)) for left, right in self.merges],
            ignore_merges=True,
        )
        tokenizer = tokenizers.Tokenizer(model)
        tokenizer.pre_tokenizer = self.hf_split()
        if self.threads == 1:
            return lambda: sum(len(tokenizer.encode(text).ids) for text in self.documents)
        return lambda: sum(len(found.ids) for found in tokenizer.encode_batch(self.documents))

    def hf_split(self):
        import tokenizers
        from tokenizers import pre_tokenizers

        return pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(tokenizers.Regex(self.pattern), behavior="isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )

    def train_rustbpe(self, size: int) -> int:
        import rustbpe

        trainer = rustbpe.Tokenizer()
        trainer.train_from_iterator(iter(self.documents), size, pattern=self.pattern)
        return trainer.vocab_size - 256

    def train_hf(self, size: int) -> int:
        import tokenizers
        from tokenizers import models, pre_tokenizers, trainers

        tokenizer = tokenizers.Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = self.hf_split()
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
        tokenizer.train_from_iterator(iter(self.documents), trainer)
        return tokenizer.get_vocab_size() - 256

    def answer(self, task: str, program: str, size: int) -> dict:
        packages = {"tiktoken": "tiktoken", "hf": "tokenizers", "rustbpe": "rustbpe"}
        try:
            package = packages[program]
            importlib.import_module(package)
            if task == "encode":
                # Building the vocabulary is no part of encoding.
                if program not in self.encoders:
                    self.encoders[program] = getattr(self, program)()
                work = self.encoders[program]
            else:
                work = lambda: getattr(self, f"train_{program}")(size)
        except (ImportError, KeyError, AttributeError) as error:
            return {"program": program, "task": task, "error": f"{type(error).__name__}: {error}"}
        start = time.perf_counter()
        results = work()
        return {
            "program": package,
            "version": version(package),
            "task": task,
            "threads": self.threads,
            "bytes": self.bytes,
            "results": results,
            "seconds": time.perf_counter() - start,
        }


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--documents", required=True)
    arguments.add_argument("--tokenizer")
    arguments.add_argument("--threads", type=int, default=1)
    options = arguments.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if options.threads > 1 else "false"
    bench = Bench(options.documents, options.tokenizer, options.threads)
    for line in sys.stdin:
        words = line.split()
        if not words or words[0] == "quit":
            break
        size = int(words[2]) if len(words) > 2 else 0
        print(json.dumps(bench.answer(words[0], words[1], size)), flush=True)


if __name__ == "__main__":
    main()
