# shellcheck shell=bash
# The quickstart's experiment: one trunk, one decay branch, the same tokens. Sourced; needs say.sh, $launch, and a function
# minicpm and headline.

ranks=2
branch_step=400
decay_steps=80
last_step=480
first_words="The package manager"

# True where the journal says that the run came to its end. An interrupted run has no such line, or one before an attempt
# that was cut short later; the last event decides.
is_finished() {
    [[ -f $1/journal.jsonl ]] && tail -n 1 "$1/journal.jsonl" | grep -q '"event": *"run-finished"'
}

# The newest number whose trunk or branch is unfinished, or the next free one.
experiment_number() {
    local runs=$1 number=1
    while [[ -d $runs/quickstart-$((number + 1)) ]]; do
        number=$((number + 1))
    done
    if is_finished "$runs/quickstart-$number" && is_finished "$runs/quickstart-$number-decay"; then
        number=$((number + 1))
    fi
    printf '%d\n' "$number"
}

# In the background, because bash acts on a signal only after a foreground program has ended: whoever ends the quickstart
# would leave the training behind. The launcher hands the signal on to the ranks.
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
    return "$status"
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

# The held-out loss that a run measured at a step; the last line of a step counts.
held_out_loss() {
    awk -v step="$2" '/"held_out_loss"/ && match($0, "\"step\": *" step "[,}]") {
        sub(/.*"held_out_loss": */, ""); sub(/[,}].*/, ""); loss = $0 } END { print loss }' "$1/metrics.jsonl"
}

show_losses() {
    local trunk=$1 branch=$2 constant decayed
    constant=$(held_out_loss "$trunk" "$last_step")
    decayed=$(held_out_loss "$branch" "$last_step")
    headline "Held-out loss after $last_step steps, both from the same checkpoint at step $branch_step"
    awk -v constant="$constant" -v decayed="$decayed" 'BEGIN {
        printf "    constant learning rate   %.4f\n", constant
        printf "    decayed                  %.4f\n", decayed
        printf "    the decay is worth       %.4f nats a token\n", constant - decayed }'
}

show_next_commands() {
    local trunk=$1 branch=$2
    headline "Next"
    say "    launch/minicpm generate $branch --prompt \"To install a package\"     # more of its prose"
    say "    launch/minicpm branch $trunk --at step:240 --decay \"80 steps\" --name early-decay && launch/mpirun -n 2 minicpm resume runs/early-decay"
    say "    launch/mpirun -n 4 minicpm train launch/recipes/quickstart.yaml --seed ${trunk##*-} --name four-ranks    # the same losses to the last bit"
    say "    launch/quickstart                                  # the next run"
}

run_experiment() {
    local recipe=$1 runs=$2 number trunk branch
    number=$(experiment_number "$runs")
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
