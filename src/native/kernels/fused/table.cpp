#include "table.h"

#define MCD_TEXT_OF(level) #level
#define MCD_TEXT(level) MCD_TEXT_OF(level)

namespace mcd::MCD_LEVEL {

extern const FusedTable table;
const FusedTable table = {
    MCD_TEXT(MCD_LEVEL),
};

}  // namespace mcd::MCD_LEVEL
