"""What the help texts of the program show: its commands and their examples."""

import re
import subprocess
from dataclasses import dataclass, field


@dataclass
class Leaf:
    """A command that does something, as its help describes it."""

    path: list[str]
    examples: list[str] = field(default_factory=list)
    has_dry_run: bool = False


def leaves(program):
    """Every command of the program, in the order of help."""
    found = []

    def walk(path):
        text = subprocess.run(
            [program, *path, "--help"], capture_output=True, text=True, check=True
        ).stdout
        usage = next(line for line in text.splitlines() if line.startswith("usage:"))
        if "COMMAND" in usage:
            names = subcommands(text)
            if not names:
                raise SystemExit(f"the help of '{' '.join(path)}' lists no command.")
            for name in names:
                walk(path + [name])
            return
        _, _, shown = text.partition("\nExamples\n")
        examples = re.findall(r"^  (retro .*)$", shown, re.MULTILINE)
        if not examples:
            raise SystemExit(f"'{' '.join(path)}' shows no example.")
        found.append(Leaf(path, examples, "--dry-run" in text))

    walk([])
    return found


def subcommands(text):
    """The names in the first list behind the usage."""
    names = []
    for line in text.partition("\nusage:")[2].splitlines()[1:]:
        name = re.match(r"  ([a-z][a-z-]*)(  .*)?$", line)
        if name:
            names.append(name[1])
        elif names and not line.startswith(" "):
            break
    return names
