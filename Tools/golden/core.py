"""Writes Tests/Golden/core: a small evaluation bundle, a small model, and how it does by CORE's rule.

    core.py [folder]     needs torch and safetensors (Tools/baseline/requirements.txt)

The rule is nanochat's `core_eval.py` as the recipe tells it, written here for this purpose: one item at a time,
every option a whole row, right-padded with BOS. Python's own `random` shuffles and draws the shots. expected.json
names the versions.
"""

import json
import pathlib
import platform
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Instead of this folder, whose statistics.py would be taken for Python's own.
sys.path[0] = str(ROOT / "Tools/baseline")
import torch  # noqa: E402
from gpt import GPT, Shape  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()
BOS = 257
VOCABULARY = 268
CONTEXT = 512


def encode(text):
    """Bytes, with "th" as one token; no text here holds an apostrophe, which would part them."""
    ids, data = [], text.encode()
    while data:
        step = 2 if data[:2] == b"th" else 1
        ids.append(256 if step == 2 else data[0])
        data = data[step:]
    return ids


def items():
    after, short, who, say = [], [], [], []
    for i, word in enumerate(WORDS[:-1]):
        right, wrong = WORDS[i + 1], [WORDS[(i + 3) % 14], WORDS[(i + 7) % 14] + " or so"]
        choices = wrong[: i % 3] + [right] + wrong[i % 3 :]
        gold = choices.index(right)
        after.append({"query": f"Question: What comes after {word}?", "choices": choices, "gold": gold})
        short.append({"query": f"After {word} comes", "choices": choices[:2] + [right + " then"], "gold": i % 2})
        who.append({
            "context_options": [f"The {word} met the {right} because the {word}", f"The {word} met the {right} because the {right}"],
            "continuation": f"was {'late' if i % 3 else 'there'}.", "gold": i % 2})
        say.append({"context": f" The word after {word} is\n", "continuation": right, "category": "numbers"})
    return {"after": after, "short": short, "who": who, "say": say}


TASKS = [
    # label, file, shots, type, delimiter, baseline in percent
    ("after_shots", "words/after.jsonl", 3, "multiple_choice", "\nAnswer: ", 33.3),
    ("after_short", "words/short.jsonl", 0, "multiple_choice", None, 33.3),
    ("who_shots", "words/who.jsonl", 2, "schema", None, 50),
    ("who_plain", "words/who.jsonl", 0, "schema", None, 50),
    ("say_shots", "words/say.jsonl", 2, "language_modeling", "\nAnswer: ", 0),
    ("say_plain", "words/say.jsonl", 0, "language_modeling", None, 0),
]


def write_bundle(folder, data):
    lines = ["icl_tasks:"]
    for label, file, shots, kind, delimiter, _ in TASKS + [("not_there", "words/gone.jsonl", 1, "schema", None, 50)]:
        lines += ["-", f"  label: {label}", f"  dataset_uri: {file}", f"  num_fewshot: [{shots}]",
                  f"  icl_task_type: {kind}"]
        if delimiter:
            lines.append(f"  continuation_delimiter: {json.dumps(delimiter)}")
        if kind == "language_modeling":
            lines.append("  has_categories: true")
    (folder / "eval_data/words").mkdir(parents=True, exist_ok=True)
    (folder / "core.yaml").write_text("\n".join(lines) + "\n")
    table = ["Eval Task,Task Category,Task Type,#shots,#datapoints,Random baseline,Centered Metric?,Description"]
    for label, _, shots, kind, _, baseline in TASKS + [("not_there", "", 1, "schema", None, 50)]:
        table.append(f'{label},words,{kind},{shots},13,{baseline},,"Words, ""counted"",\nover two lines."')
    (folder / "eval_meta_data.csv").write_text("\n".join(table) + "\n")
    for name, rows in data.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"eval_data/words/{name}.jsonl").write_text(text)


def prompts(item, shots, kind, delimiter):
    """The options as whole texts; of language modeling without and with the continuation."""
    if kind == "multiple_choice":
        head = "".join(f"{s['query']}{delimiter}{s['choices'][s['gold']]}\n\n" for s in shots)
        return [f"{head}{item['query']}{delimiter}{choice}" for choice in item["choices"]]
    if kind == "schema":
        head = "".join(f"{s['context_options'][s['gold']]}{delimiter}{s['continuation']}\n\n" for s in shots)
        return [f"{head}{context}{delimiter}{item['continuation']}" for context in item["context_options"]]
    head = "".join(f"{s['context'].strip()}{delimiter}{s['continuation']}\n\n" for s in shots)
    bare = f"{head}{item['context'].strip()}{delimiter}"
    return [bare.strip(), bare + item["continuation"]]


def shared(rows):
    count = 0
    while count < min(map(len, rows)) and len({row[count] for row in rows}) == 1:
        count += 1
    return count


@torch.no_grad()
def judge(model, item, shots, kind, delimiter):
    rows = [[BOS] + encode(text) for text in prompts(item, shots, kind, delimiter)]
    if kind == "language_modeling":
        assert rows[1][: len(rows[0])] == rows[0]
        spans, rows = [(len(rows[0]), len(rows[1]))], rows[1:]
    elif kind == "multiple_choice":
        start = shared(rows)
        spans = [(start, len(row)) for row in rows]
    else:
        count = shared([row[::-1] for row in rows])
        spans = [(len(row) - count, len(row)) for row in rows]
    width = max(map(len, rows))
    ids = torch.tensor([row + [BOS] * (width - len(row)) for row in rows])
    logits = model.logits(ids)
    nats = torch.nn.functional.cross_entropy(
        logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view(len(rows), -1)
    parts = [nats[i, a - 1 : b - 1] for i, (a, b) in enumerate(spans)]
    found = {"rows": rows, "spans": spans, "nats": [part.tolist() for part in parts]}
    if kind == "language_modeling":
        a, b = spans[0]
        found["correct"] = bool((logits[0, a - 1 : b - 1].argmax(-1) == ids[0, a:b]).all())
    else:
        means = [part.mean().item() for part in parts]
        found["correct"] = means.index(min(means)) == item["gold"]
    return found


def evaluate(model, data, task):
    label, file, count, kind, delimiter, baseline = task
    rows = data[file.split("/")[1].removesuffix(".jsonl")]
    order = list(range(len(rows)))
    random.Random(1337).shuffle(order)
    result = []
    for index, line in enumerate(order):
        others = [i for i in range(len(order)) if i != index]
        drawn = random.Random(1234 + index).sample(others, count) if count else []
        shots = [rows[order[i]] for i in drawn]
        found = judge(model, rows[line], shots, kind, delimiter or " ")
        result.append({"line": line, "shots": [order[i] for i in drawn]} | found)
    accuracy = sum(item["correct"] for item in result) / len(result)
    centered = (accuracy - 0.01 * baseline) / (1 - 0.01 * baseline)
    return {"accuracy": accuracy, "centered": centered, "items": result}


def train(data):
    """Enough for some continuations to be the likeliest ones."""
    texts = []
    for label, file, _, kind, delimiter, _ in TASKS:
        for item in data[file.split("/")[1].removesuffix(".jsonl")]:
            options = prompts(item, [], kind, delimiter or " ")
            texts.append(options[item.get("gold", -1)])
    torch.manual_seed(7)
    model = GPT(Shape(depth=2, vocabulary=VOCABULARY, context=CONTEXT, width=32, heads=2))
    model.initialize(7)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    picker = random.Random(5)
    for _ in range(400):
        rows = [[BOS] + encode("\n\n".join(picker.sample(texts, 3))) for _ in range(8)]
        width = max(map(len, rows))
        ids = torch.tensor([row + [BOS] * (width - len(row)) for row in rows])
        loss = model(ids[:, :-1].contiguous(), ids[:, 1:].contiguous())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, loss.item()


def python_random():
    shuffled = list(range(40))
    random.Random(1337).shuffle(shuffled)
    draws = []
    for seed, n, k in [(1234, 12, 3), (1235, 86, 10), (1236, 85, 10), (99, 22, 3), (2**40 + 3, 1000, 10), (0, 7, 7)]:
        draws.append({"seed": seed, "n": n, "k": k, "sample": random.Random(seed).sample(range(n), k)})
    words = random.Random(20251124)
    return {"shuffled": shuffled, "samples": draws, "words": [words.getrandbits(32) for _ in range(1300)][-8:]}


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "Tests/Golden/core")
    data = items()
    write_bundle(folder / "bundle", data)
    model, loss = train(data)
    save_file({name: tensor.detach().contiguous() for name, tensor in model.keyed().items()},
              str(folder / "model.safetensors"))
    expected = {
        "generator": "Tools/golden/core.py", "python": platform.python_version(), "torch": torch.__version__,
        "loss": loss, "random": python_random(),
        "tasks": {task[0]: evaluate(model, data, task) for task in TASKS},
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    for name, task in expected["tasks"].items():
        print(name, round(task["accuracy"], 3))
    print("loss", loss)


if __name__ == "__main__":
    main()
