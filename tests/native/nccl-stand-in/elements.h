// Sizes and sums of elements.
#pragma once

#include "nccl.h"

#include <cstddef>
#include <vector>

namespace stand_in {

/// 0 for a type that the stand-in does not know.
std::size_t element_bytes(ncclDataType_t type);

bool can_add(ncclDataType_t type);

/// `sum` gets ((parts[0] + parts[1]) + parts[2]) ...; bfloat16 is added in float32 and rounded once, to the nearest
/// even. (NCCL rounds at every hop, in an order of its own.) `sum` may be one of the parts.
void add(const std::vector<const void *> &parts, void *sum, std::size_t count, ncclDataType_t type);

}  // namespace stand_in
