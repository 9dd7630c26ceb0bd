"""Writes Tests/EvaluationTests/Golden/calculator.json: expressions with what CPython makes of them.

Run with any CPython 3.8 or newer: python3 Tools/golden/calculator.py
"""
import json
import pathlib
import platform
import random

random.seed(20251124)


def number():
    kind = random.randrange(6)
    if kind < 3:
        return str(random.randrange(0, 10 ** random.randrange(1, 7)))
    if kind == 3:
        return f"{random.randrange(1000)}.{random.randrange(100):02d}"
    if kind == 4:
        return f".{random.randrange(1, 100)}"
    return f"{random.randrange(1, 999)},{random.randrange(1000):03d}"


def expression(depth):
    if depth == 0 or random.random() < 0.3:
        return number()
    a, b = expression(depth - 1), expression(depth - 1)
    text = a + random.choice(["", " "]) + random.choice("+-*/") + random.choice(["", " "]) + b
    return random.choice([text, f"({text})", f"-({text})", text])


def large_number():
    kind = random.randrange(5)
    if kind == 0:
        return str(2 ** random.randrange(50, 80) + random.randrange(-2, 3))
    if kind == 1:
        return f"{random.randrange(10 ** random.randrange(1, 20))}.{random.randrange(100):02d}"
    return str(random.randrange(0, 10 ** random.randrange(1, 25)))


def large_expression(depth):
    """Integers of any size, and both kinds of division."""
    if depth == 0 or random.random() < 0.3:
        return large_number()
    operator = random.choice(["+", "-", "*", "/", "//"])
    text = f"{large_expression(depth - 1)} {operator} {large_expression(depth - 1)}"
    return random.choice([text, f"({text})", f"-({text})", text])


def value(text):
    """As Python has it, or None where it has nothing finite."""
    try:
        result = eval(text.replace(",", ""))
    except (SyntaxError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(result, float):
        return repr(result) if abs(result) != float("inf") and result == result else None
    return str(result)


cases = [expression(random.randrange(0, 5)) for _ in range(600)]
cases += [large_expression(random.randrange(1, 4)) for _ in range(600)]
cases = [case for case in cases if len(case) <= 200]
cases += ["100*.99", "2*3", "1/3", "7/2", "4/2", "1e5", "--3", "+5", "-(-4)", "0.1+0.2", "10000000000000000.0*10",
          "123456789.0*987654321.0", "1.0*100000", ".5/100000", "5.", "(1+2", "1+", "", " ", "2 3", "007", "0", "00", "7//2", "-7//2", "7//-2", "7.5//2",
          "-7.5//2", "0.0//-5", "1//0", "9007199254740993/1", "9007199254740993/3", "18014398509481985/2",
          "9223372036854775807+1", "9223372036854775807*9", "9486438884568833.65", "1/3*3", "1/100000",
          "9" * 190 + "/7", "1/" + "9" * 190, "9" * 99 + "*" + "9" * 99, "9" * 100 + "*" + "9" * 90 + ".0",
          "(" * 99 + "1" + ")" * 99, "-" * 199 + "1", "'word'.count('')", "7///2", "7/ /2"]
cases += [f"'{w}'.count('{l}')" for w, l in [("strawberry", "r"), ("aaa", "aa"), ("x", "y"), ("mississippi", "ss")]]
out = {"generator": "Tools/golden/calculator.py", "python": platform.python_version(),
       "cases": [[case, value(case)] for case in cases if case != "1e5"]}
path = pathlib.Path(__file__).parents[2] / "Tests/EvaluationTests/Golden/calculator.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(out, indent=0) + "\n")
