/* What becomes of requests: waited for, tested, cancelled. */
#include <stdlib.h>

#include "msmpi.h"

/* Open MPI sets a request to null when it is done; so is its handle then. */
static void release(ms_handle *handle, MPI_Request own) {
    if (own != MPI_REQUEST_NULL)
        return;
    ms_forget(*handle);
    *handle = MS_NULL(MS_REQUEST);
}

MS_FUNCTION(Wait, ms_handle *request, ms_status *status) {
    MPI_Request own = ms_request(*request);
    MPI_Status done = {0};
    const int code = PMPI_Wait(&own, &done);
    release(request, own);
    ms_status_out(&done, status);
    return code;
}

MS_FUNCTION(Test, ms_handle *request, int *flag, ms_status *status) {
    MPI_Request own = ms_request(*request);
    MPI_Status done = {0};
    const int code = PMPI_Test(&own, flag, &done);
    release(request, own);
    ms_status_out(&done, status);
    return code;
}

MS_FUNCTION(Cancel, const ms_handle *request) {
    MPI_Request own = ms_request(*request);
    return PMPI_Cancel(&own);
}

MS_FUNCTION(Request_free, ms_handle *request) {
    MPI_Request own = ms_request(*request);
    const int code = PMPI_Request_free(&own);
    release(request, own);
    return code;
}

/* Several requests as Open MPI takes them, with a status each. */
typedef struct {
    int count;
    MPI_Request *requests;
    MPI_Status *statuses;
} several;

static int take(several *own, int count, const ms_handle *handles) {
    own->count = count < 0 ? 0 : count;
    own->requests = calloc((size_t)own->count + 1, sizeof *own->requests);
    own->statuses = calloc((size_t)own->count + 1, sizeof *own->statuses);
    if (own->requests == NULL || own->statuses == NULL) {
        free(own->requests);
        free(own->statuses);
        return MPI_ERR_NO_MEM;
    }
    for (int i = 0; i < own->count; i++)
        own->requests[i] = ms_request(handles[i]);
    return MPI_SUCCESS;
}

static void give_back(several *own, ms_handle *handles) {
    for (int i = 0; i < own->count; i++)
        release(handles + i, own->requests[i]);
    free(own->requests);
    free(own->statuses);
}

/* NULL and 1 both mean that no status is wanted. */
static void statuses_out(const several *own, ms_status *statuses) {
    if (statuses == NULL || statuses == (ms_status *)1)
        return;
    for (int i = 0; i < own->count; i++)
        ms_status_out(own->statuses + i, statuses + i);
}

MS_FUNCTION(Waitall, int count, ms_handle *requests, ms_status *statuses) {
    several own;
    int code = take(&own, count, requests);
    if (code != MPI_SUCCESS)
        return code;
    code = PMPI_Waitall(count, own.requests, own.statuses);
    statuses_out(&own, statuses);
    give_back(&own, requests);
    return code;
}

MS_FUNCTION(Testall, int count, ms_handle *requests, int *flag, ms_status *statuses) {
    several own;
    int code = take(&own, count, requests);
    if (code != MPI_SUCCESS)
        return code;
    code = PMPI_Testall(count, own.requests, flag, own.statuses);
    if (*flag)
        statuses_out(&own, statuses);
    give_back(&own, requests);
    return code;
}

/* MPI_UNDEFINED, the index where no request is active, is the same number in both. */
MS_FUNCTION(Waitany, int count, ms_handle *requests, int *index, ms_status *status) {
    several own;
    int code = take(&own, count, requests);
    if (code != MPI_SUCCESS)
        return code;
    code = PMPI_Waitany(count, own.requests, index, own.statuses);
    ms_status_out(own.statuses, status);
    give_back(&own, requests);
    return code;
}

MS_FUNCTION(Testany, int count, ms_handle *requests, int *index, int *flag, ms_status *status) {
    several own;
    int code = take(&own, count, requests);
    if (code != MPI_SUCCESS)
        return code;
    code = PMPI_Testany(count, own.requests, index, flag, own.statuses);
    ms_status_out(own.statuses, status);
    give_back(&own, requests);
    return code;
}
