#!/usr/bin/env python3
"""Checks what `atlasbridge trace export` wrote, with Python's standard library alone: a second implementation of the format.

    python3 verify_export.py EXPORT.jsonl [--key VERIFIER_KEY]

Hashes (SHA-256 over RFC 8785 JSON), chain, content commitments and what was erased, Merkle tree (RFC 9162), checkpoints
(C2SP signed notes, Ed25519 by RFC 8032) and the changes of keys. It passes over what witnesses signed. Exit code 0: whole;
4: not; 2: it is no export.
"""
import base64
import hashlib
import json
import sys
class Broken(Exception):
    """The export is not what was signed."""
def must(be_true, otherwise):
    if not be_true:
        raise Broken(otherwise)
sha256 = lambda data: hashlib.sha256(data).digest()
def number(value):
    """ECMAScript's shortest form (RFC 8785, 3.2.2.3)."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e21):
        return str(int(value))
    digits, _, power = repr(value).partition("e")
    if power and -7 < int(power) < 0:
        return ("-" if value < 0 else "") + "0." + "0" * (-int(power) - 1) + digits.lstrip("-").replace(".", "")
    return "%se%+d" % (digits, int(power)) if power else digits
def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{%s}" % ",".join(canonical(name) + ":" + canonical(value[name]) for name in names)
    if isinstance(value, list):
        return "[%s]" % ",".join(map(canonical, value))
    is_plain = value is None or isinstance(value, (bool, str))
    return json.dumps(value, ensure_ascii=False) if is_plain else number(value)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def add(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return ((n - m) * (d - c) % P, (d + c) * (n + m) % P, (d - c) * (d + c) % P, (n - m) * (n + m) % P)
def times(factor, point):
    result = (0, 1, 1, 0)
    for bit in bin(factor)[2:]:
        result = add(add(result, result), point if bit == "1" else (0, 1, 1, 0))
    return result
def decoded(data):
    sign, y = divmod(int.from_bytes(data, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    root = pow(square, (P + 3) // 8, P)
    x = next((x for x in (root, root * pow(2, (P - 1) // 4, P) % P) if x * x % P == square), None)
    must(y < P and x is not None and not (x == 0 and sign), "a key or signature is no point of the curve")
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
    for left in roots[-2::-1]:
        root = sha256(b"\x01" + left + root)
    return root

def check_entry(entry, previous):
    content, salt, claimed, seq = entry.pop("content"), entry.pop("salt"), entry.pop("hash"), entry["seq"]
    must(sha256(canonical(entry).encode()).hex() == claimed, "entry %d was changed: its hash does not match its fields" % seq)
    must(seq == previous[0] + 1 and entry["prev"] == previous[1], "entry %d does not follow entry %d" % (seq, previous[0]))
    is_held = salt is None or sha256(bytes.fromhex(salt) + canonical(content).encode()).hex() == entry["content_hash"]
    must(is_held, "entry %d: its content is not what it committed to" % seq)
    return seq, claimed

def check_checkpoint(note, keys, heads):
    """Returns its size, and the keys that signed it: the one in force, and the one before where that is what changes it."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    size, message = int(size), (text + "\n").encode()
    inforce = [key for key in keys if key["since"] <= size][-2:]
    raws = [base64.b64decode(line.split(" ")[2], validate=True) for line in lines.splitlines()]
    is_by = lambda key, raw: raw[:4] == sha256(origin.encode() + b"\n\x01" + key["public"])[:4]
    by = [key for key in inforce for raw in raws if is_by(key, raw) and signed(key["public"], message, raw[4:])]
    must(inforce and inforce[-1] in by, "the checkpoint over %d entries is not signed by a key that the trace names" % size)
    must(size in heads, "a checkpoint was signed over %d entries, and they are not there" % size)
    must(heads[size] == base64.b64decode(root), "the first %d entries are not those that were signed" % size)
    inforce[-1]["vouched"] |= size == inforce[-1]["since"] and len(by) > 1
    return size

def check_content(held, erased):
    """Of each entry that has any: here, or said to be erased, and not both."""
    for seq, session, here in held:
        told = any(r["from_seq"] <= seq <= r["to_seq"] and seq < at and r.get("of_session", session) == session for at, r in erased)
        what = "here, though it was erased" if here else "missing, and no entry says that it was erased"
        must(told != here, "entry %d: its content is %s" % (seq, what))

def check_keys(keys, trusted):
    last = keys[-1]["public"] if keys else b""
    must(not trusted or base64.b64decode(trusted.split("+", 2)[2])[1:] == last, "the trace names another key than the one that is trusted")
    for key in keys:
        must(key["vouched"] or key["lost"], "entry %d brings in a key that the one before it has not signed for" % key["since"])
    return ["entry %d brings in a key in place of one that was lost: nobody vouches for it" % key["since"] for key in keys if not key["vouched"]]

def check(lines, trusted):
    previous, roots, keys, heads, notes, held, erased, remarks, whole = (0, "0" * 64), [], [], {}, [], [], [], [], True
    for record in map(json.loads, lines):
        if "checkpoint" in record:
            notes.append(record["checkpoint"])
        elif "without_content" in record:
            whole = False
        elif "archived" in record:
            part = record["archived"]
            must(part["from_seq"] == previous[0] + 1, "entry %d is missing" % (previous[0] + 1))
            previous, roots = (part["to_seq"], part["hash"]), [bytes.fromhex(root) for root in part["roots"]]
            if part["public_key"] and [key["public"].hex() for key in keys[-1:]] != [part["public_key"]]:
                keys.append({"since": part["from_seq"], "public": bytes.fromhex(part["public_key"]), "vouched": True})
            remarks.append("entries %d to %d are in an archive, and not in this export" % (part["from_seq"], part["to_seq"]))
        else:
            if record["kind"] == "key.changed":
                keys.append({"since": record["seq"], "public": bytes.fromhex(record["data"]["public_key"]), "vouched": not keys, "lost": "lost" in record["data"]})
            erased += [(record["seq"], record["data"])] if record["kind"] == "content.erased" else []
            held += [(record["seq"], record["session_id"], record["salt"] is not None)] if record["content_hash"] else []
            previous = check_entry(record, previous)
            grow(roots, previous[0] - 1, sha256(b"\x00" + bytes.fromhex(previous[1])))
            heads[previous[0]] = root_of(roots)
    to = max([check_checkpoint(note, keys, heads) for note in notes], default=0)
    remarks += check_keys(keys, trusted)
    check_content(held, erased) if whole else remarks.append("content was left out of this export, and is not checked")
    found = (previous[0], to, len(notes), root_of(roots).hex())
    return "\n".join(["whole: %d entries, signed to entry %d in %d checkpoints, root %s" % found] + remarks)

def main(words):
    if len(words) not in (1, 3) or words[1:2] not in ([], ["--key"]):
        return print(__doc__, file=sys.stderr) or 2
    try:
        with open(words[0], encoding="utf-8") as lines:
            return print(check(lines, words[2] if len(words) == 3 else None)) or 0
    except Broken as fault:
        return print("broken: %s" % fault) or 4
    except (KeyError, ValueError, OSError, TypeError) as fault:
        return print("%s is no export: %r" % (words[0], fault), file=sys.stderr) or 2

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
