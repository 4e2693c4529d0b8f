# shellcheck shell=bash
# What one attempt of a run that a queue starts again and again has to do. Sourced; needs script.sh.

# attempt_arguments train CONFIG RUN [OPTION ...], or resume RUN [OPTION ...]: sets the array `attempt` to the arguments
# of minicpm, and run_folder. `train` becomes `resume` once the run is there. Decided here, before any rank is started:
# ranks that looked for themselves could see the folder that rank 0 has just made.
attempt_arguments() {
    local verb=${1:-} config
    case $verb in
        train)
            if (($# < 3)); then
                fail "expected train CONFIG RUN-FOLDER, found: $*" \
                    "for example: train launch/recipes/nano.yaml runs/first"
            fi
            config=$2
            run_folder=${3%/}
            shift 3
            ;;
        resume)
            if (($# < 2)); then
                fail "expected resume RUN-FOLDER, found: $*" "for example: resume runs/first"
            fi
            run_folder=${2%/}
            shift 2
            ;;
        *) fail "expected train CONFIG RUN-FOLDER or resume RUN-FOLDER, found: $*" ;;
    esac
    if [[ $verb == train && ! -f $run_folder/run.yaml ]]; then
        attempt=(train "$config" --runs "$(dirname -- "$run_folder")" --name "$(basename -- "$run_folder")" "$@")
    else
        attempt=(resume "$run_folder" "$@")
    fi
}

# array_arguments each FILE: the arguments of this task of a job array, from the line of its number. Words of a line are
# separated by blanks; nothing in it is expanded.
array_arguments() {
    local file=${2:-} number=${SLURM_ARRAY_TASK_ID:-} line=""
    local -a words
    if (($# != 2)) || [[ ! -f $file ]]; then
        fail "expected each FILE with a line for each task, found: $*" "for example: each branches"
    fi
    if [[ ! $number =~ ^[0-9]+$ ]]; then
        fail "expected a task of a job array for each $file, found a job" \
            "for example: sbatch --array=1-$(awk 'END { print NR }' "$file") slurm.sbatch each $file"
    fi
    line=$(sed -n "${number}p" "$file")
    read -r -a words <<<"$line"
    if [[ ! ${words[0]:-} =~ ^(train|resume)$ ]]; then
        fail "expected train or resume in line $number of $file, found: ${line:-nothing}" \
            "it has $(awk 'END { print NR }' "$file") lines; tasks count from 1, such as --array=1-3"
    fi
    attempt_arguments "${words[@]}"
}
