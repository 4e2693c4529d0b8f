// t[1, 2..3, mask]: a list of indices of mixed kinds.
#include "tensor.h"

#include <ATen/TensorIndexing.h>

#include <limits>

using namespace mcd;

namespace {

constexpr auto open_start = std::numeric_limits<int64_t>::min();
constexpr auto open_stop = std::numeric_limits<int64_t>::max();

at::indexing::TensorIndex index_of(const mcd_index &index) {
    switch (index.kind) {
        case MCD_INDEX_NONE: return at::indexing::None;
        case MCD_INDEX_ELLIPSIS: return at::indexing::Ellipsis;
        case MCD_INDEX_INTEGER: return index.start;
        case MCD_INDEX_BOOL: return index.start != 0;
        case MCD_INDEX_TENSOR: return tensor(index.tensor);
        case MCD_INDEX_SLICE: {
            // The ends are int64_t in 1.13 and SymInt in 2.x; spelled like this the same text fits both.
            if (index.start == open_start && index.stop == open_stop)
                return at::indexing::Slice({}, {}, index.step);
            if (index.start == open_start)
                return at::indexing::Slice({}, index.stop, index.step);
            if (index.stop == open_stop)
                return at::indexing::Slice(index.start, {}, index.step);
            return at::indexing::Slice(index.start, index.stop, index.step);
        }
        default: throw std::invalid_argument("unknown kind of index");
    }
}

std::vector<at::indexing::TensorIndex> list_of(const mcd_index *indices, int32_t count) {
    std::vector<at::indexing::TensorIndex> list;
    list.reserve(count);
    for (int32_t i = 0; i < count; ++i)
        list.push_back(index_of(indices[i]));
    return list;
}

}  // namespace

mcd_status mcd_torch_tensor_index(mcd_tensor *self, const mcd_index *indices, int32_t count, mcd_tensor **out) {
    return guard("index", [&] { give(out, tensor(self).index(list_of(indices, count))); });
}

mcd_status mcd_torch_tensor_index_put_(mcd_tensor *self, const mcd_index *indices, int32_t count, mcd_tensor *value) {
    return guard("index_put_", [&] { tensor(self).index_put_(list_of(indices, count), tensor(value)); });
}
