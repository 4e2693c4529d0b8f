#!/usr/bin/env bash
# Open MPI 5's mpirun reads its settings under one prefix and the permission to run as root under another.
#
# Version     openmpi-bin 5.0.7-1 (PRRTE 3.0.8 inside), Debian 13, amd64
# Guess       mpirun of Open MPI 5 is PRRTE's prterun, and its refusal says so ("prterun has detected an attempt to run
#             as root"). So whatever is PRRTE's is set with PRTE_: PRTE_MCA_... for placement, PRTE_ALLOW_RUN_AS_ROOT for
#             root.
# Behaviour   Half of it. Placement is read from PRTE_MCA_rmaps_default_mapping_policy, and Open MPI 4's
#             OMPI_MCA_rmaps_base_oversubscribe is ignored. Root is allowed by Open MPI 4's OMPI_ALLOW_RUN_AS_ROOT, and
#             PRTE_ALLOW_RUN_AS_ROOT is ignored, unless the same program is called as prterun: then it is the other way
#             round. A job file that was moved to the new names by their prefix fails as root, and one that kept the old
#             names fails where ranks outnumber cores.
# Output seen mpirun, OMPI_ALLOW: started                   prterun, OMPI_ALLOW: refused
#             mpirun, PRTE_ALLOW: refused                   prterun, PRTE_ALLOW: started
#             more ranks than slots, PRTE_MCA: started      more ranks than slots, OMPI_MCA: refused
# Hurts       whoever starts ranks as root in a container with Open MPI 5. launch/lib/mpi.sh sets OMPI_ALLOW_RUN_AS_ROOT
#             and PRTE_MCA_...
#
# Needs root, debootstrap and a Debian mirror (MIRROR names another than Debian's). Ends with 1 if anything has changed.
set -euo pipefail
release=5.0.7-1
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

debootstrap --variant=minbase --include=openmpi-bin trixie "$folder/root" "${MIRROR:-http://deb.debian.org/debian}" \
    >"$folder/log" 2>&1 || { tail -n 5 "$folder/log"; exit 1; }
found=$(chroot "$folder/root" dpkg-query -W -f '${Version}' openmpi-bin)
printf 'openmpi-bin %s\n' "$found"

# attempt NAME=VALUE... -- PROGRAM RANKS: "started" or "refused"
attempt() {
    local -a variables=()
    while [[ $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    unshare --mount --pid --fork bash -c '
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        exec chroot "$0" "$@"' "$folder/root" env -i PATH=/usr/bin:/bin HOME=/root "${variables[@]}" \
        timeout 60 "$2" -n "$3" true >"$folder/out" 2>&1 && printf 'started\n' || printf 'refused\n'
}

status=0
expect() {
    local name=$1 expected=$2 got
    shift 2
    got=$(attempt "$@")
    printf '%-34s %s\n' "$name:" "$got"
    if [[ $got != "$expected" ]]; then
        printf '    expected %s; the end of what it said:\n' "$expected"
        tail -n 3 "$folder/out"
        status=1
    fi
}

ompi=(OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)
prte=(PRTE_ALLOW_RUN_AS_ROOT=1 PRTE_ALLOW_RUN_AS_ROOT_CONFIRM=1)
many=$(($(nproc --all) * 4))
expect "mpirun, OMPI_ALLOW" started "${ompi[@]}" -- mpirun 1
expect "mpirun, PRTE_ALLOW" refused "${prte[@]}" -- mpirun 1
expect "prterun, OMPI_ALLOW" refused "${ompi[@]}" -- prterun 1
expect "prterun, PRTE_ALLOW" started "${prte[@]}" -- prterun 1
expect "more ranks than slots, PRTE_MCA" started "${ompi[@]}" PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe \
    -- mpirun "$many"
expect "more ranks than slots, OMPI_MCA" refused "${ompi[@]}" OMPI_MCA_rmaps_base_oversubscribe=1 -- mpirun "$many"
if [[ $found != "$release" ]]; then
    printf 'another version than the %s that this was written for\n' "$release"
    status=1
fi
exit "$status"
