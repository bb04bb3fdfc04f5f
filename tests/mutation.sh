#!/usr/bin/env bash
# Mutation run on ClosedDoor.Domain. The score is counted from Stryker's JSON report: killed and timed out over all
# mutants that a test could have noticed. Pending are those that Stryker could not run: most change a static field, which
# lives longer than one test.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet tool restore >/dev/null
rm -rf artifacts/mutation
(cd tests/ClosedDoor.Tests && dotnet stryker --config-file ../stryker.json --output ../../artifacts/mutation) || true
report=$(find artifacts/mutation -name 'mutation-report.json' | head -n 1)
[ -n "$report" ] || { echo 'Stryker left no report.' >&2; exit 1; }
grep -o '"status": *"[A-Za-z]*"' "$report" | sed 's/.*: *//; s/"//g' | sort | uniq -c |
    awk '{ n[$2] = $1 }
         END { hit = n["Killed"] + n["Timeout"]; all = hit + n["Survived"] + n["NoCoverage"];
               for (s in n) printf "%s %d  ", s, n[s];
               printf "\nMutation score: %.1f %% (%d of %d)\n", 100 * hit / all, hit, all }'
