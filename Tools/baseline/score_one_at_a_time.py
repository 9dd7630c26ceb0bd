"""Scores CORE's items as nanochat does, for `retro bench eval`: one item a pass, its options as whole padded rows.

    score_one_at_a_time.py SETUP.json     then "load N" lines on standard input; each is answered with seconds

SETUP.json: depth, vocab_size, max_seq_len, dtype, threads, loads (by load, item and option the ids).
"""

import json
import sys
import time

import torch
import torch.nn.functional as F

from gpt import GPT, Shape


@torch.no_grad()
def score(model, options):
    width = max(map(len, options))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in options])
    logits = model.logits(ids)
    targets = torch.roll(ids, -1, 1)
    losses = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), reduction="none")
    return losses.view(len(options), -1), logits.argmax(-1)


def main():
    setup = json.load(open(sys.argv[1]))
    torch.set_num_threads(setup["threads"])
    model = GPT(Shape.of_depth(setup["depth"], setup["vocab_size"], setup["max_seq_len"]))
    model.initialize(1)
    if setup["dtype"] == "bfloat16":
        model.to(torch.bfloat16)
        model.compute = torch.bfloat16
    for load in setup["loads"]:
        score(model, load[0])
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        load = setup["loads"][int(line.split()[1])]
        start = time.perf_counter()
        for options in load:
            score(model, options)
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main()
