#ifndef MCD_HOST_ALLOCATOR_H
#define MCD_HOST_ALLOCATOR_H

namespace mcd {

/// Tensors that are made from now on in host memory take it from malloc. Not thread-safe; twice is as good as once.
void use_host_allocator();

}  // namespace mcd

#endif
