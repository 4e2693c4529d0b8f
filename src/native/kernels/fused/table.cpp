#include "table.h"

#define MCD_TEXT_OF(level) #level
#define MCD_TEXT(level) MCD_TEXT_OF(level)

namespace mcd::MCD_LEVEL {

void norm_forward(const float *, const float *, float *, float *, NormShape, int32_t);
void norm_again(const float *, const float *, const float *, float *, NormShape, int32_t);
void norm_backward(const float *, const float *, const float *, const float *, const float *, float *, float *,
                   NormShape, int32_t);
void swiglu_forward(const float *, float *, int64_t, int64_t, int32_t);
void swiglu_backward(float *, float *, int64_t, int64_t, int32_t);
void swiglu_backward_weighted(float *, float *, const float *, float *, int64_t, int64_t, int32_t);
void experts_combine(const float *, const int64_t *, const float *, const float *, float *, const ExpertRows &, float,
                     int32_t);
void cross_entropy(float *, const int64_t *, float *, int64_t, int64_t, const float *, int32_t);
void embedding_forward(const float *, const int64_t *, float *, int64_t, int64_t, float, int32_t);
void embedding_backward(float *, const int64_t *, const float *, int64_t, int64_t, float, int32_t);
void attention_rotate(const mcd_kernels_attention &, float *, const float *, const float *, float);
void attention_forward(const mcd_kernels_attention &, const float *, const float *, float *, float *);
void attention_backward(const mcd_kernels_attention &, const float *, const float *, const float *, const float *,
                        const float *, float *, float *);
void row_product(const RowProduct &, int32_t);
void packed_product(const PackedProduct &, int32_t);

extern const FusedTable table;
const FusedTable table = {
    MCD_TEXT(MCD_LEVEL),
    norm_forward,
    norm_again,
    norm_backward,
    swiglu_forward,
    swiglu_backward,
    swiglu_backward_weighted,
    experts_combine,
    cross_entropy,
    embedding_forward,
    embedding_backward,
    attention_rotate,
    attention_forward,
    attention_backward,
    row_product,
    packed_product,
};

}  // namespace mcd::MCD_LEVEL
