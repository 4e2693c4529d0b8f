// Birth certificates and funerals of handles.
#include "tensor.h"

mcd_status mcd_torch_tensor_release(mcd_tensor *handle) {
    return mcd::guard("releasing a tensor", [&] {
        if (handle == nullptr)
            return;
        delete static_cast<at::Tensor *>(handle);
        mcd_internal_count_object(-1);
    });
}
