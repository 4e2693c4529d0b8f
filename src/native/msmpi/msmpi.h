/* MS-MPI's binary interface over Open MPI, for MPI.NET, which was compiled for Windows' msmpi.dll.
 *
 * MS-MPI is of MPICH's family: a handle is an int whose bits say its kind, a status has 20 bytes. Open MPI's handles
 * are pointers, its status has 24 bytes, and most of its constants have other numbers. Each function here translates
 * what goes in, calls Open MPI, and translates what comes out. Buffers go through as they are. */
#ifndef MSMPI_H
#define MSMPI_H

#include <mpi.h>

typedef int ms_handle;

/* The kinds of handles: bits 26 to 29. Bits 30 and 31 tell those that are there from the start from made ones. */
enum {
    MS_COMM = 0x04000000,
    MS_GROUP = 0x08000000,
    MS_TYPE = 0x0c000000,
    MS_ERRHANDLER = 0x14000000,
    MS_OP = 0x18000000,
    MS_INFO = 0x1c000000,
    MS_REQUEST = 0x2c000000
};

/* A kind without further bits is that kind's null handle. */
#define MS_NULL(kind) ((ms_handle)(kind))

enum {
    MS_ANY_SOURCE = -2,
    MS_ANY_TAG = -1,
    MS_PROC_NULL = -1,
    MS_ROOT = -3,
    MS_UNDEFINED = -32766,
    MS_TYPE_SHARED = 1
};

/* The number of received bytes has 63 bits, and the lowest one of `high` says whether the message was cancelled. */
typedef struct {
    int low, high, source, tag, error;
} ms_status;
_Static_assert(sizeof(ms_status) == 20, "MPI.NET lays it out so");

/* mpi.h has declared MPI_Send with Open MPI's types. Ours has the same name for the linker and another for the
 * compiler, and calls PMPI_Send, because MPI_Send would be itself. */
#define MS_FUNCTION(name, ...)                                                                                         \
    __attribute__((visibility("default"))) int ms_##name(__VA_ARGS__) __asm__("MPI_" #name);                           \
    int ms_##name(__VA_ARGS__)

/* handles.c: one table of Open MPI's objects. Unknown handles become null, which Open MPI refuses in its own words. */
void *ms_object(ms_handle handle, int kind);
/* A new handle of an object; the kind's null handle when the table is full. */
ms_handle ms_handle_of(int kind, void *object);
void ms_forget(ms_handle handle);
/* What a function that has made an object returns: `code`, or an error when there is no handle left. */
int ms_made(int code, int kind, void *object, void *null, ms_handle *handle);

/* predefined.c: handles and numbers that have their values from the start. */
MPI_Comm ms_comm(ms_handle handle);
MPI_Group ms_group(ms_handle handle);
MPI_Datatype ms_type(ms_handle handle);
MPI_Op ms_op(ms_handle handle);
MPI_Request ms_request(ms_handle handle);
int ms_rank(int rank);
int ms_tag(int tag);
/* MPI_IN_PLACE is -1 there and 1 here. */
void *ms_buffer(void *buffer);

/* status.c */
void ms_status_out(const MPI_Status *status, ms_status *out);
void ms_status_in(const ms_status *status, MPI_Status *in);

/* errors.c: an error class under MS-MPI's number. */
int ms_error_class(int error_class);

#endif
