/* The status of a message, there and back. */
#include <stdint.h>

#include "msmpi.h"

/* Callers that want no status pass 0 or 1. */
static int is_ignored(const ms_status *status) { return (intptr_t)status == 0 || (intptr_t)status == 1; }

static int source_out(int source) {
    switch (source) {
        case MPI_ANY_SOURCE: return MS_ANY_SOURCE;
        case MPI_PROC_NULL: return MS_PROC_NULL;
    }
    return source;
}

void ms_status_out(const MPI_Status *status, ms_status *out) {
    if (is_ignored(out))
        return;
    MPI_Count bytes = 0;
    int cancelled = 0;
    PMPI_Get_elements_x(status, MPI_BYTE, &bytes);
    PMPI_Test_cancelled(status, &cancelled);
    out->low = (int)bytes;
    out->high = (int)(bytes >> 32) << 1 | (cancelled != 0);
    out->source = source_out(status->MPI_SOURCE);
    out->tag = status->MPI_TAG;
    out->error = status->MPI_ERROR;
}

void ms_status_in(const ms_status *status, MPI_Status *in) {
    const MPI_Count bytes = (MPI_Count)(status->high >> 1) << 32 | (uint32_t)status->low;
    *in = (MPI_Status){.MPI_SOURCE = ms_rank(status->source), .MPI_TAG = status->tag, .MPI_ERROR = status->error};
    PMPI_Status_set_elements_x(in, MPI_BYTE, bytes);
    PMPI_Status_set_cancelled(in, status->high & 1);
}

MS_FUNCTION(Get_count, const ms_status *status, ms_handle type, int *count) {
    MPI_Status own;
    ms_status_in(status, &own);
    return PMPI_Get_count(&own, ms_type(type), count);
}

MS_FUNCTION(Test_cancelled, const ms_status *status, int *flag) {
    *flag = status->high & 1;
    return MPI_SUCCESS;
}
