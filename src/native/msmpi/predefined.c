/* What has its value from the start: MS-MPI's numbers, and what Open MPI calls the same things. */
#include <stdint.h>

#include "msmpi.h"

MPI_Comm ms_comm(ms_handle handle) {
    switch (handle) {
        case 0x44000000: return MPI_COMM_WORLD;
        case 0x44000001: return MPI_COMM_SELF;
    }
    void *object = ms_object(handle, MS_COMM);
    return object == NULL ? MPI_COMM_NULL : object;
}

MPI_Group ms_group(ms_handle handle) {
    if (handle == 0x48000000)
        return MPI_GROUP_EMPTY;
    void *object = ms_object(handle, MS_GROUP);
    return object == NULL ? MPI_GROUP_NULL : object;
}

/* On Windows a long has 4 bytes and a wide character 2, whatever they have here. */
MPI_Datatype ms_type(ms_handle handle) {
    switch (handle) {
        case 0x4c000101: return MPI_CHAR;
        case 0x4c000118: return MPI_SIGNED_CHAR;
        case 0x4c000102: return MPI_UNSIGNED_CHAR;
        case 0x4c00010d: return MPI_BYTE;
        case 0x4c00010f: return MPI_PACKED;
        case 0x4c00020e: return MPI_UINT16_T; /* WCHAR */
        case 0x4c000203: return MPI_SHORT;
        case 0x4c000204: return MPI_UNSIGNED_SHORT;
        case 0x4c000405: return MPI_INT;
        case 0x4c000406: return MPI_UNSIGNED;
        case 0x4c000407: return MPI_INT32_T;  /* LONG */
        case 0x4c000408: return MPI_UINT32_T; /* UNSIGNED_LONG */
        case 0x4c000809: return MPI_LONG_LONG;
        case 0x4c000819: return MPI_UNSIGNED_LONG_LONG;
        case 0x4c00040a: return MPI_FLOAT;
        case 0x4c00080b: return MPI_DOUBLE;
    }
    void *object = ms_object(handle, MS_TYPE);
    return object == NULL ? MPI_DATATYPE_NULL : object;
}

MPI_Op ms_op(ms_handle handle) {
    switch (handle) {
        case 0x58000001: return MPI_MAX;
        case 0x58000002: return MPI_MIN;
        case 0x58000003: return MPI_SUM;
        case 0x58000004: return MPI_PROD;
        case 0x58000005: return MPI_LAND;
        case 0x58000006: return MPI_BAND;
        case 0x58000007: return MPI_LOR;
        case 0x58000008: return MPI_BOR;
        case 0x58000009: return MPI_LXOR;
        case 0x5800000a: return MPI_BXOR;
    }
    void *object = ms_object(handle, MS_OP);
    return object == NULL ? MPI_OP_NULL : object;
}

MPI_Request ms_request(ms_handle handle) {
    void *object = ms_object(handle, MS_REQUEST);
    return object == NULL ? MPI_REQUEST_NULL : object;
}

int ms_rank(int rank) {
    switch (rank) {
        case MS_ANY_SOURCE: return MPI_ANY_SOURCE;
        case MS_PROC_NULL: return MPI_PROC_NULL;
        case MS_ROOT: return MPI_ROOT;
    }
    return rank;
}

int ms_tag(int tag) { return tag == MS_ANY_TAG ? MPI_ANY_TAG : tag; }

void *ms_buffer(void *buffer) { return (intptr_t)buffer == -1 ? MPI_IN_PLACE : buffer; }
