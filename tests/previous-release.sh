#!/usr/bin/env bash
# Builds the release before this one into a folder, and prints the path of its ClosedDoor.dll: the commit that RELEASE
# names, or the given ref. When a clone lacks RELEASE's commit, as one without its history does, it prints no path and
# says so. Fails when a migration was edited since, which a release never may: then no database can have known both.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?'a folder to build in'}
ref=${2:-}

released() { awk -v word="$1" '$1 == word { print $2 }' RELEASE; }
name=${ref:-$(released commit)}
if ! commit=$(git rev-parse --verify --quiet "$name^{commit}"); then
    if [ -n "$ref" ]; then
        echo "There is no commit $ref." >&2
        exit 1
    fi
    echo "NOT TRIED: release $(released version) is not built, since this clone has no commit $name." >&2
    echo 'It may be a shallow one: git fetch --unshallow.' >&2
    exit 0
fi
edited=$(git diff --name-only --diff-filter=MDR "$commit" -- migrations)
if [ -n "$edited" ]; then
    printf 'error: edited since %s; put the change into a new migration:\n%s\n' "$name" "$edited" >&2
    exit 1
fi

built="$folder/$commit"
if [ ! -e "$built/whole" ]; then
    rm -rf "$folder"
    mkdir -p "$built/source"
    git archive "$commit" | tar -x -C "$built/source"
    dotnet build "$built/source/src/ClosedDoor" --nologo -v quiet -o "$built/service" -p:RunAnalyzers=false >&2
    touch "$built/whole"
fi
echo "$built/service/ClosedDoor.dll"
