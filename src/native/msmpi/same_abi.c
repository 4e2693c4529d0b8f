/* MPICH and its descendants have MS-MPI's binary interface already. This library is empty and depends on that MPI: who
 * looks for MPI_Send in it finds MPI's own. So the same C# runs over both families. */
#include <mpi.h>

_Static_assert(sizeof(MPI_Comm) == sizeof(int), "handles are numbers");
_Static_assert(sizeof(MPI_Status) == 20, "MPI.NET lays it out so");
