/* Compiled as C, never run: the whole ABI must be readable without C++. */
#include "mcd_common.h"
#include "mcd_kernels.h"
#include "mcd_sentencepiece.h"
#include "mcd_torchext.h"

/* The C# side lays this struct out by hand: eight floats, no padding. */
_Static_assert(sizeof(mcd_kernels_adamw_step) == 8 * sizeof(float), "layout of mcd_kernels_adamw_step");
_Static_assert(sizeof(mcd_kernels_attention) == 4 * sizeof(int32_t) + 8 * sizeof(int64_t),
               "layout of mcd_kernels_attention");
