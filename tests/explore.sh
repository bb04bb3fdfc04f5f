#!/usr/bin/env bash
# Plays the models of money with one random seed after the other for so many minutes: explore.sh MINUTES. Ends with the
# seed and the shortest sequence of moves at the first that fails; CLOSEDDOOR_TEST_SEED=… plays it again.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes=$1
engines=(env)
if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
    export CLOSEDDOOR_TEST_POSTGRES_OPTIONS='-c fsync=off -c full_page_writes=off'
    engines+=(tests/with-postgres.sh)
fi
mkdir -p artifacts
played=0
until [ "$SECONDS" -ge $((minutes * 60)) ]; do
    export CLOSEDDOOR_TEST_SEED=$((RANDOM * 32768 + RANDOM))
    engine=${engines[played % ${#engines[@]}]}
    $engine dotnet test --project tests/ClosedDoor.Tests --no-build --no-progress \
        --filter 'FullyQualifiedName~No_order_of_events' >artifacts/explore.log 2>&1 ||
        { cat artifacts/explore.log; exit 1; }
    played=$((played + 1))
done
echo "$played seeds in $((SECONDS / 60)) minutes, none of which broke a rule."
