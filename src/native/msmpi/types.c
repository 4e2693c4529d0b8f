/* Types of elements, and operations on them. */
#include <stdlib.h>

#include "msmpi.h"

static int made_type(int code, const MPI_Datatype *made, ms_handle *out) {
    return ms_made(code, MS_TYPE, *made, MPI_DATATYPE_NULL, out);
}

MS_FUNCTION(Type_contiguous, int count, ms_handle type, ms_handle *out) {
    MPI_Datatype made = MPI_DATATYPE_NULL;
    return made_type(PMPI_Type_contiguous(count, ms_type(type), &made), &made, out);
}

MS_FUNCTION(Type_vector, int count, int length, int stride, ms_handle type, ms_handle *out) {
    MPI_Datatype made = MPI_DATATYPE_NULL;
    return made_type(PMPI_Type_vector(count, length, stride, ms_type(type), &made), &made, out);
}

/* Not among MPI.NET's functions: MpiWorld lays pieces of blocks down with it, one whole block apart. */
MS_FUNCTION(Type_create_resized, ms_handle type, MPI_Aint lower, MPI_Aint extent, ms_handle *out) {
    MPI_Datatype made = MPI_DATATYPE_NULL;
    return made_type(PMPI_Type_create_resized(ms_type(type), lower, extent, &made), &made, out);
}

/* MPI_Type_create_struct and MPI_Type_get_extent are what two functions of MPI-1 are called since MPI-3. */
MS_FUNCTION(Type_struct, int count, const int *lengths, const MPI_Aint *displacements, const ms_handle *types,
            ms_handle *out) {
    *out = MS_NULL(MS_TYPE);
    if (count < 0)
        return MPI_ERR_COUNT;
    MPI_Datatype *own = malloc((size_t)count * sizeof *own + 1);
    if (own == NULL)
        return MPI_ERR_NO_MEM;
    for (int i = 0; i < count; i++)
        own[i] = ms_type(types[i]);
    MPI_Datatype made = MPI_DATATYPE_NULL;
    const int code = PMPI_Type_create_struct(count, lengths, displacements, own, &made);
    free(own);
    return made_type(code, &made, out);
}

MS_FUNCTION(Type_extent, ms_handle type, MPI_Aint *extent) {
    MPI_Aint lower;
    return PMPI_Type_get_extent(ms_type(type), &lower, extent);
}

MS_FUNCTION(Type_size, ms_handle type, int *size) { return PMPI_Type_size(ms_type(type), size); }

MS_FUNCTION(Type_commit, ms_handle *type) {
    MPI_Datatype own = ms_type(*type);
    return PMPI_Type_commit(&own);
}

MS_FUNCTION(Type_free, ms_handle *type) {
    MPI_Datatype own = ms_type(*type);
    const int code = PMPI_Type_free(&own);
    if (code == MPI_SUCCESS) {
        ms_forget(*type);
        *type = MS_NULL(MS_TYPE);
    }
    return code;
}

/* The function is called with a pointer to Open MPI's own type, not to a handle. MPI.NET's do not look at it: they know
 * the type of their elements. */
MS_FUNCTION(Op_create, MPI_User_function *function, int commutes, ms_handle *out) {
    MPI_Op made = MPI_OP_NULL;
    const int code = PMPI_Op_create(function, commutes, &made);
    return ms_made(code, MS_OP, made, MPI_OP_NULL, out);
}

MS_FUNCTION(Op_free, ms_handle *operation) {
    MPI_Op own = ms_op(*operation);
    const int code = PMPI_Op_free(&own);
    if (code == MPI_SUCCESS) {
        ms_forget(*operation);
        *operation = MS_NULL(MS_OP);
    }
    return code;
}
