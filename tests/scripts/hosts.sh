#!/usr/bin/env bash
# Ranks on several hosts: mpirun with a host file, and launch/mpijob in the pods of a Kubernetes MPIJob. The hosts are
# pretended: what stands in for ssh runs here what it is to run there. What stands in single quotes is for pretended
# programs and ranks to expand.
# shellcheck disable=SC2016
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../launch/lib/script.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../../launch/lib/script.sh"
here="$repository/tests/scripts"
# shellcheck source=SCRIPTDIR/../lib/check.sh
source "$here/../lib/check.sh"

# Without a space: Open MPI splits the names of its agents at spaces.
pretended=$(mktemp -d)
trap 'rm -rf "$(dirname -- "$scratch")" "$pretended"' EXIT

pretend() {
    printf '#!/bin/bash\n%s\n' "$2" >"$pretended/$1"
    chmod +x "$pretended/$1"
}

# ssh [OPTION [VALUE]] HOST COMMAND...; a host answers from its third call on if its name says so. Daemons that start at
# once would race to make one folder for temporary files: a host has its own.
pretend ssh 'here=${0%/*}
while [[ $1 == -* ]]; do if [[ $1 == -o ]]; then shift; fi; shift; done
host=$1; shift
printf "%s\n" "$host" >>"$here/ssh.calls"
if [[ $host == late* ]] && (($(grep -c "^$host\$" "$here/ssh.calls") < 3)); then exit 255; fi
if [[ $host == dead* ]]; then exit 255; fi
export PRETENDED_HOST=$host TMPDIR=$here/$host
mkdir -p "$TMPDIR"
exec sh -c "$*"'
pretend getent 'printf "127.0.0.1 %s\n" "$2"'
pretend sleep 'exec /bin/sleep 0.05'
pretend minicpm 'if [[ ${OMPI_COMM_WORLD_RANK:-0} == 0 ]]; then
    printf "%s\n" "$* size ${OMPI_COMM_WORLD_SIZE:-1} launch ${MINICPM_LAUNCH:-none}"
fi'

calls_to() {
    grep -c "^$1" "$pretended/ssh.calls" || true
}

printf 'localhost slots=2\n' >"$scratch/localhost"
is_open_mpi_4() {
    [[ $("$launch/mpirun" --version 2>&1) =~ (Open MPI|OpenRTE)")"\ 4 ]]
}

if ! is_open_mpi_4; then
    printf 'skip Ranks on several hosts: the pretended ssh is that of Open MPI 4\n'
    printf 'ok Nothing was to be tested here\n'
    exit 0
fi

cd "$scratch"
for mpirun in "$launch/mpirun" mpirun; do
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_plm_rsh_agent="$pretended/ssh" \
        run timeout 60 "$mpirun" --hostfile "$scratch/localhost" -n 2 printenv OMPI_COMM_WORLD_RANK
    check "A host file with this host is taken by ${mpirun##"$repository"/}" \
        test "$status $(sort "$scratch/stdout" | tr '\n' ' ')" = "0 0 1 "
done

# Two hosts that are this one: each has a daemon of its own, reached over what stands in for ssh.
printf '# made by hand\n127.0.0.2 slots=1\n127.0.0.3 slots=1\n' >"$scratch/two-hosts"
rm -f "$pretended/ssh.calls"
OMPI_MCA_plm_rsh_agent="$pretended/ssh" OMPI_MCA_orte_keep_fqdn_hostnames=1 \
    run timeout 60 "$launch/mpirun" --hostfile "$scratch/two-hosts" -n 2 \
        bash -c 'echo "$OMPI_COMM_WORLD_RANK on ${PRETENDED_HOST:-here}"'
check "Each host of a host file gets its ranks, reached over ssh" \
    test "$status $(sort "$scratch/stdout" | tr '\n' ' ')$(calls_to 127.0.0)" = "0 0 on 127.0.0.2 1 on 127.0.0.3 2"

# What the MPI operator writes, except that these names are this host's.
mkdir -p "$scratch/data/runs"
pod() {
    PATH="$pretended:$PATH" MINICPM_HOSTFILE="$scratch/${hostfile:-two-hosts}" MINICPM_PROGRAM="$pretended/minicpm" \
        OMPI_MCA_plm_rsh_agent="$pretended/ssh" OMPI_MCA_orte_keep_fqdn_hostnames=1 \
        MINICPM_WAIT_SECONDS="${patience:-30}" \
        run timeout 60 "$launch/mpijob" "$@"
}

export MINICPM_LAUNCH=kubernetes MINICPM_IMAGE=minicpm:cpu
pod train "$scratch/run.yaml" "$scratch/data/runs/trunk"
check "The launcher of an MPIJob trains a run that is not there yet, on all slots" \
    stdout_is "train $scratch/run.yaml --runs $scratch/data/runs --name trunk size 2 launch kubernetes"
mkdir "$scratch/data/runs/trunk"
touch "$scratch/data/runs/trunk/run.yaml"
MINICPM_RANKS=1 pod train "$scratch/run.yaml" "$scratch/data/runs/trunk"
check "Started again it goes on with it; ranks get what the pod was told, though sshd starts them" \
    stdout_is "resume $scratch/data/runs/trunk size 1 launch kubernetes"
unset MINICPM_LAUNCH MINICPM_IMAGE

printf 'late-1 slots=1\nlate-2 slots=1\n' >"$scratch/late"
rm -f "$pretended/ssh.calls"
pretend mpirun 'if [[ $1 == --version ]]; then echo "mpirun (Open MPI) 5.0.3"; exit; fi
printf "%s\n" "$*"; env | grep ^PRTE_MCA_ | sort'
hostfile=late MINICPM_MPIRUN="$pretended/mpirun" pod resume "$scratch/data/runs/trunk"
check "Workers that answer late are waited for" test "$status $(calls_to late-1) $(calls_to late-2)" = "0 3 3"
check "Open MPI 5 is told the hosts in words of its own" \
    grep -qx "PRTE_MCA_prte_default_hostfile=$scratch/late" "$scratch/stdout"
check "mpirun is told the host file by an option, which both know" \
    grep -q "^--hostfile $scratch/late -n 2 $pretended/minicpm resume" "$scratch/stdout"

printf 'dead-1 slots=1\n' >"$scratch/dead"
hostfile=dead patience=1 pod resume "$scratch/data/runs/trunk"
check "A worker that never answers ends the waiting, by name" \
    test "$status$(grep -c 'worker dead-1 did not answer' "$scratch/stderr")" = 11

MINICPM_RANKS=3 pod resume "$scratch/data/runs/trunk"
check "More ranks than slots are a user fault" exit_code_is 2
hostfile=none pod resume "$scratch/data/runs/trunk"
check "A missing host file is a user fault that says who writes it" \
    test "$status$(grep -c 'MPI operator' "$scratch/stderr")" = 21

finish
