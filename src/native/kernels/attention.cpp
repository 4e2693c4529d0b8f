// Checks the arguments of attention; the work is in fused/.
#include <string>

#include "fused/table.h"
#include "guard.h"
#include "mcd_kernels.h"

namespace {

void require(bool holds, const std::string &sentence) {
    if (!holds)
        throw std::invalid_argument(sentence);
}

/// Returns the most positions that a segment ends at.
int64_t check(const mcd_kernels_attention *call) {
    require(call != nullptr, "expected a description of the call, found none");
    require(call->kv_heads > 0 && call->heads > 0 && call->heads % call->kv_heads == 0,
            "expected kv_heads to divide heads, found " + std::to_string(call->heads) + " heads and " +
                std::to_string(call->kv_heads) + " of keys and values");
    require(call->head_dim > 0 && call->head_dim % 2 == 0,
            "expected an even head_dim, found " + std::to_string(call->head_dim));
    require(call->threads > 0, "expected at least one thread, found " + std::to_string(call->threads));
    const int64_t width = (call->heads + 2 * static_cast<int64_t>(call->kv_heads)) * call->head_dim;
    require(call->stride >= width,
            "expected a stride of " + std::to_string(width) + " or more, found " + std::to_string(call->stride));
    require(call->segments != nullptr || call->segment_count == 0, "expected lengths of segments, found none");
    const bool elsewhere = call->key_rows != nullptr;
    require(!elsewhere || (call->earlier != nullptr && call->branches == nullptr),
            "expected segments whose keys lie elsewhere with the rows before them and without branches");
    int64_t total = 0, longest = 0, stem = 0;
    int32_t before = -1;
    for (int64_t i = 0; i < call->segment_count; ++i) {
        const int64_t length = call->segments[i];
        const int32_t branch = call->branches == nullptr ? 0 : call->branches[i];
        require(branch == 0 || branch == before + 1,
                "expected segment " + std::to_string(i) + " to be no branch (0) or branch " +
                    std::to_string(before + 1) + ", found " + std::to_string(branch));
        stem = branch == 0 ? 0 : static_cast<int64_t>(call->segments[i - branch]);
        before = branch;
        require(length > 0,
                "expected segments of 1 row or more, found " + std::to_string(length) + " at " + std::to_string(i));
        if (elsewhere) {
            const int64_t key = call->key_rows[i];
            stem = call->earlier[i];
            require(stem >= 0 && key >= stem && key + length <= call->key_row_count,
                    "expected keys within " + std::to_string(call->key_row_count) + " rows, found segment " +
                        std::to_string(i) + " of " + std::to_string(length) + " rows at " + std::to_string(key) +
                        " with " + std::to_string(stem) + " before it");
        }
        total += length;
        longest = stem + length > longest ? stem + length : longest;
    }
    require(total == call->rows, "expected segments that add up to " + std::to_string(call->rows) + " rows, found " +
                                     std::to_string(total));
    return longest;
}

}  // namespace

mcd_status mcd_kernels_attention_rotate(const mcd_kernels_attention *call, float *qkv, const float *cos,
                                        const float *sin, int64_t positions, int32_t back) {
    return mcd::guard("mcd_kernels_attention_rotate", [&] {
        const int64_t longest = check(call);
        require(positions >= longest, "expected tables of " + std::to_string(longest) + " positions or more, found " +
                                          std::to_string(positions));
        mcd::table().attention_rotate(*call, qkv, cos, sin, back ? -1.0f : 1.0f);
    });
}

mcd_status mcd_kernels_attention_forward(const mcd_kernels_attention *call, const float *qkv, float *out, float *lse) {
    return mcd::guard("mcd_kernels_attention_forward", [&] {
        check(call);
        require(call->key_rows == nullptr, "expected keys beside the queries, found rows of keys elsewhere");
        mcd::table().attention_forward(*call, qkv, nullptr, out, lse);
    });
}

mcd_status mcd_kernels_attention_forward_over(const mcd_kernels_attention *call, const float *qkv, const float *kv,
                                              float *out, float *lse) {
    return mcd::guard("mcd_kernels_attention_forward_over", [&] {
        check(call);
        require(call->key_rows != nullptr && kv != nullptr, "expected rows of keys elsewhere, found none");
        mcd::table().attention_forward(*call, qkv, kv, out, lse);
    });
}

mcd_status mcd_kernels_attention_backward(const mcd_kernels_attention *call, const float *qkv, const float *out,
                                          const float *lse, const float *out_gradients, float *gradients) {
    return mcd::guard("mcd_kernels_attention_backward", [&] {
        check(call);
        require(call->key_rows == nullptr, "expected keys beside the queries, found rows of keys elsewhere");
        mcd::table().attention_backward(*call, qkv, nullptr, out, lse, out_gradients, gradients, nullptr);
    });
}

mcd_status mcd_kernels_attention_backward_over(const mcd_kernels_attention *call, const float *qkv, const float *kv,
                                               const float *out, const float *lse, const float *out_gradients,
                                               float *gradients, float *kv_gradients) {
    return mcd::guard("mcd_kernels_attention_backward_over", [&] {
        check(call);
        require(call->key_rows != nullptr && kv != nullptr && kv_gradients != nullptr,
                "expected rows of keys elsewhere and of their gradients, found none");
        mcd::table().attention_backward(*call, qkv, kv, out, lse, out_gradients, gradients, kv_gradients);
    });
}
