#!/usr/bin/env bash
# launch/mpirun with small programs as ranks.
# What stands in single quotes is for the ranks to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"

# The rank's number under Open MPI or MPICH.
rank='rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-}}'

is_hydra() {
    [[ $("$launch/mpirun" --version 2>&1) == *HYDRA* ]]
}

ranks_run() {
    run "$launch/mpirun" -n "$1" bash -c "$rank; $2"
}

ranks_run 4 'printf "%s\n" "$rank"'
check "More ranks than cores are started" exit_code_is 0
check "Every rank has its own number" test "$(sort "$scratch/stdout" | tr '\n' ' ')" = "0 1 2 3 "

ranks_run 3 'if [[ $rank == 1 ]]; then
        printf "minicpm: error: rank 1: no tokenizer at /there\n    data.train: build it first\n" >&2; exit 2
    fi; sleep 30; printf "minicpm: error: rank %s: lost a peer\n" "$rank" >&2; exit 1'
# Hydra answers with all ranks' codes or-ed together, and lets ranks that never started MPI go on.
if is_hydra; then
    check "A failing rank makes the launcher fail" exit_code_is 3
else
    check "A failing rank's exit code is the launcher's" exit_code_is 2
fi
check "The first cause of a failure is the last thing on the screen" \
    stderr_ends_with $'minicpm: error: rank 1: no tokenizer at /there\n    data.train: build it first'

ranks_run 2 'printf "a warning that came first\n" >&2; sleep 0.$rank
    printf "minicpm: error: rank %s: told\n" "$rank" >&2; exit 3'
check "An error that the tool reports outweighs noise before it" stderr_ends_with "minicpm: error: rank 0: told"

ranks_run 2 'if [[ $rank == 1 ]]; then kill -KILL $$; fi; sleep 30'
check "A killed rank ends the others" test "$status" -ne 0
check "A signal's exit code is 128 and its number" exit_code_is 137
check "A killed rank is named with its signal" test "$(tail -n 1 "$scratch/stderr" | grep -c 'signal 9')" = 1

ranks_run 1 'printf "warning: nothing to worry about\n" >&2'
check "Without a failure nothing is repeated" test "$(grep -c warning "$scratch/stderr")$status" = 10

run "$launch/mpirun" -n 1 bash -c 'printf "[%s]" "$@"' program "two words" '*' ''
check "Arguments pass through as they are" stdout_is '[two words][*][]'

run "$launch/mpirun" -n 1 cat <<<"a line"
check "Standard input reaches rank 0" stdout_is "a line"

MINICPM_TERMINAL=1 run "$launch/mpirun" -n 1 printenv MINICPM_TERMINAL
check "Ranks whose output goes to a file are told so" stdout_is 0

COLUMNS=77 run script -qec "'$launch/mpirun' -n 1 printenv MINICPM_TERMINAL COLUMNS" /dev/null
check "Ranks whose output a person watches are told so, with the width" \
    test "$(tr -d '\r' <"$scratch/stdout" | tr '\n' ' ')" = "1 77 "

OMPI_MCA_hwloc_base_binding_policy=core run "$launch/mpirun" -n 1 printenv OMPI_MCA_hwloc_base_binding_policy
if [[ $("$launch/mpirun" --version 2>&1) =~ (Open MPI|OpenRTE)")"\ 4 ]]; then
    check "What the user has set stays" stdout_is core
else
    printf 'skip What the user has set stays: the variable is that of Open MPI 4\n'
fi

MINICPM_MPIRUN="$scratch/none" run "$launch/mpirun"
check "A call without a program is a user fault" exit_code_is 2

# A zombie is as good as gone: in a container nobody may be there to bury it.
lives() {
    [[ -r /proc/$1/stat && $(awk '{ print $3 }' "/proc/$1/stat") != Z ]]
}

wait_for_files() {
    local i
    for ((i = 0; i < 100; i++)); do
        if [[ $(compgen -G "$1" | wc -l) == "$2" ]]; then
            return
        fi
        sleep 0.1
    done
    return 1
}

alive=0
"$launch/mpirun" -n 2 bash -c 'trap "exit 143" TERM; touch "$0.$$"; sleep 60 & wait' "$scratch/started" \
    >"$scratch/stdout" 2>"$scratch/stderr" &
launcher=$!
check "Ranks that wait for a signal are started" wait_for_files "$scratch/started.*" 2
kill -TERM "$launcher"
status=0
wait "$launcher" || status=$?
for started in "$scratch"/started.*; do
    if lives "${started##*.}"; then
        alive=$((alive + 1))
    fi
done
check "SIGTERM to the launcher ends the ranks before the launcher ends" test "$alive" = 0
check "A signal is named as the cause that it is" stderr_ends_with "launch/mpirun: exit code $status. Ended by SIGTERM."

# A program of the tool's name that saves when it is asked, and one that takes its time about it.
cat >"$scratch/minicpm" <<'END'
#!/usr/bin/env bash
if [[ $2 != early ]]; then
    trap 'if [[ $2 == slow ]]; then sleep 60 & wait; fi; exit 75' USR2
fi
trap '' TERM
touch "$(dirname "$0")/$2.$$"
while true; do sleep 0.1; done
END
chmod +x "$scratch/minicpm"

start_training() {
    "$launch/mpirun" -n 2 "$scratch/minicpm" train "$1" >"$scratch/stdout" 2>"$scratch/stderr" &
    launcher=$!
    wait_for_files "$scratch/$1.*" 2
}

start_training quick
kill -TERM "$launcher"
kill -TERM "$launcher"
status=0
wait "$launcher" || status=$?
check "SIGTERM to the launcher asks training to save, and two at once are one" exit_code_is 75
check "A run that was saved says how to go on" stderr_ends_with \
    "launch/mpirun: exit code 75. The run is not at its end, and what it has trained is saved; minicpm resume goes on."

start_training early
kill -TERM "$launcher"
status=0
wait "$launcher" || status=$?
check "SIGTERM before the ranks know what to do with it ends with 75 as well" exit_code_is 75
check "It says that nothing was to be saved" stderr_ends_with "launch/mpirun: exit code 75. Ended by SIGTERM before \
the ranks had begun; nothing was to be saved. Start them again to go on."

start_training slow
kill -TERM "$launcher"
sleep 2.5
kill -TERM "$launcher"
status=0
wait "$launcher" || status=$?
check "A later SIGTERM ends ranks that are still saving" \
    stderr_ends_with "launch/mpirun: exit code $status. Ended by SIGTERM."

# SIGINT is ignored in what a script puts into the background, and what is ignored cannot be trapped.
start_training_with_signals() {
    env --default-signal=INT,HUP "$launch/mpirun" -n 2 "$scratch/minicpm" train "$1" \
        >"$scratch/stdout" 2>"$scratch/stderr" &
    launcher=$!
    wait_for_files "$scratch/$1.*" 2
}

for signal in INT HUP; do
    rm -f "$scratch"/quick.*
    start_training_with_signals quick
    kill "-$signal" "$launcher"
    status=0
    wait "$launcher" || status=$?
    check "SIG$signal to the launcher asks training to save as well" exit_code_is 75
    check "It says which signal that was" stderr_has "launch/mpirun: SIG$signal: the ranks are to save a checkpoint"
done

rm -f "$scratch"/slow.*
start_training_with_signals slow
kill -INT "$launcher"
sleep 0.6
kill -INT "$launcher"
status=0
wait "$launcher" || status=$?
check "A second Ctrl-C ends ranks that are still saving" \
    stderr_ends_with "launch/mpirun: exit code $status. Ended by SIGINT."

rm -f "$scratch"/slow.*
MINICPM_CAUSE_FILE="$scratch/cause" start_training_with_signals slow
kill -INT "$launcher"
status=0
wait "$launcher" || status=$?
check "A supervisor that ends a world with SIGINT is not asked to wait for a save" \
    stderr_ends_with "launch/mpirun: exit code $status. Ended by SIGINT."

# What a killed world leaves in /tmp and in /dev/shm, both of them elsewhere here.
mkdir -p "$scratch/tmp" "$scratch/shm"
quiet_launcher() {
    TMPDIR="$scratch/tmp" MINICPM_SHARED_MEMORY="$scratch/shm" run "$launch/mpirun" -n 1 "$@"
}
worlds() {
    find "$scratch/tmp" "$scratch/shm" -maxdepth 1 -name 'minicpm-world.*' | sort
}

quiet_launcher true
check "A world that ends leaves no folders" test -z "$(worlds)"
TMPDIR="$scratch/tmp" MINICPM_SHARED_MEMORY="$scratch/shm" \
    "$launch/mpirun" -n 1 "$scratch/minicpm" train killed >"$scratch/stdout" 2>"$scratch/stderr" &
launcher=$!
wait_for_files "$scratch/killed.*" 1
killed=$(worlds)
check "A world has folders of its own" test "$(wc -l <<<"$killed")" = 2
kill -KILL "$launcher"
wait "$launcher" 2>/dev/null || true
for ((i = 0; i < 100; i++)); do
    lives "$(basename "$scratch"/killed.* | sed 's/killed[.]//')" || break
    sleep 0.1
done
check "A rank whose launcher is killed ends by itself" test "$i" -lt 100
# Others of that name: one that is locked, because its world lives, and one that has just been made.
mkdir "$scratch/tmp/minicpm-world.lives" "$scratch/tmp/minicpm-world.fresh" "$scratch/tmp/somebody-elses"
exec {held}>"$scratch/tmp/minicpm-world.lives/lock"
flock --shared "$held"
ln -s "$scratch/tmp/somebody-elses" "$scratch/tmp/minicpm-world.link"
touch -d '5 minutes ago' "$scratch/tmp/minicpm-world.lives" "$scratch/tmp/somebody-elses"
# mpirun takes its time to follow its ranks. It holds the folders until then, and removes something in them.
for ((i = 0; i < 50; i++)); do
    while IFS= read -r folder; do
        touch --no-create -d '5 minutes ago' "$folder"
    done <<<"$killed"
    quiet_launcher true
    left=$(worlds | grep -xF "$killed" || true)
    [[ -n $left ]] || break
    sleep 0.1
done
check "The next world removes the folders of the one that was killed" test -z "$left"
check "It leaves those alone that somebody holds, has just made, or that are links" \
    test -d "$scratch/tmp/minicpm-world.lives" -a -d "$scratch/tmp/minicpm-world.fresh" \
    -a -L "$scratch/tmp/minicpm-world.link" -a -d "$scratch/tmp/somebody-elses"

finish
