// Which of OpenBLAS's kernels fit this CPU.
//
// OpenBLAS looks an Intel CPU up by its model number. A model newer than the library is unknown to it and gets the
// kernels of a CPU of 2004, which multiply four to six times slower. Features do not age: what the CPU can do is asked
// here, and the answer is what OpenBLAS gives the known models with the same features. Other makers' unknown CPUs it
// already decides by their features.
#include "mcd_common.h"

#include <cstdlib>

namespace {

const char *best_kernels() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_is("intel"))
        return nullptr;
    const bool skylake = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vl");
    if (skylake)
        return __builtin_cpu_supports("avx512bf16") ? "Cooperlake" : "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return nullptr;
}

}  // namespace

void mcd_common_choose_blas_kernels(void) {
    const char *kernels = best_kernels();
    if (kernels != nullptr)
        setenv("OPENBLAS_CORETYPE", kernels, /*overwrite=*/0);
}
