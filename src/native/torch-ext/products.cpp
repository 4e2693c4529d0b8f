// MKL calls its settings for this "conditional numerical reproducibility". What they cost and what they give was
// measured (docs/decisions/libraries.md): with AVX-512, AVX512,STRICT makes a row's sums independent of the number of
// rows, columns and threads, and costs nothing; AVX2,STRICT would take nearly half of the speed. AUTO is what a run
// has anyway: the same shape gives the same bits.
//
// MKL asks first whether the processor is Intel's. On any other it leaves AVX-512 alone and heeds no setting, which
// costs more than half of the speed of AMD's that have it; so here it is told yes where the instructions are there.
#include "products.h"

#include <cstdlib>

#include "libtorch.h"
#include "redirect.h"

namespace {

int yes() { return 1; }

bool has_avx512() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

bool is_intel() {
#if defined(__x86_64__)
    return __builtin_cpu_is("intel");
#else
    return false;
#endif
}

bool is_strict_for_nothing() {
    return has_avx512() &&
           (is_intel() || mcd::redirect_libtorch("mkl_serv_intel_cpu_true", reinterpret_cast<void *>(&yes)) > 0);
}

}  // namespace

const char *mcd::products::fix() {
    static const char *mode = [] {
        const char *wanted = is_strict_for_nothing() ? "AVX512,STRICT" : "AUTO";
        // Through the C library: what .NET sets in its own copy of the environment, MKL does not see.
        setenv("MKL_CBWR", wanted, /*overwrite=*/1);
        // Else MKL keeps the working memory of its products for itself: up to 125 MB that no tensor can use.
        setenv("MKL_DISABLE_FAST_MM", "1", /*overwrite=*/1);
        return wanted;
    }();
    return mode;
}

std::string mcd::products::library() {
    // "Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build ..."
    char text[256] = "";
    mcd::libtorch::function<void (*)(char *, int)>("MKL_Get_Version_String")(text, sizeof text - 1);
    const std::string whole = text, label = "Version ";
    const auto begin = whole.find(label);
    const auto version = begin == std::string::npos
                             ? std::string("of unknown version")
                             : whole.substr(begin + label.size(), whole.find('-', begin) - begin - label.size());
    return "oneMKL " + version + " (" + fix() + ")";
}
