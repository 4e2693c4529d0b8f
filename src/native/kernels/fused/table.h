// What every instruction set offers. One instance for each, filled where the sources are compiled for it.
#pragma once

#include <cstdint>

namespace mcd {

struct FusedTable {
    const char *name;
};

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
