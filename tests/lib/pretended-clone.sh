# shellcheck shell=bash
# A clone in which every program that costs minutes is a pretended one that writes down its calls: apt, dotnet, the
# tool. Sourced after check.sh; needs its $scratch and $launch. What stands in single quotes is for them to expand.
# shellcheck disable=SC2016

clone="$scratch/clone"
# Goes in front of PATH.
pretended="$scratch/pretended"
calls="$scratch/calls"
export calls
mkdir -p "$clone/src" "$pretended"
cp -r "$launch" "$clone/launch"

# What a pretended program needs it finds where it always is, whatever a test does to PATH.
pretend() {
    printf '#!/bin/bash\nPATH=/usr/bin:/bin:/usr/sbin:/sbin\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

pretend "$pretended/dpkg-query" 'printf installed'
# Debian 12's lists: of two alternatives they have the first.
pretend "$pretended/apt-cache" 'shift 2; for package; do
        case $package in *-17 | *3.13*) ;; *) echo "Package: $package" ;; esac
    done'
pretend "$pretended/apt-get" 'echo "apt-get $*" >>"$calls"; shift 4; for package; do touch "${package}_1_all.deb"; done'
# Every package holds one page for each of its patterns, 1 MB long.
pretend "$pretended/dpkg-deb" 'package=$(basename "${2%%_*}")
    for pattern in $(grep -hE "^$package[ |]" "'"$clone"'/launch/recipes/quickstart-"*.txt | cut -d " " -f 2-); do
        page="$3/${pattern//\*/page}"; mkdir -p "$(dirname "$page")"; head -c 1000000 /dev/zero >"$page"
    done'
pretend "$pretended/dotnet" 'case $1 in
    --version) echo 10.0.100 ;;
    build)
        echo build >>"$calls"
        mkdir -p artifacts/bin/MiniCpmDist.Cli/release
        touch artifacts/bin/MiniCpmDist.Cli/release/minicpm.dll
        ;;
    esac'
pretend "$clone/launch/minicpm" 'if [[ ${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}} != 0 ]]; then exit 0; fi
    echo "minicpm $*" >>"$calls"
    train_run() {
        mkdir -p "$1"
        if [[ -e $calls.interrupt ]]; then echo "minicpm: error: rank 0: interrupted" >&2; exit 1; fi
        for step in 400 480; do
            echo "{\"step\":$step,\"held_out_loss\":$2,\"sources\":{\"docs\":{\"loss\":$2},\"code\":{\"loss\":6$2}}}"
        done >"$1/metrics.jsonl"
        echo "{\"event\":\"run-finished\"}" >"$1/journal.jsonl"
    }
    case "$1 $2" in
        "data collect" | "data build") while [[ $1 != --out ]]; do shift; done; mkdir "$2" ;;
        "tokenizer train") touch "$4" ;;
        "train "*) train_run "$4/$6" 4.75 ;;
        "resume "*) train_run "$2" 4.5 ;;
        "branch "*) mkdir -p "$(dirname "$2")/${!#}" ;;
        "generate "*) echo "The package manager is a program." ;;
    esac'
