#!/usr/bin/env bash
# Asks systemd what it makes of the units in CommandLines.cases and Lives.cases, and writes its answers beside them. Run as root, where systemd, cc and jq are.
# systemd's user manager runs them: the same code as the system's, in namespaces of its own, so that nothing of this machine is touched.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
units=/run/units

# The units of a file of cases, one folder each: its text, and the text of its EnvironmentFile where it has one.
split() {
    awk -v folder="$2" '
        /^#/ && !name { next }
        /^=== / { name = $2; kind = "unit"; system("mkdir -p " folder "/" name); next }
        /^--- file$/ { kind = "file"; next }
        { print > (folder "/" name "/" kind) }' "$1"
}

names() { sed -n 's/^=== \([^ ]*\).*/\1/p' "$1"; }
to_be_stopped() { sed -n 's/^=== \([^ ]*\) then stopped.*/\1/p' "$1"; }

start_manager() {
    mount -t tmpfs tmpfs /run
    mkdir -p /run/systemd/system /run/user/0 /run/out /run/env "$units"
    chmod 700 /run/user/0
    cp "$1/print" /run/print
    echo host1.example.org >/proc/sys/kernel/hostname
    echo 0123456789abcdef0123456789abcdef >/run/machine-id
    echo fedcba98-7654-3210-fedc-ba9876543210 >/run/boot-id
    mount --bind /run/machine-id /etc/machine-id
    mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
    if [[ -d /sys/fs/cgroup/systemd ]]; then
        # Its own control groups alone, where the hierarchy of systemd is a mount of its own.
        umount /sys/fs/cgroup/systemd
        mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
    fi

    local target
    for target in basic shutdown; do
        printf '[Unit]\nDescription=%s\n' "$target" >"$units/$target.target"
    done

    # Command lines: the unit as it is written in the table, and beside it what the recording needs.
    split "$here/CommandLines.cases" /run/lines
    local name
    for name in $(names "$here/CommandLines.cases"); do
        cp "/run/lines/$name/unit" "$units/$name@.service"
        mkdir "$units/$name@.service.d"
        printf '[Service]\nType=oneshot\nStandardOutput=append:/run/out/%%p\n' >"$units/$name@.service.d/record.conf"
        if [[ -e /run/lines/$name/file ]]; then
            cp "/run/lines/$name/file" "/run/env/$name"
        fi
    done

    # Lives: what a command does is written in braces.
    split "$here/Lives.cases" /run/lives
    for name in $(names "$here/Lives.cases"); do
        {
            echo '[Service]'
            sed -E \
                -e 's/\{exits ([0-9]+)\}/\/bin\/sh -c "exit \1"/' \
                -e 's/\{dies ([A-Z0-9]+)\}/\/bin\/sh -c "kill -s \1 $$$$"/' \
                -e 's/\{runs\}/\/bin\/sleep infinity/' "/run/lives/$name/unit"
            # Long enough that what waits for it can be seen.
            echo 'RestartSec=1h'
        } >"$units/$name.service"
    done

    env -i PATH=/usr/bin:/bin SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/none XDG_RUNTIME_DIR=/run/user/0 HOME=/root SHELL=/bin/sh SYSTEMD_UNIT_PATH="$units" \
        /lib/systemd/systemd --user --unit=basic.target --log-target=console --log-level=info >"$1/log" 2>&1 &
    local try
    for try in {1..100}; do
        systemctl --user is-active --quiet basic.target 2>/dev/null && return
        sleep 0.1
    done
    cat "$1/log" >&2
    exit 1
}

wait_until_settled() {
    local try
    for try in {1..600}; do
        [[ $(systemctl --user list-jobs --no-legend --plain | wc -l) == 0 ]] &&
            ! systemctl --user list-units --all --no-legend --plain '*.service' | awk '$3 == "deactivating" || ($3 == "activating" && $4 != "auto-restart")' | grep -q . &&
            return
        sleep 0.1
    done
    echo "These never came to rest:" >&2
    systemctl --user list-units --all --no-legend --plain '*.service' >&2
    exit 1
}

record() {
    export XDG_RUNTIME_DIR=/run/user/0
    start_manager "$1"
    local name
    for name in $(names "$here/CommandLines.cases"); do
        systemctl --user start --no-block "$name@a\\x2db-c.service" 2>/dev/null || true
    done
    for name in $(names "$here/Lives.cases"); do
        systemctl --user start --no-block "$name.service"
    done
    # A process that ends at once is noticed a moment after its job has ended.
    sleep 3
    wait_until_settled
    for name in $(to_be_stopped "$here/Lives.cases"); do
        systemctl --user stop --no-block "$name.service"
    done
    sleep 1
    wait_until_settled

    for name in $(names "$here/CommandLines.cases"); do
        touch "/run/out/$name"
        jq -n -c --arg name "$name" --arg load "$(systemctl --user show -P LoadState "$name@a\\x2db-c.service")" --slurpfile runs "/run/out/$name" \
            '{name: $name, load: $load, runs: $runs}'
    done >"$1/lines"
    jq -s --indent 1 --arg systemd "$(systemctl --version | head -n 1)" --arg kernel "$(uname -r)" --arg architecture "$2" \
        '{systemd: $systemd, kernel: $kernel, architecture: $architecture, cases: .}' "$1/lines" >"$here/CommandLines.recorded.json"

    for name in $(names "$here/Lives.cases"); do
        systemctl --user show -p ActiveState -p SubState -p Result "$name.service" |
            jq -R -s -c --arg name "$name" 'split("\n") | map(select(. != "") | split("=") | {key: (.[0] | ascii_downcase), value: .[1]}) | from_entries | {name: $name} + .'
    done >"$1/lives"
    jq -s --indent 1 --arg systemd "$(systemctl --version | head -n 1)" '{systemd: $systemd, cases: .}' "$1/lives" >"$here/Lives.recorded.json"
    cp "$1/log" "${HAWEB_RECORD_LOG:-/dev/null}"
}

if [[ ${1:-} == inside ]]; then
    record "$2" "$3"
    exit
fi

work=$(mktemp -d)
group=/sys/fs/cgroup/systemd/haweb-record
trap 'rm -rf -- "$work"; rmdir "$group" 2>/dev/null || true' EXIT
cc -o "$work/print" "$here/print.c"
architecture=$(uname -m | tr _ -)
launch=(unshare --mount --uts --pid --cgroup --fork --mount-proc --kill-child "${BASH_SOURCE[0]}" inside "$work" "$architecture")
if [[ -d ${group%/*} ]]; then
    mkdir -p "$group"
    # In the group before its namespace is made; the namespace sees that group as the root.
    (echo "$BASHPID" >"$group/cgroup.procs" && exec "${launch[@]}")
else
    "${launch[@]}"
fi
find "$group" -mindepth 1 -type d -delete 2>/dev/null || true
