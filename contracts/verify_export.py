#!/usr/bin/env python3
"""Checks what `atlasbridge trace export` wrote, with Python's standard library alone: a second implementation of the format.

    python3 verify_export.py EXPORT.jsonl [--key VERIFIER_KEY]

Hashes (SHA-256 over RFC 8785 JSON), chain, content commitments, Merkle tree (RFC 9162) and checkpoints (C2SP signed
notes, Ed25519 by RFC 8032). Exit code 0: whole; 4: not; 2: it is no export.
"""
import base64
import hashlib
import json
import sys

class Broken(Exception):
    """The export is not what was signed."""

sha256 = lambda data: hashlib.sha256(data).digest()

def number(value):
    """ECMAScript's shortest form (RFC 8785, 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    digits, _, power = repr(value).partition("e")
    if power and -7 < int(power) < 0:
        return ("-" if value < 0 else "") + "0." + "0" * (-int(power) - 1) + digits.lstrip("-").replace(".", "")
    return "%se%+d" % (digits, int(power)) if power else digits

def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return number(value)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return ((n - m) * (d - c) % P, (d + c) * (n + m) % P, (d - c) * (d + c) % P, (n - m) * (n + m) % P)

def times(factor, point):
    result = (0, 1, 1, 0)
    while factor > 0:
        result = add(result, point) if factor & 1 else result
        point, factor = add(point, point), factor >> 1
    return result

def decoded(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise Broken("a key or signature is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)

BASE = decoded((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signed(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or len(public) != 32 or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    a, b = times(s, BASE), add(decoded(signature[:32]), times(h, decoded(public)))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0

def grow(roots, size, leaf):
    while size & 1:
        leaf, size = sha256(b"\x01" + roots.pop() + leaf), size >> 1
    roots.append(leaf)

def root_of(roots):
    root = roots[-1] if roots else sha256(b"")
    for left in reversed(roots[:-1]):
        root = sha256(b"\x01" + left + root)
    return root

def check_entry(entry, previous):
    content, salt, claimed, seq = entry.pop("content"), entry.pop("salt"), entry.pop("hash"), entry["seq"]
    if sha256(canonical(entry).encode()).hex() != claimed:
        raise Broken("entry %d was changed: its hash does not match its fields" % seq)
    if previous and (seq != previous[0] + 1 or entry["prev"] != previous[1]):
        raise Broken("entry %d does not follow entry %d" % (seq, previous[0]))
    if salt is not None and sha256(bytes.fromhex(salt) + canonical(content).encode()).hex() != entry["content_hash"]:
        raise Broken("entry %d: its content is not what it committed to" % seq)
    return seq, claimed

def check_checkpoint(note, keys, heads):
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    _, name, encoded = lines.rstrip("\n").split(" ")
    signature = base64.b64decode(encoded, validate=True)
    public = next((key for since, key in reversed(keys) if since <= int(size)), None)
    if public is None or name != origin:
        raise Broken("a checkpoint is signed by a key that the trace does not name")
    if signature[:4] != sha256(name.encode() + b"\n\x01" + public)[:4] or not signed(public, text.encode(), signature[4:]):
        raise Broken("the checkpoint over %s entries is not signed by its agent" % size)
    if int(size) not in heads:
        raise Broken("a checkpoint was signed over %s entries, and they are not there" % size)
    if heads[int(size)] != base64.b64decode(root):
        raise Broken("the first %s entries are not those that were signed" % size)
    return int(size)

def check(lines, trusted):
    previous, roots, keys, heads, notes = None, [], [], {}, []
    for line in lines:
        record = json.loads(line)
        if "checkpoint" in record:
            notes.append(record["checkpoint"])
            continue
        if previous is None and record["seq"] != 1:
            raise Broken("the export does not begin with entry 1")
        if record["kind"] == "key.changed":
            keys.append((record["seq"], bytes.fromhex(record["data"]["public_key"])))
        previous = check_entry(record, previous)
        grow(roots, previous[0] - 1, sha256(b"\x00" + bytes.fromhex(previous[1])))
        heads[previous[0]] = root_of(roots)
    if trusted and (not keys or base64.b64decode(trusted.split("+", 2)[2])[1:] != keys[-1][1]):
        raise Broken("the trace names another key than the one that is trusted")
    to = max([check_checkpoint(note, keys, heads) for note in notes], default=0)
    return "whole: %d entries, signed to entry %d in %d checkpoints, root %s" % (previous[0] if previous else 0, to, len(notes), root_of(roots).hex())

def main(words):
    if len(words) not in (1, 3) or (len(words) == 3 and words[1] != "--key"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(words[0], encoding="utf-8") as lines:
            print(check(lines, words[2] if len(words) == 3 else None))
        return 0
    except Broken as fault:
        return print("broken: %s" % fault) or 4
    except (KeyError, ValueError, OSError, TypeError) as fault:
        print("%s is no export: %r" % (words[0], fault), file=sys.stderr)
        return 2

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
