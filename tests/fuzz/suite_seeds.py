#!/usr/bin/env python3
"""Writes each case of the public YAML test suite into a file of its own, for libFuzzer to begin with.

suite_seeds.py CASES.JSON FOLDER
"""

import json
import pathlib
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    cases = json.load(file)
folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for number, case in enumerate(cases):
    (folder / f"{number}.yaml").write_bytes(case["yaml"].encode())
