#!/usr/bin/env bash
# Line coverage of ClosedDoor.Domain by its own tests; fails below 95 %. The report is artifacts/coverage/Summary.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

# The one that the build has restored, whichever others lie beside it.
version=$(sed -n 's:.*"coverlet\.collector" Version="\([^"]*\)".*:\1:p' Directory.Packages.props)
collector=$(find "${NUGET_PACKAGES:-$HOME/.nuget/packages}/coverlet.collector/$version" -name coverlet.collector.dll -printf '%h\n')
rm -rf artifacts/coverage
dotnet vstest tests/ClosedDoor.Tests/bin/Debug/net10.0/ClosedDoor.Tests.dll \
    --TestCaseFilter:'FullyQualifiedName~ClosedDoor.Tests.Domain' \
    --TestAdapterPath:"$collector" --ResultsDirectory:artifacts/coverage --collect:'XPlat Code Coverage' \
    -- DataCollectionRunSettings.DataCollectors.DataCollector.Configuration.Include='[ClosedDoor.Domain]*' \
    DataCollectionRunSettings.DataCollectors.DataCollector.Configuration.ExcludeByFile='**/obj/**' >/dev/null

dotnet tool restore >/dev/null
dotnet reportgenerator -reports:'artifacts/coverage/*/coverage.cobertura.xml' -targetdir:artifacts/coverage -reporttypes:TextSummary >/dev/null
grep -E 'Line coverage|Covered lines|Coverable lines' artifacts/coverage/Summary.txt
awk '/Line coverage/ { sub("%", "", $3); exit !($3 >= 95) }' artifacts/coverage/Summary.txt
