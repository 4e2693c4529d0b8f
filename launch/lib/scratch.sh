# shellcheck shell=bash
# Folders for what a world leaves in /tmp and in /dev/shm, and what becomes of them. Sourced; needs script.sh.
#
# MPI removes its files when it ends, not when it is killed. So that these can be told from everybody else's, a world
# has folders of its own, whose lock this script, mpirun and what they start hold: the kernel lets go of it when the
# last of them is gone, however it went, and the next world on this host, of the same user, removes the folders.

# Removes folders of worlds that are gone. A new one has no lock yet, so the first minute of a folder is left alone.
sweep() {
    local folder
    while IFS= read -r folder; do
        # Links, and folders that somebody else has made with our name, are left alone: find has looked.
        flock --nonblock --conflict-exit-code 0 "$folder/lock" rm -rf -- "$folder" 2>/dev/null || true
    done < <(find "$1" -maxdepth 1 -type d -name 'minicpm-world.*' -user "$(id -u)" -mmin +1 2>/dev/null)
}

# Makes folders in which everything that is started from now on holds a lock. Sets $scratch, and $shared_scratch where
# ranks can talk through /dev/shm.
make_scratch() {
    local base=${TMPDIR:-/tmp} shared=${MINICPM_SHARED_MEMORY:-/dev/shm}
    sweep "$base"
    scratch=$(mktemp -d -- "$base/minicpm-world.XXXXXX") ||
        fail "expected a folder for temporary files, found that $base takes none"
    exec {scratch_lock}>"$scratch/lock"
    flock --shared "$scratch_lock"
    shared_scratch=
    if [[ $shared != "$base" && -d $shared && -w $shared ]]; then
        sweep "$shared"
        if shared_scratch=$(mktemp -d -- "$shared/minicpm-world.XXXXXX"); then
            exec {shared_lock}>"$shared_scratch/lock"
            flock --shared "$shared_lock"
        fi
    fi
}

remove_scratch() {
    rm -rf -- "$scratch"
    if [[ -n $shared_scratch ]]; then
        rm -rf -- "$shared_scratch"
    fi
}
