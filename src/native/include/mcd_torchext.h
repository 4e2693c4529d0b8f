/* What libtorch can do and TorchSharp's API does not offer. Tensors are passed as `at::Tensor *`, the handle that both
 * the TorchSharp packages and our substitute hand out; nothing here takes ownership of one. */
#ifndef MCD_TORCHEXT_H
#define MCD_TORCHEXT_H

#include "mcd_common.h"

/* Address of the tensor's first element, a view's offset included. Null for a tensor without elements. The address is
 * valid as long as the tensor's storage lives and is not resized. */
MCD_API mcd_status mcd_torchext_tensor_data_pointer(void *tensor, void **address);

/* Has the C library keep what is freed instead of handing it back to the system: each step allocates and frees the same
 * large tensors, and would pay for the same page faults again. Tensors take plain blocks of it from then on, aligned
 * within, which the C library can hand out again as they are. Call before the first tensor. */
MCD_API mcd_status mcd_torchext_memory_keep_freed(void);

/* hash: 64 bits that change with each bit of a tensor of 2- or 4-byte elements, on whatever device it is: the sum of
 * (bits of element i) * (2i + 1) * 0x9E3779B97F4A7C15, modulo 2^64. */
MCD_API mcd_status mcd_torchext_tensor_bit_hash(void *tensor, uint64_t *hash);

/* Threads that one operator may use, everywhere a CPU operator may ask: ATen, OpenMP and each OpenBLAS that is loaded.
 * ATen's inter-op pool is set to one thread at the first call and stays so. Call before the first tensor. */
MCD_API mcd_status mcd_torchext_threads_set(int32_t threads);

/* Threads as the libraries report them back. `blas` is 0 when no OpenBLAS is loaded. */
MCD_API mcd_status mcd_torchext_threads_get(int32_t *aten, int32_t *blas);

/* Version of the libtorch this was compiled against, "1.13.1". A string constant. */
MCD_API mcd_status mcd_torchext_library_version(const char **version);

/* The instruction set that ATen's kernels use ("AVX2", "AVX512", "NO AVX"...). Owned by the library, valid for ever. */
MCD_API mcd_status mcd_torchext_library_cpu_capability(const char **capability);

/* The kernel set that OpenBLAS picked for this processor ("Haswell", "SkylakeX"...); "none" when no OpenBLAS is loaded.
 * Owned by OpenBLAS, valid for ever. */
MCD_API mcd_status mcd_torchext_library_blas_core(const char **core);

#endif
