/* Messages from one rank to another, and requests for one. */
#include "msmpi.h"

MS_FUNCTION(Send, const void *buffer, int count, ms_handle type, int to, int tag, ms_handle comm) {
    return PMPI_Send(buffer, count, ms_type(type), ms_rank(to), tag, ms_comm(comm));
}

MS_FUNCTION(Recv, void *buffer, int count, ms_handle type, int from, int tag, ms_handle comm, ms_status *status) {
    MPI_Status own = {0};
    const int code = PMPI_Recv(buffer, count, ms_type(type), ms_rank(from), ms_tag(tag), ms_comm(comm), &own);
    ms_status_out(&own, status);
    return code;
}

MS_FUNCTION(Sendrecv, const void *send, int send_count, ms_handle send_type, int to, int send_tag, void *receive,
            int receive_count, ms_handle receive_type, int from, int receive_tag, ms_handle comm, ms_status *status) {
    MPI_Status own = {0};
    const int code =
        PMPI_Sendrecv(send, send_count, ms_type(send_type), ms_rank(to), send_tag, receive, receive_count,
                      ms_type(receive_type), ms_rank(from), ms_tag(receive_tag), ms_comm(comm), &own);
    ms_status_out(&own, status);
    return code;
}

MS_FUNCTION(Probe, int from, int tag, ms_handle comm, ms_status *status) {
    MPI_Status own = {0};
    const int code = PMPI_Probe(ms_rank(from), ms_tag(tag), ms_comm(comm), &own);
    ms_status_out(&own, status);
    return code;
}

MS_FUNCTION(Iprobe, int from, int tag, ms_handle comm, int *flag, ms_status *status) {
    MPI_Status own = {0};
    const int code = PMPI_Iprobe(ms_rank(from), ms_tag(tag), ms_comm(comm), flag, &own);
    ms_status_out(&own, status);
    return code;
}

static int made_request(int code, const MPI_Request *made, ms_handle *out) {
    return ms_made(code, MS_REQUEST, *made, MPI_REQUEST_NULL, out);
}

MS_FUNCTION(Isend, const void *buffer, int count, ms_handle type, int to, int tag, ms_handle comm, ms_handle *out) {
    MPI_Request made = MPI_REQUEST_NULL;
    return made_request(PMPI_Isend(buffer, count, ms_type(type), ms_rank(to), tag, ms_comm(comm), &made), &made, out);
}

MS_FUNCTION(Irecv, void *buffer, int count, ms_handle type, int from, int tag, ms_handle comm, ms_handle *out) {
    MPI_Request made = MPI_REQUEST_NULL;
    const int code = PMPI_Irecv(buffer, count, ms_type(type), ms_rank(from), ms_tag(tag), ms_comm(comm), &made);
    return made_request(code, &made, out);
}
