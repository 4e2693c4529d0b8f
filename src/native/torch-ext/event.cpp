#include "device.h"

#include <chrono>
#include <thread>

namespace {

/// libtorch makes the event itself when it is first recorded, on the stream's device.
struct Event {
    void *native = nullptr;
    c10::DeviceIndex device = -1;
};

Event &event(mcd_event *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected an event, found a null handle");
    return *static_cast<Event *>(handle);
}

bool is_done(const Event &event) { return event.native == nullptr || mcd::device::driver().queryEvent(event.native); }

}  // namespace

mcd_status mcd_torchext_event_create(mcd_event **out) {
    return mcd::guard("make an event", [&] {
        mcd::device::driver();
        *out = new Event;
        mcd_internal_count_object(+1);
    });
}

mcd_status mcd_torchext_event_record(mcd_event *handle, mcd_stream *on) {
    return mcd::guard("record an event", [&] {
        auto &self = event(handle);
        const auto &stream = mcd::device::stream(on);
        if (self.native != nullptr && self.device != stream.device_index())
            throw std::invalid_argument("expected a stream of the device that the event was first recorded on");
        mcd::device::driver().record(&self.native, stream, stream.device_index(), c10::EventFlag::PYTORCH_DEFAULT);
        self.device = stream.device_index();
    });
}

mcd_status mcd_torchext_event_block(mcd_event *handle, mcd_stream *on) {
    return mcd::guard("wait for an event", [&] {
        const auto &self = event(handle);
        if (self.native != nullptr)
            mcd::device::driver().block(self.native, mcd::device::stream(on));
    });
}

mcd_status mcd_torchext_event_is_done(mcd_event *handle, int32_t *done) {
    return mcd::guard("look at an event", [&] { *done = is_done(event(handle)) ? 1 : 0; });
}

mcd_status mcd_torchext_event_synchronize(mcd_event *handle) {
    return mcd::guard("wait for an event", [&] {
        // Asked again and again, because 1.13's driver has no call that waits.
        while (!is_done(event(handle)))
            std::this_thread::sleep_for(std::chrono::microseconds(20));
    });
}

mcd_status mcd_torchext_event_release(mcd_event *handle) {
    return mcd::guard("release an event", [&] {
        if (handle == nullptr)
            return;
        auto *self = static_cast<Event *>(handle);
        if (self->native != nullptr)
            mcd::device::driver().destroyEvent(self->native, self->device);
        delete self;
        mcd_internal_count_object(-1);
    });
}
