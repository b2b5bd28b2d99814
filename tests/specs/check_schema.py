#!/usr/bin/env python3
"""An outside reader of the JSON Schema: says of each instance whether the schema takes it.

check_schema.py SCHEMA < CASES: one JSON object {"name", "instance"} a line; prints NAME<tab>yes|no.
"""
import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for line in sys.stdin:
    case = json.loads(line)
    print(case["name"], "yes" if validator.is_valid(case["instance"]) else "no", sep="\t")
