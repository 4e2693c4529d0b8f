// An error of the caller on its way through libtorch's engine.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace mcd {

/// Thrown where a callback reported failure; carries the number by which the caller knows its own error. It is visible
/// (not hidden like the rest) because its type must be recognised after libtorch has rethrown it.
class __attribute__((visibility("default"))) CallerFailure : public std::runtime_error {
public:
    explicit CallerFailure(int64_t number)
        : std::runtime_error("the caller's function failed (number " + std::to_string(number) + ")"), number_(number) {}

    int64_t number() const noexcept { return number_; }

private:
    int64_t number_;
};

/// Runs `body` and notes the number of a failure of the caller before letting it go on to the guard.
template <class Body>
void noting_failures(int64_t *failure, Body &&body) {
    try {
        body();
    } catch (const CallerFailure &e) {
        *failure = e.number();
        throw;
    }
}

}  // namespace mcd
