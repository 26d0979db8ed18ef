#!/usr/bin/env python3
"""Sends what `atlasbridge trace export` wrote to a cloud, with Python's standard library alone: a second implementation of the wire.

    python3 upload_client.py EXPORT.jsonl --url https://HOST --key-id abk_... [--gzip] [--content] < SECRET

Batches end where the export has a checkpoint, since only the agent's own key can sign one. Each acknowledgement is
printed as a line of JSON. Exit code 0: everything up to the last checkpoint was taken; 1: not; 2: it is no export.
docs/signed-payload.md says what is done here and why.
"""
import argparse
import base64
import gzip
import hashlib
import hmac
import http.client
import json
import secrets
import sys
import time
import urllib.parse

ENTRIES_MAX = 500
BYTES_MAX = 1_000_000
SENT = ("v", "agent_id", "seq", "at", "session_id", "kind", "data", "content_hash", "prev", "hash")

sha256 = lambda data: hashlib.sha256(data).digest()
text64 = lambda data: base64.b64encode(data).decode("ascii")

def root(leaves):
    """RFC 9162, 2.1.1."""
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:middle]) + root(leaves[middle:]))

def split(count):
    """The largest power of two below it."""
    return 1 << (count - 1).bit_length() - 1

def consistency(size, leaves, whole=True):
    """RFC 9162, 2.1.4.1: that the tree of the first `size` leaves is the beginning of the one of all of them."""
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    middle = split(len(leaves))
    if size <= middle:
        return consistency(size, leaves[:middle], whole) + [root(leaves[middle:])]
    return consistency(size - middle, leaves[middle:], False) + [root(leaves[:middle])]

def uuid7():
    """RFC 9562, 5.7."""
    bits = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    digits = "%032x" % bits
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

def mac(secret, entry):
    about = "atlasbridge-entry/1\n%s\n%d\n%s" % (entry["agent_id"], entry["seq"], entry["hash"])
    return text64(hmac.digest(secret, about.encode("utf-8"), "sha256"))

def signed(secret, key_id, path, body, encoding):
    """RFC 9421 with HMAC-SHA256 over the request's head; RFC 9530 names its body."""
    headers = {"content-digest": "sha-256=:%s:" % text64(sha256(body)), "content-type": "application/json"}
    if encoding:
        headers["content-encoding"] = encoding
    covered = [("@method", "POST"), ("@path", path)] + list(headers.items())
    params = '(%s);created=%d;nonce="%s";keyid="%s";alg="hmac-sha256"' % (
        " ".join('"%s"' % name for name, _ in covered), int(time.time()), secrets.token_urlsafe(18), key_id)
    base = "\n".join('"%s": %s' % one for one in covered + [("@signature-params", params)])
    signature = text64(hmac.digest(secret, base.encode("ascii"), "sha256"))
    return {**headers, "signature-input": "sig1=" + params, "signature": "sig1=:%s:" % signature}

def read(path):
    entries, notes = [], {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            if "checkpoint" in value:
                notes[int(value["checkpoint"].split("\n")[1])] = value["checkpoint"]
            else:
                entries.append(value)
    if [entry["seq"] for entry in entries] != list(range(1, len(entries) + 1)):
        raise ValueError("not a whole export: entries are missing")
    return entries, notes

def batches(entries, notes, secret, content):
    """Each as large as it may be, and ending where there is a checkpoint."""
    start, cut, held, size = 0, 0, [], 0
    for entry in entries:
        wire = {name: entry[name] for name in SENT}
        wire["mac"] = mac(secret, entry)
        if content and entry["salt"] is not None:
            wire["content"], wire["salt"] = entry["content"], entry["salt"]
        size += len(json.dumps(wire))
        if held and (len(held) == ENTRIES_MAX or size > BYTES_MAX) and cut > start:
            yield held[:cut - start]
            held = held[cut - start:]
            start, size = cut, sum(len(json.dumps(one)) for one in held + [wire])
        held.append(wire)
        if entry["seq"] in notes:
            cut = entry["seq"]
    if cut > start:
        yield held[:cut - start]

def post(url, headers, body):
    where = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.netloc, timeout=30)
    connection.request("POST", "/v1/traces", body=body, headers=headers)
    reply = connection.getresponse()
    return reply.status, reply.read(65536)

def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("export")
    options.add_argument("--url", required=True)
    options.add_argument("--key-id", required=True)
    options.add_argument("--gzip", action="store_true")
    options.add_argument("--content", action="store_true")
    given = options.parse_args()
    secret = sys.stdin.readline().strip().encode("ascii")
    try:
        entries, notes = read(given.export)
    except (OSError, ValueError, KeyError) as why:
        print("upload_client: %s: %s" % (given.export, why), file=sys.stderr)
        return 2
    leaves = [sha256(b"\x00" + bytes.fromhex(entry["hash"])) for entry in entries]
    cosigned = 0
    for batch in batches(entries, notes, secret, given.content):
        last = batch[-1]["seq"]
        proof = consistency(cosigned, leaves[:last]) if cosigned else []
        payload = {
            "schema": "atlasbridge.trace/1", "batch_id": uuid7(), "entries": batch, "checkpoint": notes[last],
            "agent": {"id": batch[0]["agent_id"], "version": "upload_client.py", "platform": sys.platform},
            "consistency": {"from_size": cosigned, "proof": [text64(node) for node in proof]},
        }
        body = json.dumps(payload, ensure_ascii=False).encode("utf-8")
        body = gzip.compress(body) if given.gzip else body
        headers = signed(secret, given.key_id, "/v1/traces", body, "gzip" if given.gzip else None)
        status, reply = post(given.url, headers, body)
        print(reply.decode("utf-8", "replace").strip())
        if status != 202:
            return 1
        cosigned = last if json.loads(reply)["cosignature"] else cosigned
    return 0

sys.exit(main())
