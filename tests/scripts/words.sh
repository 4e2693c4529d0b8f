#!/usr/bin/env bash
# No script ends with an exit code other than 0 and without words. Each is run as often as there are commands that it
# calls, and each time another one of them fails and says nothing.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"
# shellcheck source=SCRIPTDIR/../lib/entry-scripts.sh
source "$here/../lib/entry-scripts.sh"
# shellcheck source=SCRIPTDIR/../lib/pretended-clone.sh
source "$here/../lib/pretended-clone.sh"

# Tests say "not ok" themselves, and run scripts that are walked here; .ci/run is tests/run; the bridge's own script is
# run by CMake.
walked_scripts() {
    entry_scripts | grep -vE '^(tests/scripts|tests/lib|src|\.ci)/'
}

# The arguments with which a script does its work, or as much of it as there is without ranks.
arguments_of() {
    case $1 in
        launch/minicpm) printf '%s\n' --version ;;
        launch/mpirun) printf '%s\n' -n 2 minicpm train x.yaml ;;
        launch/install) printf '%s\n' "$scratch/prefix" ;;
        launch/mpijob | launch/slurm.sbatch) printf '%s\n' train x.yaml runs/x ;;
        launch/containers/steps) printf '%s\n' run-packages ;;
        k8s/*/refresh) printf '%s\n' "$scratch/refreshed" ;;
        tests/run) printf '%s\n' Core ;;
        tests/fresh) printf '%s\n' --release bookworm true ;;
        tests/with-mpi) printf '%s\n' openmpi ;;
        tests/chaos | tests/objects | tests/bench/* | tests/golden/grafana/make_schema | launch/examples/align | \
            launch/examples/upcycle | launch/examples/long-context | launch/examples/wind-tunnel)
            printf '%s\n' --no-such-option
            ;;
    esac
}

cp -r "$repository"/{tests,.ci,k8s,telemetry} "$clone/"
mkdir -p "$clone/src/native" "$scratch/refreshed" "$scratch/bin"
touch "$scratch/hosts"
printf 'here slots=2\n' >"$scratch/hosts"
pretend "$pretended/mpirun" 'if [[ $1 == --version ]]; then echo "mpirun (Open MPI) 4.1.4"; fi'
for program in ssh cmake debootstrap unshare chroot npm; do
    pretend "$pretended/$program" ':'
done
pretend "$pretended/getent" 'echo 127.0.0.1 here'
pretend "$pretended/srun" 'if [[ $1 == --mpi=list ]]; then echo pmix; else exit 75; fi'
pretend "$pretended/scontrol" 'echo JobState=RUNNING'

# Programs that scripts find in PATH. Python they call by its path, and it has words of its own.
programs=(apt-cache apt-config apt-get awk basename cat chmod chown chroot cmake cmp cp cut date debootstrap df diff
    dirname dotnet dpkg-deb dpkg-query du env find flock getent git grep head id ln ls mkdir mktemp mount mv npm
    objdump readlink realpath rm scontrol sed setpriv shellcheck skopeo sleep sort srun ssh stat stty tail tee timeout
    touch tr uname unshare useradd wc)

# A program that notes that it was called, and then is what it was.
for program in "${programs[@]}"; do
    real=$(PATH="$pretended:$PATH" type -P "$program") || continue
    printf '#!/bin/bash\necho %s >>"$walk/called"\nexec "%s" "$@"\n' "$program" "$real" >"$scratch/bin/$program"
    chmod +x "$scratch/bin/$program"
done
walk="$scratch/walk"
export walk
mkdir -p "$walk/broken"

# start SCRIPT: from the beginning, as in a new clone, and with another root for what it would do to the machine.
start() {
    local -a arguments
    mapfile -t arguments < <(arguments_of "$1")
    rm -rf "$clone/artifacts" "$clone/.cache" "$clone/runs" "$scratch/prefix"
    : >"$calls"
    (cd "$clone" && env PATH="$walk/broken:$scratch/bin:$PATH" MINICPM_MPIRUN="$scratch/bin/mpirun" \
        MINICPM_HOSTFILE="$scratch/hosts" MINICPM_WAIT_SECONDS=0 MINICPM_APT_PATIENCE=0 SLURM_JOB_ID=1 \
        MINICPM_PROGRAM="$clone/launch/minicpm" MINICPM_ROOT="$scratch/root" \
        /usr/bin/timeout 60 "./$1" "${arguments[@]}" </dev/null)
}

# Walks one script; says which broken commands it swallowed without a word.
never_ends_without_words() {
    local script=$1 program silent=''
    local -a called
    : >"$walk/called"
    run start "$script"
    mapfile -t called < <(sort -u "$walk/called")
    for program in "${called[@]}"; do
        printf '#!/bin/bash\nexit 1\n' >"$walk/broken/$program"
        chmod +x "$walk/broken/$program"
        run start "$script"
        rm "$walk/broken/$program"
        # 124 is timeout's: a script that waits for ever says nothing either.
        if ((status == 124)) || { ((status != 0)) && ! has_words "$script"; }; then
            silent+=" $program"
        fi
    done
    printf '%s\n' "$silent" >"$scratch/stderr"
    [[ -z $silent ]]
}

# A line that begins with a script's name, or bash's own with a line's number: progress is no such line. In Slurm's log
# and in what tests and a container's health print, the words may stand on stdout.
has_words() {
    local words='^(launch|tests|k8s)/[^ :]+: .|^slurm.sbatch: .|: line [0-9]+: .'
    grep -qE "$words" "$scratch/stderr" ||
        case $1 in
            launch/slurm.sbatch) grep -qE "$words" "$scratch/stdout" ;;
            launch/containers/health) [[ -s $scratch/stdout ]] ;;
            tests/run) tail -n 1 "$scratch/stdout" | grep -qE '^[0-9]+ passed, [0-9]+ failed$' ;;
            *) false ;;
        esac
}

for script in $(walked_scripts); do
    check "$script never ends without words" never_ends_without_words "$script"
done

# A number other than 0 stands in an `exit` only where a sentence stands in the two lines before.
wordless_exits() {
    entry_scripts | (cd "$repository" && xargs awk '
        FNR == 1 { before = "" }
        /^ *exit [1-9]/ && before !~ /printf|say |>&2/ { print FILENAME ":" FNR ": " $0 }
        { before = last $0; last = $0 }')
}
check "An exit code that is written out comes after a sentence" test -z "$(wordless_exits | tee "$scratch/stderr")"

# What every script begins with is what makes it speak.
without_the_trap() {
    entry_scripts | (cd "$repository" && xargs grep -L 'lib/script\.sh"$') | grep -vE '^(\.ci/run|src/.*)$' || true
}
check "Every script begins with launch/lib/script.sh" test -z "$(without_the_trap | tee "$scratch/stderr")"

finish
