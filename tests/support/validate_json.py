#!/usr/bin/env python3
"""Validates JSON against a JSON Schema: validate_json.py SCHEMA FILE...

References to the schemas beside SCHEMA are followed by their $id, without a network. A file whose name ends in .jsonl holds one document a line. Prints what is wrong; exit code 1 if
anything is, and if a file holds no document at all.
"""

import json
import pathlib
import sys
import warnings

import jsonschema

# Its successor is in no Debian 12.
warnings.filterwarnings("ignore", category=DeprecationWarning)


def schemas_beside(path):
    found = {}
    for file in sorted(pathlib.Path(path).parent.glob("*.schema.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        found[schema["$id"]] = schema
    return found


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
    resolver = jsonschema.RefResolver.from_schema(schema, store=schemas_beside(sys.argv[1]))
    wrong = 0
    for file in sys.argv[2:]:
        found = documents(file)
        wrong += not found
        for document in found:
            for error in validator(schema, resolver=resolver).iter_errors(document):
                wrong += 1
                print(f"{file}: {error.json_path}: {error.message}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
