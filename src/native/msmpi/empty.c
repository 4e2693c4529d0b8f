/* Depends on MPI and holds nothing. Loaded before mcd_msmpi it brings MPI into the process in a scope of its own: some
 * of Open MPI's functions (5.0 more than 4.1) call others by their public names, which would be found in mcd_msmpi
 * first, had that one brought it. */
typedef int mcd_mpi_is_empty;
