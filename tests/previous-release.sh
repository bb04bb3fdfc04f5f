#!/usr/bin/env bash
# Builds the release before this one into a folder, and prints the path of its ClosedDoor.dll: that of the given ref, or
# else of the last tag (v…) before this commit. Without either nothing has been released: it prints nothing and says so.
# Fails when a migration was edited since, which a release never may: then no database can have known both.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?'a folder to build in'}
ref=${2:-}

if [ -z "$ref" ]; then
    # Before this commit, so that a release is not compared with itself.
    ref=$(git describe --tags --abbrev=0 --match 'v*' HEAD^ 2>/dev/null || true)
fi
if [ -z "$ref" ]; then
    echo 'There is no previous release: no tag v… before this commit, and no PREVIOUS=ref.' >&2
    exit 0
fi
commit=$(git rev-parse --verify --quiet "$ref^{commit}") || {
    echo "There is no commit $ref." >&2
    exit 1
}
edited=$(git diff --name-only --diff-filter=MDR "$commit" -- migrations)
if [ -n "$edited" ]; then
    printf 'Edited since %s; put the change into a new migration:\n%s\n' "$ref" "$edited" >&2
    exit 1
fi

rm -rf "$folder"
mkdir -p "$folder/source"
git archive "$commit" | tar -x -C "$folder/source"
dotnet build "$folder/source/src/ClosedDoor" --nologo -v quiet -o "$folder/service" -p:RunAnalyzers=false >&2
echo "$folder/service/ClosedDoor.dll"
