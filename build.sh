#!/usr/bin/env bash
# Installs what a task needs and is missing, finds a PowerShell to run build.ps1 with, and runs the task.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1
# Build servers that stay behind would keep the caller's output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

lab_packages=(etcd-server etcd-client docker.io nginx-light haproxy keepalived iproute2 iptables busybox-static websocketd curl procps)
policy=/usr/sbin/policy-rc.d
kept=$policy.haweb-kept
policy_kept=

say() { printf '==> %s\n' "$*"; }
fail() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

usage() {
    cat >&2 <<'TEXT'
Usage: ./build.sh build|test|demo|lab|package|clean [options of build.ps1]
  build    build the module into output/HaWeb
  test     run every suite; the last line is 'N passed, N failed'
  demo     show the website example on a lab of machines on this one
  lab      bring the lab up and leave it; './build.sh lab -LabAction Down' takes it down
  package  build the module's archive
  clean    remove what was built, and what the lab left
test, demo and lab need root, and install Debian packages that are missing.
TEXT
    exit 64
}

restore_policy() {
    rm -f -- "$policy"
    if [[ -n $policy_kept ]]; then
        mv -f -- "$policy_kept" "$policy"
        policy_kept=
    fi
}

# Debian's packages start their services when installed; the lab starts its own, so nothing may start here.
forbid_service_starts() {
    if [[ -e $kept || -L $kept ]]; then
        # A run that was killed left it; what stands in its place is that run's.
        policy_kept=$kept
    elif [[ -e $policy || -L $policy ]]; then
        policy_kept=$kept
        mv -- "$policy" "$kept"
    fi
    trap restore_policy EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 -- "$policy"
}

allow_service_starts() {
    restore_policy
    trap - EXIT INT TERM
}

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

install_lab_packages() {
    command -v apt-get >/dev/null || fail "this needs apt-get. Elsewhere than on Debian, install ${lab_packages[*]} by hand and run build.ps1."
    local missing=() package
    for package in "${lab_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        return
    fi

    [[ $EUID -eq 0 ]] || fail "this needs root, to install ${missing[*]} and to make network namespaces. Run it as root."
    say "Install ${missing[*]}"
    forbid_service_starts
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300 update
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >/dev/null
    allow_service_starts
}

check_sdk() {
    command -v dotnet >/dev/null || fail "the .NET SDK is missing. Install the .NET 10 SDK and make sure that 'dotnet' is found."
    dotnet --list-sdks | grep '^10\.' >/dev/null || fail "the .NET 10 SDK is missing; 'dotnet --list-sdks' shows other versions only. Install it."
}

has_pwsh() {
    command -v pwsh >/dev/null &&
        [[ $(pwsh -NoProfile -NonInteractive -Command '$PSVersionTable.PSVersion -ge [version]"7.4"' 2>/dev/null) == True ]]
}

[[ $# -ge 1 ]] || usage
task=$1
shift
case $task in
    build | package | clean) ;;
    test | demo | lab) install_lab_packages ;;
    *) usage ;;
esac

check_sdk
if has_pwsh; then
    shell=$(command -v pwsh)
    say "Run build.ps1 with pwsh"
else
    say "Build the PowerShell host, since pwsh 7.4 or later is not installed"
    dotnet publish "$root/tools/PowerShellHost" -c Release -o "$root/output/PowerShellHost" -v quiet --nologo
    shell=$root/output/PowerShellHost/HaWeb.PowerShellHost
    say "Run build.ps1 with the PowerShell host"
fi

arguments=(-NoProfile -NonInteractive -File "$root/build.ps1" -Task "$task" "$@")
if [[ $task == clean ]]; then
    "$shell" "${arguments[@]}"
    rm -rf -- "$root/output"
else
    exec "$shell" "${arguments[@]}"
fi
