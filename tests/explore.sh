#!/usr/bin/env bash
# Plays the models of money, and looks for what breaks a property, with one random seed after the other for so many minutes:
# explore.sh MINUTES. Ends with the seed and the shortest sequence of moves, or the value, at the first that
# fails; CLOSEDDOOR_TEST_SEED=… plays it again.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes=$1
engines=(env)
if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
    export CLOSEDDOOR_TEST_POSTGRES_OPTIONS='-c fsync=off -c full_page_writes=off'
    engines+=(tests/with-postgres.sh)
fi
# The classes that have properties, from the tests' own words. They take longer than a sequence of moves, and know no engine.
properties() {
    grep -rlE --include='*Tests.cs' --exclude-dir=obj 'Properties\.(Hold|NeverThrows|Some)' tests/ClosedDoor.Tests |
        sed 's:.*/::; s:\.cs$::' | sort -u | paste -sd ' ' | sed 's: :|FullyQualifiedName~:g'
}
mkdir -p artifacts
played=0
until [ "$SECONDS" -ge $((minutes * 60)) ]; do
    export CLOSEDDOOR_TEST_SEED=$((RANDOM * 32768 + RANDOM))
    engine=${engines[played % ${#engines[@]}]}
    tests='FullyQualifiedName~No_order_of_events'
    [ $((played % 4)) -ne 0 ] || tests="$tests|FullyQualifiedName~$(properties)"
    $engine dotnet test --project tests/ClosedDoor.Tests --no-build --no-progress \
        --filter "$tests" >artifacts/explore.log 2>&1 ||
        { cat artifacts/explore.log; exit 1; }
    played=$((played + 1))
done
echo "$played seeds in $((SECONDS / 60)) minutes, none of which broke a rule."
