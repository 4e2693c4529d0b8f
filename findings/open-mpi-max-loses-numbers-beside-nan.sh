#!/usr/bin/env bash
# An MPI_MAX over ranks of which one has NaN loses numbers: the largest of 1, 2, NaN and 4 is 2.
#
# Version     Open MPI 4.1.4-3 (openmpi-bin, libopenmpi-dev) of Debian 12, amd64
# Guess       One of two: the largest value is NaN as soon as one is, or NaN is passed over and it is the largest
#             number. In any case it does not depend on which rank has the NaN, and MPI_Reduce says what MPI_Allreduce
#             says.
# Behaviour   Two values are compared, and where the comparison is false the other one is taken, NaN or not. So NaN wins
#             or loses with the order in which pairs meet: by rank, by number of ranks, by operation, and, in messages
#             of several elements, by the place of the element in its message. In between, a NaN that beats 4 is beaten
#             by 2. MPI_MIN is alike. MPICH 4.0.2 gives other results again. The standard leaves NaN open.
# Output seen NaN at rank 0: MPI_Allreduce nan, MPI_Reduce 3
#             NaN at rank 1: MPI_Allreduce 4, MPI_Reduce 3
#             NaN at rank 2: MPI_Allreduce 2, MPI_Reduce nan
#             NaN at rank 3: MPI_Allreduce 3, MPI_Reduce 3
# Hurts       norms for clipping, losses and scales that are taken as the maximum over ranks, and whoever looks for NaN
#             that way. A flag of its own (isnan, MPI_LOR) beside the maximum is the remedy. src/MiniCpmDist.Engine
#             gathers values and folds them itself.
#
# Needs gcc, openmpi-bin and libopenmpi-dev. Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"
cat >max.c <<'PROGRAM'
#include <math.h>
#include <mpi.h>
#include <stdio.h>

// Rank r has r + 1, except for one that has NaN.
int main(int count, char **arguments)
{
    int rank, ranks;
    MPI_Init(&count, &arguments);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (int without = 0; without < ranks; without++)
    {
        double value = rank == without ? NAN : rank + 1, everywhere, at_root = 0;
        MPI_Allreduce(&value, &everywhere, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
        MPI_Reduce(&value, &at_root, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
        if (rank == 0)
            printf("NaN at rank %d: MPI_Allreduce %g, MPI_Reduce %g\n", without, everywhere, at_root);
    }
    MPI_Finalize();
    return 0;
}
PROGRAM
mpicc.openmpi -O0 max.c -o max
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
timeout 60 mpirun.openmpi --oversubscribe -n 4 ./max >found || { cat found; exit 1; }
expect_found <<'SEEN'
NaN at rank 0: MPI_Allreduce nan, MPI_Reduce 3
NaN at rank 1: MPI_Allreduce 4, MPI_Reduce 3
NaN at rank 2: MPI_Allreduce 2, MPI_Reduce nan
NaN at rank 3: MPI_Allreduce 3, MPI_Reduce 3
SEEN
