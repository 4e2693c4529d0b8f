/* The part of MPI that data-parallel training needs, on MPI_COMM_WORLD. One world a process; all calls from one thread
 * (MPI_THREAD_FUNNELED). Every error comes back as a status; its text names the call, this rank, the peer and MPI's own
 * words. Byte counts are 64 bits wide: what MPI's int cannot count goes out in pieces. */
#ifndef MCD_MPI_H
#define MCD_MPI_H

#include "mcd_common.h"

MCD_API mcd_status mcd_mpi_world_init(int32_t *rank, int32_t *size, int32_t *local_rank, int32_t *local_size);

/* Collective: returns when every rank has called it. */
MCD_API mcd_status mcd_mpi_world_finalize(void);

/* Ends all ranks of the world. Does not return when MPI has its way. */
MCD_API mcd_status mcd_mpi_world_abort(int32_t exit_code);

MCD_API mcd_status mcd_mpi_world_barrier(void);

MCD_API mcd_status mcd_mpi_world_broadcast(void *buffer, int64_t bytes, int32_t root);

/* `send` holds `bytes_per_rank`; `receive` has room for size times as much and is filled in rank order. */
MCD_API mcd_status mcd_mpi_world_all_gather(const void *send, int64_t bytes_per_rank, void *receive);

/* Sends to and receives from the same peer at once. The peer's counts are these, exchanged. */
MCD_API mcd_status mcd_mpi_world_exchange(int32_t peer, const void *send, int64_t send_bytes, void *receive,
                                          int64_t receive_bytes);

/* Adds `count` float32 numbers of all ranks in place, in whatever order the library finds quickest: the last bits may
 * depend on the world size, and on the library. */
MCD_API mcd_status mcd_mpi_world_all_reduce_sum(float *values, int64_t count);

/* The largest piece that goes out in one MPI call: 1 GiB at the start. A test lowers it so that pieces need no
 * gigabytes. The same on all ranks. */
MCD_API mcd_status mcd_mpi_pieces_set(int64_t bytes);

/* First line of MPI_Get_library_version; needs no world. Owned by the bridge, valid for ever. */
MCD_API mcd_status mcd_mpi_library_version(const char **version);

#endif
