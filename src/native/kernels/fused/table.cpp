#include "table.h"

#define MCD_TEXT_OF(level) #level
#define MCD_TEXT(level) MCD_TEXT_OF(level)

namespace mcd::MCD_LEVEL {

void attention_rotate(const mcd_kernels_attention &, float *, const float *, const float *, float);
void attention_forward(const mcd_kernels_attention &, const float *, float *, float *);
void attention_backward(const mcd_kernels_attention &, const float *, const float *, const float *, const float *, float *);

extern const FusedTable table;
const FusedTable table = {
    MCD_TEXT(MCD_LEVEL),
    attention_rotate,
    attention_forward,
    attention_backward,
};

}  // namespace mcd::MCD_LEVEL
