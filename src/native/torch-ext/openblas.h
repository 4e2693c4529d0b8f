// The OpenBLAS that stands behind libtorch, if one does. Found at run time, because a BLAS is chosen by the system's
// administrator (Debian: update-alternatives) and not by whoever links against it.
#pragma once

namespace mcd::openblas {

/// Sets the number of threads of each OpenBLAS in the process.
void set_threads(int threads);

/// The number of threads of the first OpenBLAS, 0 when there is none.
int threads();

/// The name of the kernels that the first OpenBLAS picked, "none" when there is none.
const char *core_name();

}  // namespace mcd::openblas
