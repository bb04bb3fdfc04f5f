#!/usr/bin/env bash
# Builds the service of a commit, from its files alone, and packs it as FOLDER/closeddoor-VERSION-linux-x64.tar.gz with its
# SHA-256 beside it:
# archive.sh FOLDER [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:?'a folder for the archive'}")
commit=$(git rev-parse --verify "${2:-HEAD}^{commit}")
version=$(git show "$commit:Directory.Build.props" | sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p')
name="closeddoor-$version"
archive="$name-linux-x64.tar.gz"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/source" "$folder"
git archive "$commit" | tar -x -C "$scratch/source"
# No path of this machine in what is built; the analyzers have seen this commit in its own build.
(cd "$scratch/source" && dotnet publish src/ClosedDoor -c Release -r linux-x64 --no-self-contained --nologo -v quiet \
    -o "$scratch/$name" -p:RunAnalyzers=false -p:PathMap="$scratch/source=/_" -p:SourceRevisionId="$commit")

tar -C "$scratch" --sort=name --mtime="@$(git log -1 --format=%ct "$commit")" --owner=0 --group=0 --numeric-owner \
    --mode='u=rwX,go=rX' --format=gnu -cf - "$name" | gzip -n9 >"$folder/$archive"
(cd "$folder" && sha256sum "$archive" | tee "$archive.sha256")
