# Shared by the commands in this folder: what they install, and a database to throw away.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The settings of whoever calls are for another database than ours, and for another build.
unset DATABASE_URL DATABASE_URL_FILE DATABASE_OWNER_URL DATABASE_OWNER_URL_FILE
export SQLX_OFFLINE=true
scratch='' answers='' running='' apt_is_fresh=''

fail() {
    echo "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root, and there is no sudo. As root, run: $*"
    fi
}

# install "apt packages" "brew packages"
install() {
    if command -v apt-get >/dev/null; then
        [ -n "$apt_is_fresh" ] || as_root apt-get update -q
        apt_is_fresh=yes
        # shellcheck disable=SC2086
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $1
    elif command -v brew >/dev/null; then
        # shellcheck disable=SC2086
        brew install $2
    else
        fail "Please install: $1"
    fi
}

need_rust() {
    [ ! -f "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
    command -v cargo >/dev/null || fail "Please install Rust first: https://rustup.rs"
    if ! command -v cc >/dev/null; then
        command -v apt-get >/dev/null || fail "Please install a C compiler: xcode-select --install"
        install "gcc libc6-dev" ""
    fi
}

# Prints the folder of PostgreSQL's programs, version 15 or newer.
postgres_programs() {
    local folder version
    { command -v pg_config >/dev/null && pg_config --bindir
      ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
          /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin \
          /home/linuxbrew/.linuxbrew/opt/postgresql@*/bin 2>/dev/null | sort -Vr || true
    } | while read -r folder; do
        [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] || continue
        version=$("$folder/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "$version" -lt 15 ] || { echo "$folder"; break; }
    done || true
}

need_postgres() {
    [ -n "$(postgres_programs)" ] || install postgresql postgresql@17
    [ -n "$(postgres_programs)" ] || fail "Waymark needs PostgreSQL 15 or newer, and this system's own is older.
The packages that PostgreSQL itself offers for it are newer: add those first."
}

need_node() {
    { command -v node && command -v npm; } >/dev/null || install "nodejs npm" node
}

# What the tests need of Python, or another folder with a requirements.txt, inside that folder.
need_python() {
    local needs=${1:-tests/mail}/requirements.txt folder=${1:-tests/mail}/.venv
    ! cmp -s "$needs" "$folder/installed" || return 0
    python3 -c 'import ensurepip, venv' 2>/dev/null || install "python3 python3-venv" python3
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q --disable-pip-version-check -r "$needs"
    cp "$needs" "$folder/installed"
}

# For the certificate of a server that the tests fetch from.
need_openssl() {
    command -v openssl >/dev/null || install openssl openssl
}

need_chromium() {
    local program
    for program in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$program" >/dev/null; then
            CHROME_PATH=${CHROME_PATH:-$(command -v "$program")}
            export CHROME_PATH
            return 0
        fi
    done
    [ ! -d "/Applications/Google Chrome.app" ] || return 0
    install "chromium fonts-liberation" "--cask google-chrome"
}

# PostgreSQL does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd "$scratch" && setpriv --reuid=postgres --regid=postgres --clear-groups "$@")
    else
        "$@"
    fi
}

# Starts a database that loses everything on exit, and whose socket in $scratch only we can reach.
start_scratch_cluster() {
    programs=$(postgres_programs)
    scratch=$(mktemp -d /tmp/waymark-test.XXXXXX)
    [ "$(id -u)" != 0 ] || chown postgres "$scratch"
    as_postgres "$programs/initdb" -D "$scratch/data" -U postgres --auth=trust \
        --encoding=UTF8 --locale=C --no-sync >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
    cat >>"$scratch/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$scratch'
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
END
    as_postgres "$programs/pg_ctl" -D "$scratch/data" -l "$scratch/data/log" -w -s start ||
        fail "$(cat "$scratch/data/log")"
    scratch_psql postgres postgres \
        -c "create role waymark_server login" \
        -c "create role waymark_owner login createdb in role waymark_server" \
        -c "create database waymark owner waymark_owner"
}

# The same with its tables. Sets DATABASE_URL to its owner's, as the tests and the query macros
# want it. Whatever database is made there has the tables too, so that no test waits for them.
start_scratch_database() {
    start_scratch_cluster
    scratch_psql postgres template1 \
        -c "drop database waymark" \
        -c "alter database template1 owner to waymark_owner" \
        -c "set role waymark_owner" \
        -c "create table _sqlx_migrations (version bigint primary key, description text not null,
            installed_on timestamptz not null default now(), success boolean not null,
            checksum bytea not null, execution_time bigint not null)"
    # Not by Waymark itself, which does not build while .sqlx is behind the queries.
    local migration name sum
    for migration in migrations/*.sql; do
        name=$(basename "$migration" .sql)
        sum=$(sha384sum <"$migration")
        scratch_psql waymark_owner template1 -1 -f "$migration" \
            -c "insert into _sqlx_migrations values (${name%%_*}, replace('${name#*_}', '_', ' '), now(), true,
                decode('${sum%% *}', 'hex'), 0)"
    done
    scratch_psql postgres postgres -c "create database waymark owner waymark_owner"
    export DATABASE_URL="postgres://waymark_owner@localhost/waymark?host=$scratch"
}

scratch_psql() {
    local role=$1 database=$2
    shift 2
    PGOPTIONS="-c client_min_messages=warning" \
        "$programs/psql" -qX -h "$scratch" -U "$role" -v ON_ERROR_STOP=1 "$@" "$database"
}

stop_scratch_database() {
    as_postgres "$programs/pg_ctl" -D "$scratch/data" -m immediate -s stop || true
    rm -rf "$scratch"
}

# Whatever happens, nothing stays behind.
tidy_up() {
    local status=$?
    rm -rf "$answers"
    [ -z "$scratch" ] || stop_scratch_database
    [ "$status" = 0 ] || [ -z "$running" ] || echo "== $running: FAILED" >&2
    exit "$status"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
