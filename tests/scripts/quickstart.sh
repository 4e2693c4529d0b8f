#!/usr/bin/env bash
# The parts of launch/quickstart that can be tested without its minutes: texts out of packages, and which run comes next.
# What stands in single quotes is for pretended programs to expand.
# shellcheck disable=SC2016
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
repository=$(dirname -- "$(dirname -- "$here")")
# shellcheck disable=SC2034
launch="$repository/launch"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"
# shellcheck disable=SC2034
script_name="a test"
# shellcheck source=SCRIPTDIR/../../launch/lib/say.sh
source "$repository/launch/lib/say.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/corpus.sh
source "$repository/launch/lib/corpus.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/experiment.sh
source "$repository/launch/lib/experiment.sh"

files_below() {
    (cd "$1" && find . -type f | sort | tr '\n' ' ')
}

mkdir -p "$scratch/unpacked/usr/share/doc/p/sub" "$scratch/taken"
touch "$scratch/unpacked/usr/share/doc/p/"{a.txt,b.html,sub/c.txt} "$scratch/unpacked/usr/share/doc/p/with space.txt"
ln -s a.txt "$scratch/unpacked/usr/share/doc/p/other-name.txt"
run take_texts "$scratch/unpacked" "$scratch/taken" 'usr/share/doc/p/*.txt' 'usr/share/doc/none/*.txt'
check "Texts are what the patterns name, each once and not by its links" \
    test "$(files_below "$scratch/taken")" = "./usr/share/doc/p/a.txt ./usr/share/doc/p/with space.txt "

mkdir "$scratch/little"
printf 'a little text\n' >"$scratch/little/a.txt"
run require_enough_text "$scratch/little"
check "Too little text is a user fault" exit_code_is 2

duplicates=$(sources_of "$repository/launch/recipes/quickstart-sources.txt" | awk '{ print $1 }' | sort | uniq -d)
check "The source list names each package once" test -z "$duplicates"

# Run folders in the states in which an interruption leaves them.
runs="$scratch/runs"
run_folder() {
    mkdir -p "$runs/$1"
    printf '{"format":1,"event":"run-started"}\n' >"$runs/$1/journal.jsonl"
    if [[ $2 == finished ]]; then
        printf '{"format":1,"event":"run-finished"}\n' >>"$runs/$1/journal.jsonl"
    fi
}

mkdir -p "$runs"
check "The first run is number 1" test "$(experiment_number "$runs")" = 1
run_folder quickstart-1 cut-short
check "A trunk that was cut short is taken up again" test "$(experiment_number "$runs")" = 1
run_folder quickstart-1 finished
check "A trunk without its branch is taken up again" test "$(experiment_number "$runs")" = 1
run_folder quickstart-1-decay cut-short
check "A branch that was cut short is taken up again" test "$(experiment_number "$runs")" = 1
run_folder quickstart-1-decay finished
check "After a whole experiment the next one begins" test "$(experiment_number "$runs")" = 2
run_folder quickstart-2 cut-short
check "The newest experiment counts" test "$(experiment_number "$runs")" = 2

cat >"$runs/quickstart-1/metrics.jsonl" <<'METRICS'
{"step":480,"tokens":983040,"held_out_loss":9.5,"sequences":64,"attempt":1}
{"step":48,"tokens":98304,"held_out_loss":7.5,"sequences":64,"attempt":2}
{"step":480,"tokens":983040,"loss":4.25,"attempt":2}
{"step":480,"tokens":983040,"held_out_loss":4.125,"sequences":64,"attempt":2}
METRICS
check "The last attempt's held-out loss of a step counts" test "$(held_out_loss "$runs/quickstart-1" 480)" = 4.125

# The whole script in a clone where every program that costs minutes is a pretended one that writes down its calls.
clone="$scratch/clone"
pretended="$scratch/pretended"
calls="$scratch/calls"
export calls
mkdir -p "$clone/src" "$pretended"
cp -r "$launch" "$clone/launch"

pretend() {
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

pretend "$pretended/dpkg-query" 'printf installed'
pretend "$pretended/apt-get" 'echo "apt-get $*" >>"$calls"; shift 4; for package; do touch "${package}_1_all.deb"; done'
# Every package holds one page for each of its patterns, 1 MB long.
pretend "$pretended/dpkg-deb" 'package=$(basename "${2%%_*}")
    for pattern in $(grep "^$package " "'"$clone"'/launch/recipes/quickstart-sources.txt" | cut -d " " -f 2-); do
        page="$3/${pattern//\*/page}"; mkdir -p "$(dirname "$page")"; head -c 1000000 /dev/zero >"$page"
    done'
pretend "$pretended/dotnet" 'case $1 in
    --version) echo 10.0.100 ;;
    build) echo build >>"$calls"; mkdir -p artifacts/bin/MiniCpmDist.Cli/release; touch artifacts/bin/MiniCpmDist.Cli/release/minicpm.dll ;;
    esac'
pretend "$clone/launch/minicpm" 'if [[ ${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}} != 0 ]]; then exit 0; fi
    echo "minicpm $1 $2" >>"$calls"
    train_run() {
        mkdir -p "$1"
        if [[ -e $calls.interrupt ]]; then echo "minicpm: error: rank 0: interrupted" >&2; exit 1; fi
        echo "{\"step\":480,\"tokens\":1,\"held_out_loss\":$2}" >"$1/metrics.jsonl"
        echo "{\"event\":\"run-finished\"}" >"$1/journal.jsonl"
    }
    case "$1 $2" in
        "data collect" | "data build") while [[ $1 != --out ]]; do shift; done; mkdir -p "$2" ;;
        "tokenizer train") touch "$4" ;;
        "train "*) train_run "$4/$6" 4.75 ;;
        "resume "*) train_run "$2" 4.5 ;;
        "branch "*) mkdir -p "$(dirname "$2")/${!#}" ;;
        "generate "*) echo "The package manager is a program." ;;
    esac'

quickstart() (
    : >"$calls"
    cd /
    PATH="$pretended:$PATH" "$clone/launch/quickstart" </dev/null
)

calls_are() {
    [[ $(sed "s|$clone/||g" "$calls" | cut -d ' ' -f 1-3 | tr '\n' ';') == "$1" ]]
}

touch "$calls.interrupt"
run quickstart
check "An interrupted training is an interrupted quickstart" exit_code_is 1
check "The cause of a failed training is the last thing on the screen" stderr_ends_with "minicpm: error: rank 0: interrupted"
check "Size and free disk come first" test "$(head -n 1 "$scratch/stdout" | grep -c 'what it takes')" = 1
rm "$calls.interrupt"
run quickstart
check "Called again, it sets nothing up twice and resumes what was left" \
    calls_are "minicpm resume runs/quickstart-1;minicpm branch runs/quickstart-1;minicpm resume runs/quickstart-1-decay;minicpm plot runs/quickstart-1;minicpm generate runs/quickstart-1-decay;"
check "Both held-out losses stand side by side with their difference" \
    test "$(grep -cE 'constant learning rate +4.5000|decayed +4.5000|worth +0.0000' "$scratch/stdout")" = 3
run quickstart
check "After a whole experiment the next run is trained" grep -q '^minicpm train ' "$calls"
check "The next run has the next number" test -f "$clone/runs/quickstart-2-decay/journal.jsonl"
printf 'bash-doc usr/share/doc/bash/bashref.html\n' >"$clone/launch/recipes/quickstart-sources.txt"
run quickstart
check "Another source list makes another corpus, and refuses one that is too small" exit_code_is 2

finish
