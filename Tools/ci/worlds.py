"""Folders in which commands of pages and help texts find what they name: corpora, conversations,
benchmark files, tokenizers and runs, all of them made here and tiny."""

import json
import os
import pathlib
import random
import shutil

BUNDLE_TASKS = {
    "hellaswag": ("words/after.jsonl", "multiple_choice", 3),
    "arc_easy": ("words/short.jsonl", "multiple_choice", 0),
    "winograd": ("words/who.jsonl", "schema", 0),
    "lambada_openai": ("words/say.jsonl", "language_modeling", 0),
}
WORDS = "small red old quiet round warm tall bright".split()


def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def conversations(count):
    """Conversations of every layout that is read: a list of messages a line."""
    dice = random.Random(1)
    for index in range(count):
        a, b = dice.randrange(9), dice.randrange(9)
        word = dice.choice(WORDS)
        yield [
            {"role": "user", "content": f"What is {a} + {b}, and what is a {word} house?"},
            {"role": "assistant", "content": f"{a} + {b} is {a + b}. A {word} house is {word}."},
            {"role": "user", "content": f"And {index}?"},
            {"role": "assistant", "content": f"{index} is {'even' if index % 2 == 0 else 'odd'}."},
        ]


def benchmarks(folder):
    """Files of the chat tasks, by the names under which they are looked for."""

    def choices(count):
        for index in range(count):
            yield {
                "id": f"q{index}", "subject": "counting",
                "query": f"Question: How many is {index}?\nAnswer:",
                "question": f"How many is {index}?",
                "choices": ["none", "one", "some", "many"],
                "gold": index % 4, "answer": index % 4,
            }  # fmt: skip

    for name in ["arc_easy-train", "arc_easy-test", "arc_challenge-train", "arc_challenge-test"]:
        rows = ({k: row[k] for k in ["id", "query", "choices", "gold"]} for row in choices(60))
        lines(folder / f"arc/{name}.jsonl", rows)
    for name in ["auxiliary_train", "dev", "validation", "test"]:
        rows = ({k: row[k] for k in ["subject", "question", "choices", "answer"]} for row in choices(60))
        lines(folder / f"mmlu/mmlu-{name}.jsonl", rows)
    for name in ["train", "test"]:
        rows = (
            {"question": f"What is {n} + 2?", "answer": f"It is <<{n}+2={n + 2}>>{n + 2}.\n#### {n + 2}"}
            for n in range(60)
        )
        lines(folder / f"gsm8k/{name}.jsonl", rows)
        lines(folder / f"smoltalk/{name}.jsonl", ({"messages": c} for c in conversations(80)))
    lines(
        folder / "humaneval/HumanEval.jsonl",
        [
            {
                "task_id": f"T/{n}", "prompt": f"def f{n}():\n    \"\"\"Returns {n}.\"\"\"\n",
                "entry_point": f"f{n}", "canonical_solution": f"    return {n}\n",
                "test": f"def check(f):\n    assert f() == {n}\n",
            }
            for n in range(4)
        ],
    )  # fmt: skip


def bundle(repository, folder):
    """A bundle of CORE: a few of its tasks by name, over the words of the tests' bundle."""
    source = repository / "Tests/Golden/core/bundle"
    shutil.copytree(source / "eval_data", folder / "eval_data")
    tasks = ["icl_tasks:"]
    table = ["Eval Task,Random baseline"]
    for name, (file, kind, shots) in BUNDLE_TASKS.items():
        tasks += [
            "-", f"  label: {name}", f"  dataset_uri: {file}", f"  num_fewshot: [{shots}]",
            f"  icl_task_type: {kind}",
        ]  # fmt: skip
        table.append(f"{name},{0 if kind == 'language_modeling' else 25}")
    (folder / "core.yaml").write_text("\n".join(tasks) + "\n")
    (folder / "eval_meta_data.csv").write_text("\n".join(table) + "\n")


def materials(repository, folder, program):
    """Makes `folder` with everything that no run has to make."""
    folder.mkdir(parents=True)
    for name in ["Tools", "Sources", "Studies", "Documentation"]:
        (folder / name).symlink_to(repository / name)
    for name in ["CHAT.jsonl", "chat.jsonl", "chats.jsonl"]:
        lines(folder / name, conversations(200))
    benchmarks(folder / "BENCHMARKS")
    bundle(repository, folder / "EVAL_BUNDLE")
    for name in ["eval_bundle", "core"]:
        (folder / name).symlink_to("EVAL_BUNDLE")
    shutil.copy(folder / "EVAL_BUNDLE/eval_meta_data.csv", folder)
    (folder / ".build/release").mkdir(parents=True)
    (folder / ".build/release/retro").symlink_to(program)
    (folder / "prompts.txt").write_text("Once upon a time\nThe old house\n")
    (folder / "home").mkdir()


def cache(folder):
    """What a user of long standing has in ~/.cache/retrograde: a corpus, benchmark files, CORE."""
    cache = folder / "home/.cache/retrograde"
    shutil.copytree(folder / "TEXT", cache / "base_data")
    shutil.copytree(folder / "BENCHMARKS", cache / "task_data")
    shutil.copytree(folder / "EVAL_BUNDLE", cache / "eval_bundle")


def corpora(folder, wheels):
    """The stories that the program wrote to `stories.jsonl`, under the names and in the formats that
    examples use."""
    import sys

    sys.path.append(str(wheels))
    import pyarrow
    import pyarrow.parquet

    stories = [json.loads(line)["text"] for line in open(folder / "stories.jsonl")]
    data = (folder / "stories.jsonl").read_bytes()
    for name in ["TEXT", "corpus", "text", "shards"]:
        (folder / name).mkdir()
    for name in ["TEXT/stories.jsonl", "corpus/stories.jsonl", "a.jsonl"]:
        (folder / name).write_bytes(data)
    lines(folder / "docs.jsonl", ({"text": text} for text in stories[:20]))
    (folder / "stories.txt").write_text("\n\n".join(stories) + "\n")
    chat = (folder / "CHAT.jsonl").read_bytes()
    for name, content in [
        ("text/stories.jsonl", data), ("chat.train.jsonl", chat), ("chat.val.jsonl", chat[:9000]),
    ]:  # fmt: skip
        content = content[: content.rindex(b"\n") + 1]
        with pyarrow.CompressedOutputStream(str(folder / f"{name}.zst"), "zstd") as file:
            file.write(content)
    table = pyarrow.table({"text": stories})
    pyarrow.parquet.write_table(table, folder / "shards/stories.parquet")


def copy(source, folder):
    """A world of its own; links stay links."""
    shutil.copytree(source, folder, symlinks=True)
    return folder


def environment(world, repository, overrides, base=os.environ, scratch=None, venv=None):
    """What commands in `world` are told: nothing of the caller's own settings."""
    kept = {name: value for name, value in base.items() if not name.startswith("RETRO_")}
    path = [str(world / "bin"), base["PATH"]]
    if venv:
        path.insert(1, str(venv / "bin"))
    kept |= {
        "HOME": str(world / "home"), "PATH": ":".join(path), "NO_COLOR": "1",
        "RETRO_OVERRIDES": str(overrides), "RETRO_THREADS": "1", "MPLBACKEND": "agg", "KILLS": "3", "FLAGS": "depth",
        "RETRO_PYTHON": base.get("RETRO_PYTHON", ""),
    }  # fmt: skip
    if venv:
        # The twin of `bench` runs in the interpreter that has the wheels, which is the same version.
        kept["PYTHONPATH"] = ":".join(map(str, venv.glob("lib/python3*/site-packages")))
    if scratch:
        kept["TMPDIR"] = str(scratch)
    return kept


def program(world, launcher):
    """Puts the program into a world, as `./retro` and as `retro`."""
    (world / "bin").mkdir(exist_ok=True)
    for place in [world / "retro", world / "bin/retro"]:
        place.write_text(f'#!/bin/sh\nexec "{launcher}" "$@"\n')
        place.chmod(0o755)
