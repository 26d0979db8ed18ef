#!/bin/sh
# Installs atlasbridge for this user alone: fetches the program for this machine, compares its checksum, puts it in place.
#
#   sh install.sh [--from FOLDER|URL] [--bin DIR]     default: the folder this script lies in, and ~/.local/bin
#   sh install.sh --uninstall [--bin DIR]             removes the program; settings and the log stay
#
# No sudo, nothing outside of DIR is written, and no shell profile is changed.
set -eu

# Where a release's files lie when the script does not lie beside them.
from="${ATLASBRIDGE_RELEASE:-}"
bin="${XDG_BIN_HOME:-${HOME:?HOME is not set}/.local/bin}"
uninstall=no

say() { printf '%s\n' "install: $*"; }
fail() { printf '%s\n' "install: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case "$1" in
    --from) from="${2:?--from needs a folder or URL}"; shift 2 ;;
    --bin) bin="${2:?--bin needs a folder}"; shift 2 ;;
    --uninstall) uninstall=yes; shift ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown argument $1; see: sh install.sh --help" ;;
  esac
done

program="$bin/atlasbridge"

if [ "$uninstall" = yes ]; then
  [ -e "$program" ] || fail "there is no $program; say where with --bin"
  # Best effort: a program that does not start any more has to be removable as well.
  "$program" daemon uninstall >/dev/null 2>&1 || true
  "$program" daemon stop >/dev/null 2>&1 || true
  rm -f "$program"
  say "$program is removed; settings and the log are still in ~/.config/atlasbridge and ~/.local/state/atlasbridge"
  exit 0
fi

case "$(uname -s)" in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) fail "there is no program for $(uname -s) that this script can install; on Windows take atlasbridge-windows-x64.exe" ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) machine=x64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) fail "there is no program for a $(uname -m)" ;;
esac
name="atlasbridge-$system-$machine"
if [ "$system" = linux ] && [ -e "/lib/ld-musl-$(uname -m).so.1" ] && ! ldd --version 2>&1 | grep -qi 'glibc\|gnu libc'; then
  name="$name-musl"
fi

if [ -z "$from" ]; then
  from="$(cd "$(dirname "$0")" && pwd)"
  [ -e "$from/SHA256SUMS" ] || fail "say where the release lies: --from FOLDER or --from URL"
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

fetch() {
  case "$from" in
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]*)
      if command -v curl >/dev/null; then
        curl -fsSL --retry 2 -o "$work/$1" "${from%/}/$1"
      elif command -v wget >/dev/null; then
        wget -q -O "$work/$1" "${from%/}/$1"
      else
        fail "neither curl nor wget is here"
      fi || fail "could not get ${from%/}/$1"
      ;;
    *://*) fail "$from is not https" ;;
    *) cp "$from/$1" "$work/$1" || fail "could not read $from/$1" ;;
  esac
}

fetch SHA256SUMS
grep "  $name\$" "$work/SHA256SUMS" >"$work/wanted" || fail "the release has no $name"
say "getting $name from $from"
fetch "$name"
if command -v sha256sum >/dev/null; then
  (cd "$work" && sha256sum -c wanted >/dev/null 2>&1) || fail "$name is not what SHA256SUMS says; nothing was installed"
elif command -v shasum >/dev/null; then
  (cd "$work" && shasum -a 256 -c wanted >/dev/null 2>&1) || fail "$name is not what SHA256SUMS says; nothing was installed"
else
  fail "neither sha256sum nor shasum is here, so the checksum cannot be compared; nothing was installed"
fi

chmod 755 "$work/$name"
# Tried before it replaces one that works.
"$work/$name" version >/dev/null || fail "$name does not run here; nothing was installed"
mkdir -p "$bin"
# Beside it and then renamed: running copies live on, and nobody ever starts half a file.
cp "$work/$name" "$bin/.atlasbridge.new.$$"
mv -f "$bin/.atlasbridge.new.$$" "$program"
say "$("$program" version) is in $program"
case ":$PATH:" in
  *":$bin:"*) ;;
  *) say "$bin is not in your PATH; add it: export PATH=\"$bin:\$PATH\"" ;;
esac
say "next: atlasbridge"
