#include "device.h"

namespace {

void give(mcd_stream **out, c10::Stream stream) {
    *out = new c10::Stream(stream);
    mcd_internal_count_object(+1);
}

}  // namespace

mcd_status mcd_torchext_stream_create(int32_t index, int32_t high_priority, mcd_stream **stream) {
    return mcd::guard("make a stream", [&] {
        const auto device = mcd::device::device(index);
        give(stream, mcd::device::driver().getStreamFromGlobalPool(device, high_priority != 0));
    });
}

mcd_status mcd_torchext_stream_current(int32_t index, mcd_stream **stream) {
    return mcd::guard("current stream",
                      [&] { give(stream, mcd::device::driver().getStream(mcd::device::device(index))); });
}

mcd_status mcd_torchext_stream_use(mcd_stream *stream) {
    return mcd::guard("use a stream", [&] { mcd::device::driver().exchangeStream(mcd::device::stream(stream)); });
}

mcd_status mcd_torchext_stream_is_idle(mcd_stream *stream, int32_t *idle) {
    return mcd::guard("look at a stream",
                      [&] { *idle = mcd::device::driver().queryStream(mcd::device::stream(stream)) ? 1 : 0; });
}

mcd_status mcd_torchext_stream_synchronize(mcd_stream *stream) {
    return mcd::guard("wait for a stream",
                      [&] { mcd::device::driver().synchronizeStream(mcd::device::stream(stream)); });
}

mcd_status mcd_torchext_stream_release(mcd_stream *stream) {
    return mcd::guard("release a stream", [&] {
        if (stream == nullptr)
            return;
        // The stream itself stays in libtorch's pool.
        delete static_cast<c10::Stream *>(stream);
        mcd_internal_count_object(-1);
    });
}
