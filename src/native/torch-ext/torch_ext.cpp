#include "mcd_torchext.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Tensor.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <omp.h>
#include <torch/version.h>

#include <mutex>
#include <string>

#include "guard.h"
#include "host_allocator.h"
#include "openblas.h"

namespace {

const at::Tensor &tensor(void *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected a tensor, found a null handle");
    return *static_cast<const at::Tensor *>(handle);
}

/// ATen allows one call only, and throws once its pool has started. Neither is worth the end of a run: the pool is used
/// by nothing here.
void set_interop_threads_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        try {
            at::set_num_interop_threads(1);
        } catch (const c10::Error &) {
        }
    });
}

/// ATen prints the instruction set only as a line of its build description, in every version from 1.13 to 2.x.
std::string read_cpu_capability() {
    const std::string label = "CPU capability usage: ";
    const std::string description = at::show_config();
    const auto begin = description.find(label);
    if (begin == std::string::npos)
        return "unknown";
    const auto value = begin + label.size();
    return description.substr(value, description.find('\n', value) - value);
}

}  // namespace

mcd_status mcd_torchext_tensor_data_pointer(void *handle, void **address) {
    return mcd::guard("tensor data pointer", [&] { *address = tensor(handle).data_ptr(); });
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
        mcd::use_host_allocator();
    });
}

mcd_status mcd_torchext_threads_set(int32_t threads) {
    return mcd::guard("set compute threads", [&] {
        if (threads < 1)
            throw std::invalid_argument("expected 1 thread or more, found " + std::to_string(threads));
        at::set_num_threads(threads);
        set_interop_threads_once();
        omp_set_num_threads(threads);
        mcd::openblas::set_threads(threads);
    });
}

mcd_status mcd_torchext_threads_get(int32_t *aten, int32_t *blas) {
    return mcd::guard("get compute threads", [&] {
        *aten = at::get_num_threads();
        *blas = mcd::openblas::threads();
    });
}

mcd_status mcd_torchext_library_version(const char **version) {
    return mcd::guard("libtorch version", [&] { *version = TORCH_VERSION; });
}

mcd_status mcd_torchext_library_cpu_capability(const char **capability) {
    return mcd::guard("CPU capability", [&] {
        static const std::string value = read_cpu_capability();
        *capability = value.c_str();
    });
}

mcd_status mcd_torchext_library_blas_core(const char **core) {
    return mcd::guard("BLAS core", [&] { *core = mcd::openblas::core_name(); });
}
