// Picks the instruction set and checks arguments; the work is in fused/.
#include "fused/table.h"

#include "guard.h"
#include "mcd_kernels.h"

namespace {

const mcd::FusedTable &table() {
#if defined(MCD_X86_LEVELS)
    static const mcd::FusedTable &picked = [&]() -> const mcd::FusedTable & {
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
            return mcd::avx512::table;
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            return mcd::avx2::table;
        return mcd::baseline::table;
    }();
    return picked;
#else
    return mcd::baseline::table;
#endif
}

}  // namespace

const char *mcd_kernels_instruction_set(void) {
    return table().name;
}
