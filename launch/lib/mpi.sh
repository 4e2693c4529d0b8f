# shellcheck shell=bash
# What differs between MPI implementations and between machines and containers. Sourced; needs script.sh.
#
# Everything is said through environment variables, never by options put in front of the user's: an option that the user
# gives wins over all of them, and a variable that the user has already set stays.

default_environment() {
    local name value
    for assignment in "$@"; do
        name=${assignment%%=*}
        value=${assignment#*=}
        if [[ -z ${!name+set} ]]; then
            export "$name=$value"
        fi
    done
}

# MPI's own mpirun: not this folder's, should that stand first in PATH.
find_mpirun() {
    local candidate
    if [[ -n ${MINICPM_MPIRUN:-} ]]; then
        printf '%s\n' "$MINICPM_MPIRUN"
        return
    fi
    while IFS= read -r candidate; do
        if [[ $(readlink -f -- "$candidate") != "$launch/mpirun" ]]; then
            printf '%s\n' "$candidate"
            return
        fi
    done < <(type -ap mpirun mpiexec || true)
    return 1
}

# openmpi, prrte (Open MPI 5), mpich or other
mpi_kind() {
    case $("$1" --version 2>&1 || true) in
        *'Open MPI) 5'* | *'Open MPI) 6'* | *PRRTE*) printf 'prrte\n' ;;
        *'Open MPI'* | *OpenRTE*) printf 'openmpi\n' ;;
        *HYDRA* | *MPICH*) printf 'mpich\n' ;;
        *) printf 'other\n' ;;
    esac
}

# Ranks go to this machine only: no host list among the options, no resource manager around.
is_single_host() {
    local argument
    if [[ -n ${SLURM_JOB_ID:-}${PBS_NODEFILE:-}${LSB_JOBID:-}${PE_HOSTFILE:-} ]]; then
        return 1
    fi
    for argument in "$@"; do
        case $argument in
            --host | -host | -H | --hostfile | -hostfile | --machinefile | -machinefile | -f | --app | -hosts)
                return 1
                ;;
        esac
    done
}

# Ranks talk through shared memory in /dev/shm, which is 64 MB or nothing at all in many containers. 4 MB a rank are
# Open MPI's own; the rest is room for its mailboxes and for what else lives there.
shared_memory_is_small() {
    local available
    [[ -d /dev/shm && -w /dev/shm ]] || return 0
    available=$(df --output=avail -BM "${MINICPM_SHARED_MEMORY:-/dev/shm}" | tail -n 1 | tr -dc '0-9')
    ((available < 64))
}

# Where ranks of this host have the memory that they talk through: in a folder of this world (scratch.sh).
shared_folder() {
    if [[ -z $shared_scratch ]] || shared_memory_is_small; then
        printf '%s\n' "$scratch"
    else
        printf '%s\n' "$shared_scratch"
    fi
}

# Ranks copy large messages straight out of one another's memory, which the kernel allows to whom it allows ptrace.
# Containers often take that right away, and Open MPI only notices in the middle of a message. In doubt the answer is
# no: the price is one copy more.
may_read_other_ranks() {
    local capabilities seccomp scope
    capabilities=$(awk '/^CapEff:/ { print $2 }' /proc/self/status)
    seccomp=$(awk '/^Seccomp:/ { print $2 }' /proc/self/status)
    scope=$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || printf '0')
    # CAP_SYS_PTRACE is bit 19.
    if ((0x${capabilities:-0} >> 19 & 1)); then
        return 0
    fi
    [[ ${seccomp:-0} == 0 && $scope == 0 ]]
}

configure_openmpi() {
    default_environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    # How many threads run where is the program's own business: a rank bound to one core would starve the others.
    default_environment OMPI_MCA_hwloc_base_binding_policy=none
    # Open MPI 4 writes what it knows of the machine into a hole of its own address space, for ranks to share, and now
    # and then the hole is none: a segmentation fault in hwloc_shmem_topology_write.
    # Ranks that find out by themselves cost nothing.
    default_environment OMPI_MCA_rtc_hwloc_vmhole=none
    if is_single_host "$@"; then
        # Open MPI counts cores and refuses more ranks than those; on two hyper-threads of one core that is one rank.
        # Where ranks outnumber cores it now yields while it waits; where they do not this changes nothing.
        default_environment OMPI_MCA_rmaps_base_oversubscribe=1
        # Otherwise it tries the libraries of networks that one machine does not need, one of which waits for 0.2 s.
        default_environment OMPI_MCA_pml=ob1
        # Slim images have no ssh, and Open MPI refuses to start without it even when it never needs it.
        if ! command -v ssh >/dev/null && ! command -v rsh >/dev/null; then
            default_environment OMPI_MCA_plm=isolated
        fi
        # Other hosts have no such folders.
        default_environment "OMPI_MCA_orte_tmpdir_base=$scratch" \
            "OMPI_MCA_btl_vader_backing_directory=$(shared_folder)"
    elif shared_memory_is_small; then
        default_environment "OMPI_MCA_btl_vader_backing_directory=${TMPDIR:-/tmp}"
    fi
    if ! may_read_other_ranks; then
        default_environment OMPI_MCA_btl_vader_single_copy_mechanism=none
    fi
}

configure_prrte() {
    # The names of Open MPI 4: PRRTE has others of its own and does not look at them when it is called as mpirun.
    default_environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        PRTE_MCA_hwloc_default_binding_policy=none
    if is_single_host "$@"; then
        default_environment PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
        # As above: one machine needs no network, and Open MPI 5 warns of one that it cannot use.
        default_environment OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,sm
        default_environment "PRTE_MCA_prte_tmpdir_base=$scratch" "OMPI_MCA_btl_sm_backing_directory=$(shared_folder)"
    elif shared_memory_is_small; then
        default_environment "OMPI_MCA_btl_sm_backing_directory=${TMPDIR:-/tmp}"
    fi
    if ! may_read_other_ranks; then
        default_environment OMPI_MCA_smsc=^cma,xpmem
    fi
}

configure_mpich() {
    default_environment HYDRA_BINDING=none
    if shared_memory_is_small; then
        default_environment MPIR_CVAR_NOLOCAL=1
    fi
}

configure_mpi() {
    local kind=$1
    shift
    case $kind in
        openmpi) configure_openmpi "$@" ;;
        prrte) configure_prrte "$@" ;;
        mpich) configure_mpich ;;
    esac
}
