// Random numbers of the CPU: generators, and the operations that draw from one.
#include "generator.h"

#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

using namespace mcd;

namespace {

void give_generator(mcd_generator **out, at::Generator value) {
    *out = new at::Generator(std::move(value));
    mcd_internal_count_object(+1);
}

void seed_locked(at::Generator &generator, uint64_t seed) {
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_current_seed(seed);
}

}  // namespace

mcd_status mcd_torch_generator_default_seed(uint64_t seed) {
    return guard("manual_seed", [&] {
        auto generator = at::detail::getDefaultCPUGenerator();
        seed_locked(generator, seed);
    });
}

mcd_status mcd_torch_generator_create(uint64_t seed, mcd_generator **out) {
    return guard("creating a generator", [&] { give_generator(out, at::detail::createCPUGenerator(seed)); });
}

mcd_status mcd_torch_generator_default(mcd_generator **out) {
    return guard("default generator", [&] { give_generator(out, at::detail::getDefaultCPUGenerator()); });
}

mcd_status mcd_torch_generator_release(mcd_generator *handle) {
    return guard("releasing a generator", [&] {
        if (handle == nullptr)
            return;
        delete static_cast<at::Generator *>(handle);
        mcd_internal_count_object(-1);
    });
}

mcd_status mcd_torch_generator_seed(mcd_generator *handle, uint64_t seed) {
    return guard("manual_seed", [&] { seed_locked(generator(handle), seed); });
}

mcd_status mcd_torch_generator_current_seed(mcd_generator *handle, uint64_t *out) {
    return guard("initial_seed", [&] { *out = generator(handle).current_seed(); });
}

mcd_status mcd_torch_generator_get_state(mcd_generator *handle, mcd_tensor **out) {
    return guard("get_state", [&] {
        std::lock_guard<std::mutex> lock(generator(handle).mutex());
        give(out, generator(handle).get_state());
    });
}

mcd_status mcd_torch_generator_set_state(mcd_generator *handle, mcd_tensor *state) {
    return guard("set_state", [&] {
        std::lock_guard<std::mutex> lock(generator(handle).mutex());
        generator(handle).set_state(tensor(state));
    });
}

mcd_status mcd_torch_tensor_normal_(mcd_tensor *self, double mean, double std, mcd_generator *handle) {
    return guard("normal_", [&] { tensor(self).normal_(mean, std, optional_generator(handle)); });
}

mcd_status mcd_torch_tensor_uniform_(mcd_tensor *self, double low, double high, mcd_generator *handle) {
    return guard("uniform_", [&] { tensor(self).uniform_(low, high, optional_generator(handle)); });
}

mcd_status mcd_torch_tensor_random_(mcd_tensor *self, int64_t low, int64_t high, mcd_generator *handle) {
    return guard("random_", [&] { tensor(self).random_(low, high, optional_generator(handle)); });
}

mcd_status mcd_torch_tensor_bernoulli_(mcd_tensor *self, double p, mcd_generator *handle) {
    return guard("bernoulli_", [&] { tensor(self).bernoulli_(p, optional_generator(handle)); });
}

mcd_status mcd_torch_tensor_multinomial(mcd_tensor *self, int64_t samples, int32_t replacement, mcd_generator *handle,
                                        mcd_tensor **out) {
    return guard("multinomial", [&] {
        give(out, tensor(self).multinomial(samples, replacement != 0, optional_generator(handle)));
    });
}
