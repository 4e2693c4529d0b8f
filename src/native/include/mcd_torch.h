/* Tensors of libtorch behind a C ABI. Written for src/substitutes/TorchSharp.
 *
 * Ownership: an `mcd_tensor **out` receives a new object that the caller releases with mcd_torch_tensor_release. An
 * `mcd_tensor *` argument is only borrowed. Operations that write in place return nothing and change their first
 * argument. A handle is a heap `at::Tensor *`, the same thing that LibTorchSharp hands out. */
#ifndef MCD_TORCH_H
#define MCD_TORCH_H

#include "mcd_common.h"

#include <stdint.h>

typedef void mcd_tensor;

MCD_API mcd_status mcd_torch_tensor_release(mcd_tensor *tensor);

#endif
