/* Communicators and groups. */
#include "msmpi.h"

MS_FUNCTION(Errhandler_set, ms_handle comm, ms_handle handler) {
    switch (handler) {
        case 0x54000000: return PMPI_Comm_set_errhandler(ms_comm(comm), MPI_ERRORS_ARE_FATAL);
        case 0x54000001: return PMPI_Comm_set_errhandler(ms_comm(comm), MPI_ERRORS_RETURN);
    }
    return MPI_ERR_ARG;
}

MS_FUNCTION(Comm_size, ms_handle comm, int *size) { return PMPI_Comm_size(ms_comm(comm), size); }

MS_FUNCTION(Comm_rank, ms_handle comm, int *rank) { return PMPI_Comm_rank(ms_comm(comm), rank); }

MS_FUNCTION(Comm_remote_size, ms_handle comm, int *size) { return PMPI_Comm_remote_size(ms_comm(comm), size); }

MS_FUNCTION(Comm_test_inter, ms_handle comm, int *flag) { return PMPI_Comm_test_inter(ms_comm(comm), flag); }

/* Identical, congruent, similar, unequal: 0 to 3 in both. */
MS_FUNCTION(Comm_compare, ms_handle left, ms_handle right, int *result) {
    return PMPI_Comm_compare(ms_comm(left), ms_comm(right), result);
}

/* The two kinds are numbered the other way round. */
MS_FUNCTION(Topo_test, ms_handle comm, int *topology) {
    const int code = PMPI_Topo_test(ms_comm(comm), topology);
    *topology = *topology == MPI_CART ? 2 : *topology == MPI_GRAPH ? 1 : MS_UNDEFINED;
    return code;
}

/* Takes an address: by value it would be read before the call beside it has written it. */
static int made_comm(int code, const MPI_Comm *made, ms_handle *out) {
    return ms_made(code, MS_COMM, *made, MPI_COMM_NULL, out);
}

MS_FUNCTION(Comm_dup, ms_handle comm, ms_handle *out) {
    MPI_Comm made = MPI_COMM_NULL;
    return made_comm(PMPI_Comm_dup(ms_comm(comm), &made), &made, out);
}

MS_FUNCTION(Comm_split, ms_handle comm, int color, int key, ms_handle *out) {
    MPI_Comm made = MPI_COMM_NULL;
    const int own = color == MS_UNDEFINED ? MPI_UNDEFINED : color;
    return made_comm(PMPI_Comm_split(ms_comm(comm), own, key, &made), &made, out);
}

/* Not among MPI.NET's functions: MpiWorld asks with it who is on the same host. */
MS_FUNCTION(Comm_split_type, ms_handle comm, int type, int key, ms_handle info, ms_handle *out) {
    MPI_Comm made = MPI_COMM_NULL;
    (void)info;
    if (type != MS_TYPE_SHARED)
        return MPI_ERR_ARG;
    return made_comm(PMPI_Comm_split_type(ms_comm(comm), MPI_COMM_TYPE_SHARED, key, MPI_INFO_NULL, &made), &made, out);
}

MS_FUNCTION(Comm_create, ms_handle comm, ms_handle group, ms_handle *out) {
    MPI_Comm made = MPI_COMM_NULL;
    return made_comm(PMPI_Comm_create(ms_comm(comm), ms_group(group), &made), &made, out);
}

MS_FUNCTION(Comm_get_parent, ms_handle *out) {
    MPI_Comm made = MPI_COMM_NULL;
    return made_comm(PMPI_Comm_get_parent(&made), &made, out);
}

MS_FUNCTION(Comm_free, ms_handle *comm) {
    MPI_Comm own = ms_comm(*comm);
    const int code = PMPI_Comm_free(&own);
    if (code == MPI_SUCCESS) {
        ms_forget(*comm);
        *comm = MS_NULL(MS_COMM);
    }
    return code;
}

static int made_group(int code, const MPI_Group *made, ms_handle *out) {
    return ms_made(code, MS_GROUP, *made, MPI_GROUP_NULL, out);
}

MS_FUNCTION(Comm_group, ms_handle comm, ms_handle *out) {
    MPI_Group made = MPI_GROUP_NULL;
    return made_group(PMPI_Comm_group(ms_comm(comm), &made), &made, out);
}

MS_FUNCTION(Group_size, ms_handle group, int *size) { return PMPI_Group_size(ms_group(group), size); }

MS_FUNCTION(Group_rank, ms_handle group, int *rank) { return PMPI_Group_rank(ms_group(group), rank); }

MS_FUNCTION(Group_incl, ms_handle group, int count, const int *ranks, ms_handle *out) {
    MPI_Group made = MPI_GROUP_NULL;
    return made_group(PMPI_Group_incl(ms_group(group), count, ranks, &made), &made, out);
}

MS_FUNCTION(Group_excl, ms_handle group, int count, const int *ranks, ms_handle *out) {
    MPI_Group made = MPI_GROUP_NULL;
    return made_group(PMPI_Group_excl(ms_group(group), count, ranks, &made), &made, out);
}

MS_FUNCTION(Group_free, ms_handle *group) {
    MPI_Group own = ms_group(*group);
    const int code = PMPI_Group_free(&own);
    if (code == MPI_SUCCESS) {
        ms_forget(*group);
        *group = MS_NULL(MS_GROUP);
    }
    return code;
}
