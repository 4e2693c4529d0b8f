// How libtorch gets aligned memory from the C library.
#pragma once

namespace mcd::aligned_blocks {

/// Has blocks that libtorch frees be found again for its next requests of that size. Only where the C library does not
/// see to it by itself. Twice is as good as once.
void reuse();

}  // namespace mcd::aligned_blocks
