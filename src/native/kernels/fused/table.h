// What every instruction set offers. One instance for each, filled where the sources are compiled for it.
#pragma once

#include <cstdint>

#include "mcd_kernels.h"

namespace mcd {

struct FusedTable {
    const char *name;
    void (*attention_rotate)(const mcd_kernels_attention &call, float *qkv, const float *cos, const float *sin,
                             float direction);
    void (*attention_forward)(const mcd_kernels_attention &call, const float *qkv, float *out, float *lse);
    void (*attention_backward)(const mcd_kernels_attention &call, const float *qkv, const float *out, const float *lse,
                               const float *out_gradients, float *gradients);
};

/// Of the instruction set in use.
const FusedTable &table();

namespace baseline {
extern const FusedTable table;
}
#if defined(MCD_X86_LEVELS)
namespace avx2 {
extern const FusedTable table;
}
namespace avx512 {
extern const FusedTable table;
}
#endif

}  // namespace mcd
