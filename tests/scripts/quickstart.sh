#!/usr/bin/env bash
# The parts of launch/quickstart that can be tested without its minutes: texts out of packages, and which run comes next.
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

finish
