// Picks the instruction set; the work is in fused/.
#include "fused/table.h"

#include <atomic>
#include <string>

#include "guard.h"
#include "mcd_kernels.h"

namespace {

/// The widest one first.
const mcd::FusedTable *const tables[] = {
#if defined(MCD_X86_LEVELS)
    &mcd::avx512::table,
    &mcd::avx2::table,
#endif
    &mcd::baseline::table,
};

bool has(const mcd::FusedTable *table) {
#if defined(MCD_X86_LEVELS)
    __builtin_cpu_init();
    if (table == &mcd::avx512::table)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    if (table == &mcd::avx2::table)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    return table == &mcd::baseline::table;
}

const mcd::FusedTable *widest() {
    for (const auto *table : tables)
        if (has(table))
            return table;
    return &mcd::baseline::table;
}

std::atomic<const mcd::FusedTable *> &picked() {
    static std::atomic<const mcd::FusedTable *> table{widest()};
    return table;
}

}  // namespace

const mcd::FusedTable &mcd::table() {
    return *picked().load(std::memory_order_relaxed);
}

const char *mcd_kernels_instruction_set(void) {
    return mcd::table().name;
}

mcd_status mcd_kernels_instruction_set_use(const char *name) {
    return mcd::guard("mcd_kernels_instruction_set_use", [&] {
        const std::string wanted = name == nullptr ? "" : name;
        std::string found;
        for (const auto *table : tables) {
            if (!has(table))
                continue;
            if (wanted == table->name) {
                picked().store(table, std::memory_order_relaxed);
                return;
            }
            found += std::string(found.empty() ? "" : ", ") + table->name;
        }
        throw std::invalid_argument("expected an instruction set of this processor (" + found + "), found '" + wanted +
                                    "'");
    });
}
