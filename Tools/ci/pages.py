"""Fenced blocks of Markdown pages, and the commands in blocks of shell."""

import re
import subprocess
from dataclasses import dataclass

# Blocks without a language are taken for shell: a block that is neither says what it is.
SHELL = {"", "sh", "bash", "shell", "console"}
NOT_RUN = re.compile(r"<!--\s*not run:\s*(.+?)\s*-->\s*$")


@dataclass
class Block:
    """A fenced block, with the reason of the comment before it if it is not to be run."""

    page: str
    line: int
    language: str
    text: str
    reason: str | None = None


def blocks(path, name):
    """The fenced blocks of the page at `path`, in order."""
    found, open_at, fence, body, before = [], None, "", [], ""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        stripped = line.strip()
        if open_at is None:
            opening = re.match(r"(`{3,}|~{3,})\s*([\w+-]*)", stripped)
            if opening:
                open_at, fence, language, body = number, opening[1], opening[2], []
                reason = NOT_RUN.match(before)
            elif stripped:
                before = stripped
        elif stripped.startswith(fence) and not stripped.strip(fence[0]):
            text = "\n".join(body) + "\n"
            found.append(Block(name, open_at, language, text, reason and reason[1]))
            open_at, before = None, ""
        else:
            body.append(line)
    if open_at is not None:
        raise SystemExit(f"{path}:{open_at}: the block is never closed.")
    return found


def commands(text):
    """The complete commands of a piece of shell, each with the number of its first line.

    Lines are gathered until the shell takes them for whole: loops, continued lines and here
    documents are one command. A block that never becomes whole is one command, which fails.
    """
    found, lines, start = [], [], 0
    for index, line in enumerate(text.splitlines()):
        if not lines and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if not lines:
            start = index
        lines.append(line)
        piece = "\n".join(lines)
        if is_whole(piece):
            found.append((start, piece))
            lines = []
    if lines:
        found.append((start, "\n".join(lines)))
    return found


def is_whole(piece):
    if piece.endswith("\\"):
        return False
    check = subprocess.run(["bash", "-n"], input=piece, capture_output=True, text=True)
    return check.returncode == 0 and "here-document" not in check.stderr
