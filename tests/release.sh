#!/usr/bin/env bash
# Makes a commit (HEAD, or the one given) the last release: writes its version, its name and its migrations' checksums
# into RELEASE, packs the service into artifacts/, and gives what follows a version of its own. release.sh NEXT_VERSION [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
next=${1:?'the version of what follows: make release NEXT=…'}
commit=$(git rev-parse --verify "${2:-HEAD}^{commit}")
version=$(git show "$commit:Directory.Build.props" | sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p')
[ "$version" != "$next" ] || {
    echo "What follows $version needs another version than $next." >&2
    exit 1
}

tests/archive.sh artifacts "$commit"
{
    echo '# The last release: `make cluster` runs it beside this code, and its migrations are never edited again.'
    echo '# `make release` writes this.'
    echo "version $version"
    echo "commit $commit"
    git ls-tree --name-only "$commit" migrations/ | while read -r file; do
        echo "$(git show "$commit:$file" | sha256sum | cut -d ' ' -f 1)  $file"
    done
} >RELEASE.new
mv RELEASE.new RELEASE
sed -i "s:<Version>.*</Version>:<Version>$next</Version>:" Directory.Build.props
echo "RELEASE names $version, $commit; what follows is $next."
