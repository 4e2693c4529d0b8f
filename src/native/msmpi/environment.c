/* Start, end, and what can be asked of the whole library. Functions that take neither a handle nor a status
 * (MPI_Initialized, MPI_Finalize, MPI_Wtime, MPI_Error_string ...) are not here: Open MPI's own ones fit, and who looks
 * for a name in this library finds those of the libraries that it depends on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "msmpi.h"

/* .NET loads this library with RTLD_LOCAL, but the plug-ins that Open MPI opens at start look for MPI's own symbols in
 * the global scope. Opening the library that is already there once more promotes it. This one stays local: plug-ins
 * that found its MPI_Send would take it for the real one. */
static void make_mpi_symbols_global(void) {
    Dl_info where;
    if (dladdr((void *)&PMPI_Init_thread, &where) != 0 && where.dli_fname != NULL)
        dlopen(where.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

/* The arguments of a program mean nothing to Open MPI, and MPI.NET does not end them with a zero. */
MS_FUNCTION(Init_thread, int *count, char ***arguments, int required, int *provided) {
    (void)count;
    (void)arguments;
    make_mpi_symbols_global();
    return PMPI_Init_thread(NULL, NULL, required, provided);
}

MS_FUNCTION(Abort, ms_handle comm, int code) { return PMPI_Abort(ms_comm(comm), code); }

/* MPI.NET has room for MS-MPI's 128 bytes, Open MPI wants 256. */
MS_FUNCTION(Get_processor_name, char *name, int *length) {
    enum { ROOM = 128 };
    char own[MPI_MAX_PROCESSOR_NAME + 1] = "";
    int own_length = 0;
    const int code = PMPI_Get_processor_name(own, &own_length);
    *length = own_length < ROOM ? own_length : ROOM - 1;
    memcpy(name, own, (size_t)*length);
    name[*length] = '\0';
    return code;
}

/* In C the value that comes back is a pointer. MPI.NET wants the int behind it and has room for no more. Attributes
 * other than these two are not set. */
MS_FUNCTION(Attr_get, ms_handle comm, int key, int *value, int *flag) {
    int own_key;
    *flag = 0;
    switch (key) {
        case 0x64400001: own_key = MPI_TAG_UB; break;
        case 0x64400007: own_key = MPI_WTIME_IS_GLOBAL; break;
        default: return MPI_SUCCESS;
    }
    const int *found = NULL;
    const int code = PMPI_Comm_get_attr(ms_comm(comm), own_key, &found, flag);
    if (code == MPI_SUCCESS && *flag)
        *value = *found;
    return code;
}

MS_FUNCTION(Alloc_mem, MPI_Aint bytes, ms_handle info, void *address) {
    (void)info;
    return PMPI_Alloc_mem(bytes, MPI_INFO_NULL, address);
}
