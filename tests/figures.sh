#!/usr/bin/env bash
# Of a detailed test run, what the tests printed and how it ended; the exit code says whether any failed.
awk '
    /^failed / { print; bad = 1; next }
    /^  (Standard output|Error output)$/ { printing = ($2 == "output" && $1 == "Standard"); next }
    printing && /^    / && NF > 0 { $1 = $1; print "  " $0; next }
    { printing = 0 }
    /^  (total|failed|succeeded|skipped|duration):/ { print }
    $1 == "succeeded:" { any = $2 > 0 }
    END { exit bad || !any }
'
