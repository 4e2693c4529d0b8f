#!/usr/bin/env bash
# launch/slurm.sbatch without Slurm: srun and scontrol are pretended, and tell what they were asked.
# What stands in single quotes is for pretended programs to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"

pretended="$scratch/pretended"
mkdir -p "$pretended" "$scratch/submitted" "$scratch/spool"

pretend() {
    printf '#!/bin/bash\n%s\n' "$2" >"$pretended/$1"
    chmod +x "$pretended/$1"
}

# A training that does what the file `ends` says: a number ends with that code, `waits` saves on SIGUSR2 and ends with
# 75.
pretend minicpm 'here=${0%/*}
printf "%s\n" "$*" >>"$here/minicpm.calls"
mkdir -p runs/first
printf "{\"event\":\"run-started\"}\n" >>runs/first/journal.jsonl
printf "%s %s\n" "${MINICPM_LAUNCH:-}" "${MINICPM_SBATCH:-}" >"$here/minicpm.variables"
ends=$(<"$here/ends")
if [[ $ends == waits ]]; then
    trap "sleep 0.3; exit 75" USR2
    touch "$here/started"
    for ((i = 0; i < 400; i++)); do sleep 0.05; done
fi
exit "$ends"'
pretend srun 'if [[ $1 == --mpi=list ]]; then cat "${0%/*}/mpi-types"; exit; fi
if [[ -f ${0%/*}/broken ]]; then exit 1; fi
if [[ -f ${0%/*}/starts-nothing && $* != *" true" ]]; then exit 0; fi
printf "%s\n" "$*" >>"${0%/*}/srun.calls"
while [[ $1 == -* ]]; do shift; done
exec "$@"'
pretend scontrol 'printf "%s\n" "$*" >>"${0%/*}/scontrol.calls"
if [[ $1 == show ]]; then echo "JobId=7 JobName=minicpm JobState=$(<"${0%/*}/state") Reason=None"; fi'

# Slurm runs a copy of the script from its spool folder, in the folder of the submission.
cp "$launch/slurm.sbatch" "$scratch/spool/slurm_script"
# Takes the place of the shell that calls it, so that signals reach the script.
batch() {
    cd "$scratch/submitted"
    export PATH="$pretended:$PATH" SLURM_JOB_ID=7 SLURM_NTASKS=2 SLURM_SUBMIT_DIR="$scratch/submitted"
    export MINICPM_LAUNCH_FOLDER="${launch_folder-$launch}"
    exec bash "$scratch/spool/slurm_script" "$@"
}

forget() {
    rm -f "$pretended"/*.calls "$pretended/started"
    printf '%s' "${1:-0}" >"$pretended/ends"
    printf 'MPI plugin types are...\n\tnone\n\t%s\n' "${2:-pmix}" >"$pretended/mpi-types"
    printf '%s' "${3:-RUNNING}" >"$pretended/state"
}

called() {
    cat "$pretended/$1.calls" 2>/dev/null || true
}

forget 0
run batch train recipe.yaml runs/first --max-time 1h
check "The first attempt trains" test "$(called minicpm)" = "train recipe.yaml --runs runs --name first --max-time 1h"
check "Ranks are started by srun over PMIx, and one that fails ends the others" \
    grep -q '^--mpi=pmix --kill-on-bad-exit=1 --cpu-bind=none .*minicpm train' "$pretended/srun.calls"
check "A run at its end is the end of the job" test "$status$(called scontrol)" = 0
check "Branches of the run are queued with the same script" \
    test "$(<"$pretended/minicpm.variables")" = "slurm $launch/slurm.sbatch"

mkdir -p "$scratch/submitted/runs/first"
touch "$scratch/submitted/runs/first/run.yaml"
forget 75
run batch train recipe.yaml runs/first/ --max-time 1h
check "The next attempt goes on with the run that is there" test "$(called minicpm)" = "resume runs/first --max-time 1h"
check "A run that is saved and not at its end puts the job back into the queue" \
    grep -qx 'requeue 7' "$pretended/scontrol.calls"
check "The batch script's exit code is the run's" exit_code_is 75

forget 2
run batch resume runs/first
check "A fault that the next attempt would meet again is the end of the job" test "$status$(called scontrol)" = 2

forget 75 pmix CANCELLED
run batch resume runs/first
check "A job that somebody has cancelled is not put back" test "$(grep -c requeue "$pretended/scontrol.calls")" = 0
check "It says how to go on with the run" grep -q 'sbatch .* resume runs/first' "$scratch/stdout"

forget 75
SLURM_RESTART_COUNT=3 MINICPM_MAX_RESTARTS=3 run batch resume runs/first
check "Somebody may say after how many restarts it is enough" test "$(called scontrol | grep -c requeue)" = 0

# Job 7 is an array and the last one of its tasks.
printf 'resume runs/other\nresume runs/first --max-time 1h\ntidy up\n' >"$scratch/submitted/branches"
forget 75
SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=2 run batch each branches
check "A task of an array does what the line of its number says" \
    test "$(called minicpm)" = "resume runs/first --max-time 1h"
check "The task goes back into the queue, and not the array" grep -qx 'requeue 7_2' "$pretended/scontrol.calls"
for task in 3 4; do
    forget
    SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$task run batch each branches
    check "A task without a run of its own says which line it looked at, and starts nothing" \
        test "$status$(grep -c "line $task of branches" "$scratch/stderr")$(called minicpm)" = 21
done
forget
run batch each branches
check "A job that is no array is told how to queue one" \
    test "$status$(grep -c 'sbatch --array=1-3 slurm.sbatch each branches' "$scratch/stderr")" = 21

wait_for() {
    local i
    for ((i = 0; i < 100; i++)); do
        [[ -e $1 ]] && return
        sleep 0.1
    done
    return 1
}

for signal in TERM USR2; do
    forget waits
    batch resume runs/first >"$scratch/stdout" 2>"$scratch/stderr" &
    job=$!
    check "Ranks train when SIG$signal comes" wait_for "$pretended/started"
    kill -s "$signal" "$job"
    status=0
    wait "$job" || status=$?
    check "SIG$signal to the batch script lets the ranks save, and their code is its own" exit_code_is 75
    check "After SIG$signal the job goes back into the queue" grep -qx 'requeue 7' "$pretended/scontrol.calls"
done

pretend mpirun 'if [[ $1 == --version ]]; then echo "mpirun (Open MPI) 4.1.4"; exit; fi
printf "%s\n" "$*" >>"${0%/*}/mpirun.calls"
shift 2
exec "$@"'
forget 0 pmi2
MINICPM_MPIRUN="$pretended/mpirun" run batch resume runs/first
check "Where srun speaks no PMIx, mpirun starts the ranks" \
    test "$(called mpirun)" = "-n 2 $pretended/minicpm resume runs/first"
check "Then srun starts nothing" test -z "$(called srun)"
forget 0 pmix
touch "$pretended/broken"
MINICPM_MPIRUN="$pretended/mpirun" run batch resume runs/first
rm "$pretended/broken"
check "A PMIx that is listed and starts nothing is not used" \
    test "$(called mpirun)" = "-n 2 $pretended/minicpm resume runs/first"

forget 0 pmix
touch "$pretended/starts-nothing"
pretend sleep 'printf "%s\n" "$*" >>"${0%/*}/sleep.calls"'
run batch resume runs/first
check "An srun that ends with 0 and has started nothing is a failure" \
    test "$status$(grep -c 'nothing was trained' "$scratch/stdout")" = 13
check "The ranks are started three times before that, each time after a longer pause" \
    test "$(called sleep | tr '\n' ' ')" = "5 15 "
pretend sleep 'rm "${0%/*}/starts-nothing"'
run batch resume runs/first
check "A node that refuses one step only does not end the job" \
    test "$status$(called minicpm)" = "0resume runs/first"
touch "$pretended/starts-nothing"
forget 0 pmix
pretend sleep 'rm -f "${0%/*}/starts-nothing"; kill -TERM "$PPID"'
run batch resume runs/first
check "A signal between two starts is not lost: nothing is started any more, and the job goes back into the queue" \
    test "$status$(called minicpm)$(called scontrol | grep -c requeue)" = 751
rm "$pretended/sleep"
touch "$pretended/starts-nothing"
printf '{"event":"run-finished"}\n' >>"$scratch/submitted/runs/first/journal.jsonl"
run batch resume runs/first
rm "$pretended/starts-nothing"
check "A run that is at its end already is no failure" exit_code_is 0

run batch train recipe.yaml
check "A call without a run folder is a user fault, told with an example" \
    test "$status$(grep -c 'for example: train' "$scratch/stderr")" = 21

rm "$pretended/minicpm"
launch_folder="" run batch resume runs/first
check "A script far from its folder says what to set" \
    test "$status$(grep -c MINICPM_LAUNCH_FOLDER "$scratch/stderr")" = 21

lines=$(grep -c '^#SBATCH' "$launch/slurm.sbatch")
explained=$(awk '/^#SBATCH/ { if (before ~ /^# / || before ~ /^#SBATCH/) n++ }
    { before = $0 }
    END { print n }' "$launch/slurm.sbatch")
check "Every option of sbatch is explained" test "$lines" = "$explained"

finish
