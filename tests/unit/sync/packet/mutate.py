#!/usr/bin/env python3
"""Hold packets against the schema, and change each member of them in every way that must be refused.

mutate.py SCHEMA FOLDER: every FOLDER/*.json must satisfy SCHEMA and be canonical. Writes FOLDER/changed: a line for each
changed packet, its label, a tab and canonical JSON. Exits 1 if the schema refuses a packet or accepts a changed one, 77
if there is no jsonschema.
"""
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def places(value, path=()):
    """Every path below the top, with what stands there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield path + (key,), below
        yield from places(below, path + (key,))


def replacements(value):
    """What can never stand where `value` does."""
    wrong = [None, [], {}, "x", 7, True, [value], {"x": value}]
    if isinstance(value, bool):
        yield from (bad for bad in wrong if not isinstance(bad, bool))
    elif isinstance(value, str):
        yield from (bad for bad in wrong if not isinstance(bad, str))
        yield from (value + "x" * 300, value + "\a", "\u202e" + value, value + "\u0085")
    elif isinstance(value, int):
        yield from (bad for bad in wrong if bad != 7)
        yield from (-1, 2**53, 1.5, value + 0.25)
    elif isinstance(value, list):
        yield from (bad for bad in wrong if bad != [] and bad != [value])
        yield value * 20
    else:
        yield from (bad for bad in wrong if bad != {"x": value})


def changes(packet):
    for path, value in places(packet):
        label = ".".join(str(step) for step in path)
        for number, bad in enumerate(replacements(value)):
            yield f"{label} replaced, {number}", path, lambda parent, key, bad=bad: parent.__setitem__(key, bad)
        if isinstance(path[-1], str):
            yield f"{label} gone", path, lambda parent, key: parent.pop(key)
            yield f"{label} renamed", path, lambda parent, key: parent.__setitem__(key + "_", parent.pop(key))
        if isinstance(value, dict):
            yield f"{label} with more", path, lambda parent, key: parent[key].__setitem__("more", 1)


def changed(packet):
    for label, path, change in changes(packet):
        other = copy.deepcopy(packet)
        parent = other
        for step in path[:-1]:
            parent = parent[step]
        change(parent, path[-1])
        yield label, other


def main():
    schema, folder = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")), pathlib.Path(sys.argv[2])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    with open(folder / "changed", "w", encoding="utf-8") as out:
        for path in sorted(folder.glob("*.json")):
            text = path.read_text("utf-8")
            packet = json.loads(text)
            faults += [f"{path.name}: {error.json_path}: {error.validator}" for error in validator.iter_errors(packet)]
            if canonical(packet) != text:
                faults.append(f"{path.name}: not canonical")
            for label, other in changed(packet):
                if validator.is_valid(other):
                    faults.append(f"{path.name}: the schema accepts {label}")
                out.write(f"{label}\t{canonical(other)}\n")
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
