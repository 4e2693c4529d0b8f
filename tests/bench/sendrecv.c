/* What tests/bench/collectives holds MPI.NET to: the same messages from C, called by the same processes. */
#include <mpi.h>

double sendrecv_seconds(const void *send, void *receive, int bytes, int peer, int rounds) {
    const double begin = MPI_Wtime();
    for (int i = 0; i < rounds; i++) {
        MPI_Status status;
        if (MPI_Sendrecv(send, bytes, MPI_BYTE, peer, 0, receive, bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD, &status))
            return -1;
    }
    return (MPI_Wtime() - begin) / rounds;
}
