#!/usr/bin/env bash
# Builds the release before this one into a folder, and prints the path of its ClosedDoor.dll: that of the given ref, or
# else of the last tag (v…), or, while nothing has been released, of the commit before the migrations last changed.
# Prints nothing, and says on standard error why, where there is none that this schema continues.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?'a folder to build in'}

none() {
    echo "No previous release to compare with: $1." >&2
    exit 0
}

git rev-parse --verify --quiet HEAD >/dev/null 2>&1 || none 'this is no clone with a history'
commit=${2:-}
if [ -n "$commit" ]; then
    git rev-parse --verify --quiet "$commit^{commit}" >/dev/null || none "there is no commit $commit"
else
    commit=$(git describe --tags --abbrev=0 --match 'v*' HEAD 2>/dev/null || true)
fi
if [ -z "$commit" ]; then
    changed=$(git log -1 --format=%H -- migrations)
    commit=$(git rev-parse --verify --quiet "$changed^" || true)
fi
[ -n "$commit" ] || none 'the history begins here'
# A released migration is never edited; before the first release one may be, and then no database can have known both.
git diff --quiet --diff-filter=MDR "$commit" HEAD -- migrations || none "migrations were edited since $(git rev-parse --short "$commit"), so no database has known both"

rm -rf "$folder"
mkdir -p "$folder/source"
git archive "$commit" | tar -x -C "$folder/source"
dotnet build "$folder/source/src/ClosedDoor" --nologo -v quiet -o "$folder/service" -p:RunAnalyzers=false >&2
echo "$folder/service/ClosedDoor.dll"
