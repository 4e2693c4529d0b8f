/* What TorchSharp's API lacks. Tensors are passed as TorchSharp's `Tensor.Handle`, an `at::Tensor *`; nothing here
 * takes ownership of one. No header of libtorch's is needed: its symbols are looked up in the library beside this one.
 */
#ifndef MCD_TORCHEXT_H
#define MCD_TORCHEXT_H

#include "mcd_common.h"

/* Address of the tensor's first element, a view's offset included. Null for a tensor without elements. The address is
 * valid as long as the tensor's storage lives and is not resized. */
MCD_API mcd_status mcd_torchext_tensor_data_pointer(void *tensor, void **address);

/* The same elements read as whole numbers of their size, int16 or int32: a new `at::Tensor *`, the caller's. */
MCD_API mcd_status mcd_torchext_tensor_bits(void *tensor, void **bits);

/* Has the C library keep what is freed instead of handing it back to the system: each step allocates and frees the same
 * large tensors, and would pay for the same page faults again. Call before the first tensor. */
MCD_API mcd_status mcd_torchext_memory_keep_freed(void);

/* Has MKL add up products in an order that depends on nothing but their shape, as far as it offers that on this
 * processor without loss of speed. Overrides what the environment says. Call before the first product: MKL reads its
 * settings once. `mode`: the value of MKL_CBWR, such as "AVX512,STRICT". A string constant. */
MCD_API mcd_status mcd_torchext_products_fix(const char **mode);

/* Threads that one operator may use: ATen, MKL and OpenMP. It holds for the calling thread and those that it starts
 * later. */
MCD_API mcd_status mcd_torchext_threads_set(int32_t threads);

/* Threads as the libraries report them back to the calling thread. */
MCD_API mcd_status mcd_torchext_threads_get(int32_t *aten, int32_t *blas);

/* Version of the libtorch that is loaded, "2.10.0". Owned by the library, valid for ever; so are the next two. */
MCD_API mcd_status mcd_torchext_library_version(const char **version);

/* The instruction set that ATen's kernels use ("AVX2", "AVX512", "DEFAULT"...). */
MCD_API mcd_status mcd_torchext_library_cpu_capability(const char **capability);

/* Who multiplies matrices, and in which mode: "oneMKL 2024.2 (AVX512,STRICT)". */
MCD_API mcd_status mcd_torchext_library_blas(const char **blas);

#endif
