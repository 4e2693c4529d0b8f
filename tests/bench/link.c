/* What two ranks need to exchange so many bytes, and to add what came: mpirun -n R link BYTES ROUNDS. Prints for each
 * distance 1, 2, 4 ... the median seconds of an exchange and of an addition of the slowest rank,
 * all ranks at the same time. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rising(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    const long count = atol(argv[1]) / (long)sizeof(float);
    const int rounds = atoi(argv[2]);
    float *out = calloc(count, sizeof(float)), *in = calloc(count, sizeof(float));
    double *seconds = malloc(2 * rounds * sizeof(double)), slowest[2];
    memset(out, 1, count * sizeof(float));
    for (int distance = 1; distance < ranks; distance *= 2) {
        for (int i = 0; i < rounds; i++) {
            MPI_Barrier(MPI_COMM_WORLD);
            const double begin = MPI_Wtime();
            MPI_Sendrecv(out, (int)count, MPI_FLOAT, rank ^ distance, 0, in, (int)count, MPI_FLOAT, rank ^ distance, 0,
                         MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            const double arrived = MPI_Wtime();
            for (long j = 0; j < count; j++)
                out[j] += in[j];
            const double own[2] = {arrived - begin, MPI_Wtime() - arrived};
            MPI_Allreduce(own, slowest, 2, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
            seconds[i] = slowest[0];
            seconds[rounds + i] = slowest[1];
        }
        qsort(seconds, rounds, sizeof(double), rising);
        qsort(seconds + rounds, rounds, sizeof(double), rising);
        if (rank == 0)
            printf("%d %.9f %.9f\n", distance, seconds[rounds / 2], seconds[rounds + rounds / 2]);
    }
    MPI_Finalize();
    return 0;
}
