#!/usr/bin/env bash
# What went wrong in a log of `make check`, in so few characters that the log's last lines can hold it:
# a line for each failed test, or else for what the step that ended badly said of itself.
# what-failed.sh LOG [CHARACTERS]
set -uo pipefail
export LC_ALL=C.UTF-8
log=$1
room=${2:-1200}

failed_tests() {
    # `failed NAME (time)`, then its message, indented, then the calls that led there. FsCheck's message is long:
    # what replays it and what was thrown come first here.
    awk '
        function say() {
            if (name != "") print name place (thrown != "" ? replay ":" thrown " Shrunk:" shrunk : ":" message)
            name = message = thrown = shrunk = replay = place = part = ""
        }
        /^failed .* \([0-9a-z ]+\)$/ { say(); name = $0; next }
        /^FAILED  / { say(); name = $0; part = "judge"; next }
        name == "" { next }
        part == "judge" && !/^(ok  |FAILED|succeeded:|failed:)/ { message = message " " $0; next }
        !/^  / { say(); next }
        /^  from / || NF == 0 { next }
        /^    at .* in .*\.cs:/ && place == "" && match($0, /[A-Za-z]+Tests\.cs:(line )?[0-9]+/) {
            place = " at " substr($0, RSTART, RLENGTH)
        }
        /^    at / || /^    --- / { part = "calls" }
        part == "calls" || /^     at / { next }
        /^  Replay directly/ { sub(/.*with/, " Replay:"); replay = $0; next }
        /^  (Original|Shrunk|with exception):$/ { part = $1; next }
        { $1 = $1 }
        part == "Original:" { next }
        part == "Shrunk:" { shrunk = shrunk " " $0; next }
        part == "with" { thrown = thrown " " $0; next }
        length(message) < 2000 { message = message " " $0 }
        END { say() }
    ' "$log"
}

bad_steps() {
    grep -aE '^NOT FINISHED|^ +BROKEN|(^|: )[Ee]rror( |:|$)|^✗|^make.*\*\*\*' "$log" | awk '!seen[$0]++ { $1 = $1; print }' | tail -n 8
}

mapfile -t lines < <(failed_tests)
[ ${#lines[@]} -gt 0 ] || mapfile -t lines < <(bad_steps)
[ ${#lines[@]} -gt 0 ] || exit 0
shown=$((${#lines[@]} < 12 ? ${#lines[@]} : 12))
each=$((room / shown < 400 ? room / shown : 400))
for line in "${lines[@]:0:shown}"; do
    echo "${line:0:each}"
done
[ "$shown" -eq ${#lines[@]} ] || echo "… and $((${#lines[@]} - shown)) more"
