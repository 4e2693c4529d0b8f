#include "mcd_torchext.h"

#include <omp.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <mutex>
#include <string>

#include "aligned_blocks.h"
#include "guard.h"
#include "libtorch.h"
#include "products.h"

namespace {

using mcd::libtorch::function;

/// ATen's own description of its build, the only place where it tells the instruction set. A function of C++ that
/// takes nothing can be called without its header; std::string is the C++ library's, the same on both sides.
std::string description() { return function<std::string (*)()>("_ZN2at11show_configB5cxx11Ev")(); }

std::string read_cpu_capability() {
    const std::string label = "CPU capability usage: ", text = description();
    const auto begin = text.find(label);
    if (begin == std::string::npos)
        return "unknown";
    const auto value = begin + label.size();
    return text.substr(value, text.find('\n', value) - value);
}

/// One byte each from the top: major, minor, patch.
std::string read_version() {
    const auto version = function<uint64_t (*)()>("aoti_torch_abi_version")();
    const auto part = [&](int byte) { return std::to_string(version >> (8 * byte) & 255); };
    return part(7) + "." + part(6) + "." + part(5);
}

/// ATen's pool for whole operators is used by nothing here. It can be set once, and not after it has started; neither
/// is worth the end of a run.
void set_interop_threads_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        try {
            function<void (*)(int)>("_ZN2at23set_num_interop_threadsEi")(1);
        } catch (const std::exception &) {
        }
    });
}

void require_tensor(const void *tensor) {
    if (tensor == nullptr)
        throw std::invalid_argument("expected a tensor, found a null handle");
}

/// What libtorch's C functions return: 0, or that they failed.
void require(int32_t result) {
    if (result != 0)
        throw std::runtime_error("libtorch refused, and has printed why");
}

}  // namespace

mcd_status mcd_torchext_tensor_data_pointer(void *tensor, void **address) {
    return mcd::guard("tensor data pointer", [&] {
        static const auto read = function<int32_t (*)(void *, void **)>("aoti_torch_get_data_ptr");
        require_tensor(tensor);
        require(read(tensor, address));
    });
}

mcd_status mcd_torchext_tensor_bits(void *tensor, void **bits) {
    return mcd::guard("bits of a tensor", [&] {
        static const auto read_type = function<int32_t (*)(void *, int32_t *)>("aoti_torch_get_dtype");
        static const auto size_of = function<std::size_t (*)(int32_t)>("aoti_torch_dtype_element_size");
        static const auto view = function<int32_t (*)(void *, int32_t, void **)>("aoti_torch_view_dtype");
        require_tensor(tensor);
        int32_t type = 0;
        require(read_type(tensor, &type));
        const auto size = size_of(type);
        if (size != 2 && size != 4)
            throw std::invalid_argument("expected elements of 2 or 4 bytes, found " + std::to_string(size));
        require(view(tensor, function<int32_t (*)()>(size == 2 ? "aoti_torch_dtype_int16" : "aoti_torch_dtype_int32")(),
                     bits));
    });
}

mcd_status mcd_torchext_memory_keep_freed(void) {
    return mcd::guard("keep freed memory", [] {
#ifdef __GLIBC__
        // Above any tensor of a step, so that none is mapped and unmapped for itself; a glibc that documents 32 MiB as
        // the most may refuse more. What is refused costs time, and is no reason not to train.
        for (const int threshold : {1 << 30, 1 << 25})
            if (mallopt(M_MMAP_THRESHOLD, threshold) != 0)
                break;
        mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
        mcd::aligned_blocks::reuse();
    });
}

mcd_status mcd_torchext_products_fix(const char **mode) {
    return mcd::guard("fix the order of products", [&] { *mode = mcd::products::fix(); });
}

mcd_status mcd_torchext_threads_set(int32_t threads) {
    return mcd::guard("set compute threads", [&] {
        if (threads < 1)
            throw std::invalid_argument("expected 1 thread or more, found " + std::to_string(threads));
        // MKL is set along with ATen.
        function<void (*)(int)>("_ZN2at15set_num_threadsEi")(threads);
        set_interop_threads_once();
        omp_set_num_threads(threads);
    });
}

mcd_status mcd_torchext_threads_get(int32_t *aten, int32_t *blas) {
    return mcd::guard("get compute threads", [&] {
        *aten = function<int (*)()>("_ZN2at15get_num_threadsEv")();
        *blas = function<int (*)()>("MKL_Get_Max_Threads")();
    });
}

mcd_status mcd_torchext_library_version(const char **version) {
    return mcd::guard("libtorch version", [&] {
        static const std::string value = read_version();
        *version = value.c_str();
    });
}

mcd_status mcd_torchext_library_cpu_capability(const char **capability) {
    return mcd::guard("CPU capability", [&] {
        static const std::string value = read_cpu_capability();
        *capability = value.c_str();
    });
}

mcd_status mcd_torchext_library_blas(const char **blas) {
    return mcd::guard("BLAS", [&] {
        static const std::string value = mcd::products::library();
        *blas = value.c_str();
    });
}
