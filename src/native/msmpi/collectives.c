/* Calls that all ranks of a communicator make together. MPI_IN_PLACE stands where the standard allows it. */
#include "msmpi.h"

MS_FUNCTION(Barrier, ms_handle comm) { return PMPI_Barrier(ms_comm(comm)); }

MS_FUNCTION(Bcast, void *buffer, int count, ms_handle type, int root, ms_handle comm) {
    return PMPI_Bcast(buffer, count, ms_type(type), ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Allreduce, void *send, void *receive, int count, ms_handle type, ms_handle operation, ms_handle comm) {
    return PMPI_Allreduce(ms_buffer(send), receive, count, ms_type(type), ms_op(operation), ms_comm(comm));
}

MS_FUNCTION(Reduce, void *send, void *receive, int count, ms_handle type, ms_handle operation, int root,
            ms_handle comm) {
    return PMPI_Reduce(ms_buffer(send), receive, count, ms_type(type), ms_op(operation), ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Reduce_scatter, void *send, void *receive, const int *counts, ms_handle type, ms_handle operation,
            ms_handle comm) {
    return PMPI_Reduce_scatter(ms_buffer(send), receive, counts, ms_type(type), ms_op(operation), ms_comm(comm));
}

MS_FUNCTION(Scan, void *send, void *receive, int count, ms_handle type, ms_handle operation, ms_handle comm) {
    return PMPI_Scan(ms_buffer(send), receive, count, ms_type(type), ms_op(operation), ms_comm(comm));
}

MS_FUNCTION(Exscan, void *send, void *receive, int count, ms_handle type, ms_handle operation, ms_handle comm) {
    return PMPI_Exscan(ms_buffer(send), receive, count, ms_type(type), ms_op(operation), ms_comm(comm));
}

MS_FUNCTION(Allgather, void *send, int send_count, ms_handle send_type, void *receive, int receive_count,
            ms_handle receive_type, ms_handle comm) {
    return PMPI_Allgather(ms_buffer(send), send_count, ms_type(send_type), receive, receive_count,
                          ms_type(receive_type), ms_comm(comm));
}

MS_FUNCTION(Allgatherv, void *send, int send_count, ms_handle send_type, void *receive, const int *counts,
            const int *displacements, ms_handle receive_type, ms_handle comm) {
    return PMPI_Allgatherv(ms_buffer(send), send_count, ms_type(send_type), receive, counts, displacements,
                           ms_type(receive_type), ms_comm(comm));
}

MS_FUNCTION(Gather, void *send, int send_count, ms_handle send_type, void *receive, int receive_count,
            ms_handle receive_type, int root, ms_handle comm) {
    return PMPI_Gather(ms_buffer(send), send_count, ms_type(send_type), receive, receive_count, ms_type(receive_type),
                       ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Gatherv, void *send, int send_count, ms_handle send_type, void *receive, const int *counts,
            const int *displacements, ms_handle receive_type, int root, ms_handle comm) {
    return PMPI_Gatherv(ms_buffer(send), send_count, ms_type(send_type), receive, counts, displacements,
                        ms_type(receive_type), ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Scatter, void *send, int send_count, ms_handle send_type, void *receive, int receive_count,
            ms_handle receive_type, int root, ms_handle comm) {
    return PMPI_Scatter(send, send_count, ms_type(send_type), ms_buffer(receive), receive_count,
                        ms_type(receive_type), ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Scatterv, void *send, const int *counts, const int *displacements, ms_handle send_type, void *receive,
            int receive_count, ms_handle receive_type, int root, ms_handle comm) {
    return PMPI_Scatterv(send, counts, displacements, ms_type(send_type), ms_buffer(receive), receive_count,
                         ms_type(receive_type), ms_rank(root), ms_comm(comm));
}

MS_FUNCTION(Alltoall, void *send, int send_count, ms_handle send_type, void *receive, int receive_count,
            ms_handle receive_type, ms_handle comm) {
    return PMPI_Alltoall(ms_buffer(send), send_count, ms_type(send_type), receive, receive_count,
                         ms_type(receive_type), ms_comm(comm));
}

MS_FUNCTION(Alltoallv, void *send, const int *send_counts, const int *send_displacements, ms_handle send_type,
            void *receive, const int *receive_counts, const int *receive_displacements, ms_handle receive_type,
            ms_handle comm) {
    return PMPI_Alltoallv(ms_buffer(send), send_counts, send_displacements, ms_type(send_type), receive,
                          receive_counts, receive_displacements, ms_type(receive_type), ms_comm(comm));
}
