#!/usr/bin/env python3
"""Validates JSON against a JSON Schema: validate_json.py SCHEMA FILE...

A file whose name ends in .jsonl holds one document a line. Prints what is wrong; exit code 1 if
anything is, and if a file holds no document at all.
"""

import json
import sys

import jsonschema


def documents(file):
    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    if file.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return [json.loads(text)]


def main():
    with open(sys.argv[1], encoding="utf-8") as opened:
        schema = json.load(opened)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    wrong = 0
    for file in sys.argv[2:]:
        found = documents(file)
        wrong += not found
        for document in found:
            for error in validator(schema).iter_errors(document):
                wrong += 1
                print(f"{file}: {error.json_path}: {error.message}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
