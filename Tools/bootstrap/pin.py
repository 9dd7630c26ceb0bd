#!/usr/bin/env python3
"""Rewrites the pins beside this file: every wheel the launcher may install, with its SHA-256.

Run it after changing a version below. It asks pip what it would install for each Python and
platform that we support (metadata only, nothing is downloaded) and writes

  wheels.txt   what every machine gets
  cuda.txt     what libtorch_cpu.so of a CUDA build needs even where there is no GPU
  gpu.txt      what libtorch_cuda.so needs besides

`./retro` reads these files and no other list. Lines are in the order of installation.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

# Versions. The CUDA packages follow from torch's own metadata (cuda-toolkit 13.0.3 and the
# nvidia-* requirements of torch 2.13.0); nvjitlink is the one range there, pinned here.
WHEELS = ["torch==2.13.0", "pyarrow==26.0.1", "vl-convert-python==1.9.0.post1"]
CUDA = ["nvidia-cuda-runtime==13.0.96", "nvidia-cuda-cupti==13.0.85"]
GPU = [
    "nvidia-cublas==13.1.1.3",
    "nvidia-cuda-nvrtc==13.0.88",
    "nvidia-cudnn-cu13==9.20.0.48",
    "nvidia-cufft==12.0.0.61",
    "nvidia-cufile==1.15.1.6",
    "nvidia-curand==10.4.0.35",
    "nvidia-cusolver==12.0.4.66",
    "nvidia-cusparse==12.6.3.3",
    "nvidia-cusparselt-cu13==0.8.1",
    "nvidia-nccl-cu13==2.29.7",
    "nvidia-nvjitlink==13.0.88",
    "nvidia-nvshmem-cu13==3.4.5",
    "nvidia-nvtx==13.0.85",
]

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]


def linux(machine):
    return [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)] + [
        f"manylinux2014_{machine}"
    ]


MAC = ["macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"]
MACHINES = {"linux x86_64": linux("x86_64"), "linux aarch64": linux("aarch64"), "macos arm64": MAC}


def offered(requirement, python, platforms):
    """The (file name, hash) pip would choose, or None where the index has no such wheel."""
    command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--report", "-"]
    command += ["--no-deps", "--ignore-installed", "--only-binary=:all:", "--python-version", python]
    for platform in platforms:
        command += ["--platform", platform]
    with tempfile.TemporaryDirectory() as target:
        result = subprocess.run(
            command + ["--target", target, requirement], capture_output=True, text=True
        )
    if result.returncode != 0:
        if "No matching distribution" in result.stderr:
            return None
        sys.exit(result.stderr)
    (item,) = json.loads(result.stdout)["install"]
    name = item["download_info"]["url"].rsplit("/", 1)[1].replace("%2B", "+")
    return name, item["download_info"]["archive_info"]["hashes"]["sha256"]


def write(name, requirements, machines):
    lines = ["# Written by Tools/bootstrap/pin.py; change versions there."]
    for requirement in requirements:
        found = {}
        for platforms in machines:
            for python in PYTHONS:
                if any("-py3-none-" in name for name in found if platforms[0][-6:] in name):
                    break  # one wheel for all of them
                # `==` may choose a build with a local version (2.13.0+cpu), `===` never does.
                for form in (requirement, requirement.replace("==", "===")):
                    choice = offered(form, python, platforms)
                    if choice:
                        found[choice[0]] = choice[1]
        if not found:
            sys.exit(f"no wheel found for {requirement}")
        lines.append(requirement + " \\")
        hashes = [f"    --hash=sha256:{found[wheel]}" for wheel in sorted(found)]
        lines.append(" \\\n".join(hashes))
        lines[-1] += "\n" + "\n".join(f"#   {wheel}" for wheel in sorted(found))
        print(f"{requirement}: {len(found)} wheels", file=sys.stderr)
    path = pathlib.Path(__file__).with_name(name)
    path.write_text("\n".join(lines) + "\n")


LISTS = {"wheels.txt": WHEELS, "cuda.txt": CUDA, "gpu.txt": GPU}
for name in sys.argv[1:] or LISTS:
    machines = list(MACHINES.values())
    write(name, LISTS[name], machines if name == "wheels.txt" else machines[:2])
