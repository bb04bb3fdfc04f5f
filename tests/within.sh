#!/usr/bin/env bash
# Runs a command for so many minutes at the most: within.sh MINUTES COMMAND…; what takes longer hangs, and is ended.
set -uo pipefail
minutes=$1
shift
timeout --kill-after=20 "${minutes}m" "$@"
code=$?
case $code in
    124 | 137) echo "NOT FINISHED within $minutes minutes, and ended: $*" >&2 ;;
esac
exit "$code"
