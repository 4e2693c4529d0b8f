#!/usr/bin/env bash
# The parts of launch/quickstart that can be tested without its minutes: texts out of packages, and which run comes
# next. What stands in single quotes is for pretended programs to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"
# shellcheck disable=SC2034
script_name="a test"
# shellcheck source=SCRIPTDIR/../../launch/lib/corpus.sh
source "$repository/launch/lib/corpus.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/data.sh
source "$repository/launch/lib/data.sh"
# shellcheck source=SCRIPTDIR/../../launch/lib/experiment.sh
source "$repository/launch/lib/experiment.sh"
# shellcheck disable=SC2034
recipe="$launch/recipes/quickstart.yaml"

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
run require_enough_text "$scratch/little" 10000000
check "Too little text is a user fault" exit_code_is 2

for source in "${sources[@]}"; do
    duplicates=$(sources_of "$(source_list "$source")" | awk '{ print $1 }' | sort | uniq -d)
    check "The list of $source names each package once" test -z "$duplicates"
    check "The recipe knows $source, where its tokens will lie" \
        grep -q "^ *$source: { path: .cache/quickstart/$source, stable: [0-9.]*, decay: [0-9.]* }" "$recipe"
    check "What $source costs and must give at least is known" \
        test -n "$(fact "$source" costs)" -a "$(fact "$source" least)" -gt 0
done
check "The recipe says how long a sequence is" test "$(sequence_length)" -gt 0

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
check "The first run is number 1" test "$(experiment_number "$runs" 1)" = 1
run_folder quickstart-1 cut-short
check "A trunk that was cut short is taken up again" test "$(experiment_number "$runs" 1)" = 1
run_folder quickstart-1 finished
check "A trunk without its branch is taken up again" test "$(experiment_number "$runs" 1)" = 1
run_folder quickstart-1-decay cut-short
check "A branch that was cut short is taken up again" test "$(experiment_number "$runs" 1)" = 1
run_folder quickstart-1-decay finished
check "After a whole experiment the next one begins" test "$(experiment_number "$runs" 1)" = 2
run_folder quickstart-2 cut-short
check "The newest experiment counts" test "$(experiment_number "$runs" 1)" = 2

check "Runs of earlier tokens are not gone on with" test "$(experiment_number "$runs" 3)" = 3
run close_experiments "$runs" "$scratch/first"
check "Other tokens close the experiments that there are" test "$(<"$scratch/first")" = 3
check "An unfinished experiment that other tokens close is told of" \
    grep -q 'quickstart-2 is unfinished' "$scratch/stdout"
mkdir "$scratch/no-runs"
run close_experiments "$scratch/no-runs" "$scratch/first"
check "Without runs the first is number 1 and nothing is told" test "$(<"$scratch/first")$(<"$scratch/stdout")" = 1

cat >"$runs/quickstart-1/metrics.jsonl" <<METRICS
{"step":480,"tokens":983040,"held_out_loss":9.5,"sequences":64,"attempt":1,\
"sources":{"docs":{"loss":9.25,"tokens":16384}}}
{"step":48,"tokens":98304,"held_out_loss":7.5,"sources":{"docs":{"loss":7.5,"bits_per_byte":3.5,"tokens":16384}}}
{"step":480,"tokens":983040,"loss":4.25,"data_seconds":0.0001,"sources":{"docs":{"loss":4.25,"tokens":2048}}}
{"step":480,"tokens":983040,"held_out_loss":4.5,\
"sources":{"docs":{"bits_per_byte":1.75,"loss":4.125,"tokens":16384},"code":{"loss":5.0625,"tokens":16384}}}
METRICS
check "The last attempt's held-out loss of a step counts" test "$(held_out_loss "$runs/quickstart-1" 480 docs)" = 4.125
check "Each source has a held-out loss of its own" test "$(held_out_loss "$runs/quickstart-1" 480 code)" = 5.0625
check "A source that was not measured has none" test -z "$(held_out_loss "$runs/quickstart-1" 48 code)"
check "A figure that is missing is a dash and no number" test "$(figure "")$(figure 1 "")$(figure 1)" = "--1.0000"

# From here on the whole script.
# shellcheck source=SCRIPTDIR/../lib/pretended-clone.sh
source "$here/../lib/pretended-clone.sh"

quickstart() (
    : >"$calls"
    cd /
    PATH="$pretended:$PATH" "$clone/launch/quickstart" </dev/null
)

calls_are() {
    [[ $(sed "s|$clone/||g" "$calls" | cut -d ' ' -f 1-3 | tr '\n' ';') == "$1" ]]
}

# The calls that make data, as they were typed but for the clone's path.
data_calls() {
    sed "s|$clone/.cache/quickstart/||g" "$calls" | grep -E '^minicpm (data|tokenizer)' || true
}

all_data_calls='minicpm data collect --out corpus/docs.new documents
minicpm data collect --code --out corpus/code.new documents
minicpm tokenizer train --out tokenizer.new.model --pieces 4096 corpus/docs corpus/code
minicpm data build --name docs --sequence-length 256 --held-out 0.05 --tokenizer tokenizer.model --out docs corpus/docs
minicpm data build --name code --sequence-length 256 --held-out 0.05 --tokenizer tokenizer.model --out code corpus/code'

touch "$calls.interrupt"
run quickstart
check "An interrupted training is an interrupted quickstart" exit_code_is 1
check "The cause of a failed training is the last thing on the screen" \
    stderr_ends_with "minicpm: error: rank 0: interrupted"
check "Size and free disk come first" test "$(head -n 1 "$scratch/stdout" | grep -c 'what it takes')" = 1
check "What each source costs is said before it is fetched" \
    test "$(grep -cE '^    corpus of (docs|code) .* MB to download' "$scratch/stdout")" = 2
check "Two sources share one tokenizer and become tokens of their own" test "$(data_calls)" = "$all_data_calls"
rm "$calls.interrupt"
run quickstart
resumed="minicpm resume runs/quickstart-1;minicpm branch runs/quickstart-1;minicpm resume runs/quickstart-1-decay;"
resumed+="minicpm plot runs/quickstart-1;minicpm generate runs/quickstart-1-decay;"
check "Called again, it sets nothing up twice and resumes what was left" calls_are "$resumed"
check "What is there is not announced again" test "$(grep -cE '^    (corpus|tokens) ' "$scratch/stdout")" = 0
run quickstart
check "After a whole experiment the next run is trained" grep -q '^minicpm train ' "$calls"
check "The next run has the next number" test -f "$clone/runs/quickstart-2-decay/journal.jsonl"
rows=' docs +code$|step 400, .* 4.7500 +64.7500|constant .* 4.7500 +64.7500|decayed +4.5000 +64.5000'
rows+='|worth +0.2500 +0.2500'
check "The losses of each source stand side by side, before the decay and after, with their difference" \
    test "$(grep -cE "$rows" "$scratch/stdout")" = 5

touch "$calls.interrupt"
run quickstart
rm "$calls.interrupt"
printf '# another list\n' >>"$clone/launch/recipes/quickstart-code.txt"
run quickstart
check "Another list makes its corpus, the tokenizer and all tokens anew, and leaves the other corpus" \
    test "$(data_calls)" = "$(sed 1d <<<"$all_data_calls")"
check "A run that other tokens have cut off is left, and the next one begins" \
    test ! -e "$clone/runs/quickstart-3/journal.jsonl" -a -f "$clone/runs/quickstart-4-decay/journal.jsonl"

sed -i 's/^  sequence_length: 256$/  sequence_length: 128/' "$clone/launch/recipes/quickstart.yaml"
run quickstart
check "Another sequence length packs the tokens anew and nothing else" \
    test "$(data_calls)" = "$(tail -n 2 <<<"${all_data_calls//256/128}")"
cp "$launch/recipes/quickstart.yaml" "$clone/launch/recipes/quickstart.yaml"

# What a quickstart of one source left: its tokens are of a format that is not read any more.
work="$clone/.cache/quickstart"
rm -rf "$work"
mkdir -p "$work/corpus" "$work/data"
touch "$work/sources.txt" "$work/tokenizer.model" "$work/corpus/c4-00000.json.gz" "$work/data/train.tokens"
run quickstart
check "What an older quickstart left is made anew" test "$(data_calls)" = "$all_data_calls"
check "What an older quickstart left is gone, and told of" \
    test "$(cd "$work" && printf '%s ' *)$(grep -c 'older launch/quickstart' "$scratch/stdout")" = \
    "code corpus docs first-experiment lock sequence-length tokenizer.model 1"
check "Of an older corpus nothing is learned" test ! -e "$work/corpus/c4-00000.json.gz"

printf 'bash-doc usr/share/doc/bash/bashref.html\n' >"$clone/launch/recipes/quickstart-docs.txt"
run quickstart
check "A list that gives too little text is refused" exit_code_is 2
check "What was made of another list is gone even then" test ! -e "$work/docs" -a ! -e "$work/tokenizer.model"

finish
