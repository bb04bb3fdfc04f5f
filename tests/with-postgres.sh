#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL server that it finds in CLOSEDDOOR_TEST_POSTGRES, and its certificate in
# CLOSEDDOOR_TEST_POSTGRES_CERTIFICATE. The server listens on loopback only, keeps its files in a temporary folder, and ends
# with the command.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$bin" ]; then
    echo "No PostgreSQL server is installed (Debian: apt-get install postgresql)." >&2
    exit 3
fi

# What need not outlive a power cut need not go to the disk, where there is memory enough.
where=${TMPDIR:-/tmp}
memory=()
case "${CLOSEDDOOR_TEST_POSTGRES_OPTIONS:-}" in
    *fsync=off*)
        gigabytes() { awk -v name="$1" '$1 == name { print int($2 / 1048576) }' /proc/meminfo; }
        room() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1048576) }'; }
        if [ "$(gigabytes MemAvailable:)" -ge 6 ] && [ "$(room /dev/shm)" -ge 3 ]; then
            where=/dev/shm
            memory=(-c max_wal_size=256MB)
        fi
        ;;
esac
folder=$(mktemp -d -p "$where")
as_postgres=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root.
    chown postgres "$folder"
    as_postgres=(runuser -u postgres --)
fi

"${as_postgres[@]}" "$bin/initdb" -D "$folder/data" -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null

# It takes TLS connections too, where a certificate can be made: the tests of backups verify it.
tls=()
if command -v openssl >/dev/null; then
    "${as_postgres[@]}" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$folder/server.key" -out "$folder/server.crt" 2>/dev/null
    tls=(-c ssl=on -c "ssl_cert_file=$folder/server.crt" -c "ssl_key_file=$folder/server.key")
    export CLOSEDDOOR_TEST_POSTGRES_CERTIFICATE=$folder/server.crt
fi

stop() {
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

start() {
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$folder/data" -w -t 180 -l "$folder/log" \
        -o "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=300 ${memory[*]:-} ${tls[*]:-} ${CLOSEDDOOR_TEST_POSTGRES_OPTIONS:-}" start >/dev/null 2>&1
}
# Below the ports that systems give out by themselves. Another server may have one: then the next.
port=$((20000 + $$ % 12000))
for _ in 1 2 3 4; do
    ! start "$port" || break
    port=$((20000 + (port + 2411) % 12000))
done
"${as_postgres[@]}" "$bin/pg_ctl" -D "$folder/data" status >/dev/null || {
    cat "$folder/log" >&2
    exit 1
}

export CLOSEDDOOR_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;SSL Mode=Disable"
"$@"
