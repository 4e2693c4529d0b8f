#include "elements.h"

#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace stand_in {
namespace {

struct Bfloat16 {
    std::uint16_t bits;
};

template <class T>
struct Sum {
    using Wide = T;
    static T widen(T value) { return value; }
    static T narrow(T value) { return value; }
};

template <>
struct Sum<Bfloat16> {
    using Wide = float;

    static float widen(Bfloat16 value) {
        const std::uint32_t bits = std::uint32_t{value.bits} << 16;
        float wide;
        std::memcpy(&wide, &bits, sizeof wide);
        return wide;
    }

    static Bfloat16 narrow(float value) {
        std::uint32_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        if (value != value)
            return {static_cast<std::uint16_t>((bits >> 16) | 0x40)};
        return {static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
    }
};

template <class T>
void add_as(const std::vector<const void *> &parts, void *sum, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        auto value = Sum<T>::widen(static_cast<const T *>(parts[0])[i]);
        for (std::size_t part = 1; part < parts.size(); ++part)
            value += Sum<T>::widen(static_cast<const T *>(parts[part])[i]);
        static_cast<T *>(sum)[i] = Sum<T>::narrow(value);
    }
}

}  // namespace

std::size_t element_bytes(ncclDataType_t type) {
    switch (type) {
        case ncclInt8:
        case ncclUint8: return 1;
        case ncclFloat16:
        case ncclBfloat16: return 2;
        case ncclInt32:
        case ncclUint32:
        case ncclFloat32: return 4;
        case ncclInt64:
        case ncclUint64:
        case ncclFloat64: return 8;
        default: return 0;
    }
}

bool can_add(ncclDataType_t type) {
    return type == ncclFloat32 || type == ncclFloat64 || type == ncclBfloat16 || type == ncclInt32 || type == ncclInt64;
}

void add(const std::vector<const void *> &parts, void *sum, std::size_t count, ncclDataType_t type) {
    switch (type) {
        case ncclFloat32: return add_as<float>(parts, sum, count);
        case ncclFloat64: return add_as<double>(parts, sum, count);
        case ncclBfloat16: return add_as<Bfloat16>(parts, sum, count);
        case ncclInt32: return add_as<std::int32_t>(parts, sum, count);
        case ncclInt64: return add_as<std::int64_t>(parts, sum, count);
        default: throw std::invalid_argument("a type that cannot be added");
    }
}

}  // namespace stand_in
