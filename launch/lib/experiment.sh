# shellcheck shell=bash
# The quickstart's experiment: one trunk, one decay branch, the same number of tokens. Sourced; needs script.sh,
# $sources, and functions minicpm and headline.

ranks=2
branch_step=400
decay_steps=80
last_step=480
first_words="The package manager"

# True where the journal says that the run came to its end. An interrupted run has no such line, or one before an
# attempt that was cut short later; the last event decides.
is_finished() {
    [[ -f $1/journal.jsonl ]] && tail -n 1 "$1/journal.jsonl" | grep -q '"event": *"run-finished"'
}

# The largest number of an experiment in a folder of runs, 0 where there is none.
newest_experiment() {
    local runs=$1 newest=0 folder number
    for folder in "$runs"/quickstart-*; do
        number=${folder##*/quickstart-}
        if [[ $number =~ ^[0-9]+$ ]] && ((number > newest)); then
            newest=$number
        fi
    done
    printf '%d\n' "$newest"
}

# An experiment ends with both of its runs.
is_whole_experiment() {
    is_finished "$1/quickstart-$2" && is_finished "$1/quickstart-$2-decay"
}

# close_experiments RUNS FILE: writes down the number with which the next experiment begins at least. Those before it
# are of other data, and what is unfinished among them stays so.
close_experiments() {
    local runs=$1 file=$2 newest
    newest=$(newest_experiment "$runs")
    if ((newest > 0)) && ! is_whole_experiment "$runs" "$newest"; then
        say "$runs/quickstart-$newest is unfinished and of other tokens:" \
            "it stays as it is, and the next run begins anew."
    fi
    printf '%d\n' $((newest + 1)) >"$file"
}

# experiment_number RUNS FIRST: the newest number whose trunk or branch is unfinished, or the next free one;
# FIRST at least.
experiment_number() {
    local runs=$1 first=$2 number
    number=$(newest_experiment "$runs")
    if ((number < first)); then
        number=$first
    elif is_whole_experiment "$runs" "$number"; then
        number=$((number + 1))
    fi
    printf '%d\n' "$number"
}

# In the background, because bash acts on a signal only after a foreground program has ended: whoever ends the
# quickstart would leave the training behind. The launcher hands the signal on to the ranks.
on_ranks() {
    local launcher status
    "$launch/mpirun" -n "$ranks" "$launch/minicpm" "$@" <&0 &
    launcher=$!
    # shellcheck disable=SC2064
    trap "kill -TERM $launcher 2>/dev/null || true" INT TERM HUP
    while true; do
        status=0
        wait "$launcher" || status=$?
        kill -0 "$launcher" 2>/dev/null || break
    done
    trap - INT TERM HUP
    # The launcher has said what happened.
    ((status == 0)) || exit "$status"
}

train_trunk() {
    local recipe=$1 runs=$2 name=$3
    if is_finished "$runs/$name"; then
        say "$name is trained already."
    elif [[ -d $runs/$name ]]; then
        say "Resuming $name where it was interrupted."
        on_ranks resume "$runs/$name"
    else
        # The next experiment is another one, not the same again.
        on_ranks train "$recipe" --runs "$runs" --name "$name" --seed "${name##*-}"
    fi
}

train_branch() {
    local runs=$1 trunk=$2 name=$3
    if [[ ! -d $runs/$name ]]; then
        minicpm branch "$runs/$trunk" --at "step:$branch_step" --decay "$decay_steps steps" --name "$name"
    fi
    if ! is_finished "$runs/$name"; then
        on_ranks resume "$runs/$name"
    fi
}

# A run may also end before its end without a failure: somebody told it to stop.
require_finished() {
    if ! is_finished "$1"; then
        say "$1 was stopped before its end. Call launch/quickstart again to go on from its newest checkpoint."
        exit 0
    fi
}

# held_out_loss RUN STEP SOURCE: what a run measured of a source at a step; the last line of a step counts.
held_out_loss() {
    awk -v step="$2" -v source="$3" '
        /"held_out_loss"/ && $0 ~ "\"step\": *" step "[,}]" && match($0, "\"" source "\": *[{][^}]*") {
            loss = substr($0, RSTART, RLENGTH)
            sub(/.*"loss": */, "", loss)
            sub(/[,}].*/, "", loss)
        }
        END { print loss }' "$1/metrics.jsonl"
}

# A row of the table: its name, then a figure for each source.
row() {
    printf '    %-34s' "$1"
    shift
    printf ' %9s' "$@"
    printf '\n'
}

# Four digits of a figure, or of what the second takes off it; a dash where one was not measured.
figure() {
    awk -v a="$1" -v b="${2-0}" 'BEGIN { if (a == "" || b == "") print "-"; else printf "%.4f\n", a - b }'
}

# The row of a run's losses at a step.
loss_row() {
    local name=$1 run=$2 step=$3 source
    local -a losses=()
    for source in "${sources[@]}"; do
        losses+=("$(figure "$(held_out_loss "$run" "$step" "$source")")")
    done
    row "$name" "${losses[@]}"
}

# The row of what one run has over another at a step.
gain_row() {
    local name=$1 worse=$2 better=$3 step=$4 source
    local -a gains=()
    for source in "${sources[@]}"; do
        gains+=("$(figure "$(held_out_loss "$worse" "$step" "$source")" \
            "$(held_out_loss "$better" "$step" "$source")")")
    done
    row "$name" "${gains[@]}"
}

show_losses() {
    local trunk=$1 branch=$2
    headline "Held-out loss by source, in nats a token; both ways from the checkpoint at step $branch_step"
    row "" "${sources[@]}"
    loss_row "step $branch_step, before the decay" "$trunk" "$branch_step"
    loss_row "step $last_step, constant learning rate" "$trunk" "$last_step"
    loss_row "step $last_step, decayed" "$branch" "$last_step"
    gain_row "the decay is worth" "$trunk" "$branch" "$last_step"
    say "    The stable phase reads only docs; the decay mixes in code."
}

show_next_commands() {
    local trunk=$1 branch=$2 early again
    early="launch/minicpm branch $trunk --at step:240 --decay \"80 steps\" --name early-decay"
    again="launch/mpirun -n 4 minicpm train launch/recipes/quickstart.yaml --seed ${trunk##*-} --name four-ranks"
    headline "Next"
    say "    launch/minicpm generate $branch --prompt \"To install a package\"     # more of its prose"
    say "    $early && launch/mpirun -n 2 minicpm resume runs/early-decay"
    say "    $again    # the same losses to the last bit"
    say "    launch/quickstart                                  # the next run"
}

run_experiment() {
    local recipe=$1 runs=$2 first=$3 number trunk branch
    number=$(experiment_number "$runs" "$(cat "$first" 2>/dev/null || printf 1)")
    trunk=quickstart-$number
    branch=$trunk-decay
    headline "Trunk $trunk: warmup and constant learning rate, $ranks ranks"
    train_trunk "$recipe" "$runs" "$trunk"
    require_finished "$runs/$trunk"
    headline "Branch $branch: decay from step $branch_step"
    train_branch "$runs" "$trunk" "$branch"
    require_finished "$runs/$branch"
    headline "Loss curves"
    minicpm plot "$runs/$trunk" "$runs/$branch" --out "$runs/$branch/loss.svg"
    headline "What the model writes"
    minicpm generate "$runs/$branch" --prompt "$first_words"
    show_losses "$runs/$trunk" "$runs/$branch"
    say "    picture                  $runs/$branch/loss.svg"
    show_next_commands "runs/$trunk" "runs/$branch"
}
