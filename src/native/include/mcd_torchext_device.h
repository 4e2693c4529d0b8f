/* CUDA devices as libtorch knows them: streams, events, pinned memory, memory statistics, random state. Under a
 * libtorch without CUDA the two calls that ask whether there are any answer no, and every other call fails with a
 * sentence. Device indices are those that this process sees (CUDA_VISIBLE_DEVICES). Every handle is the caller's to
 * release. */
#ifndef MCD_TORCHEXT_DEVICE_H
#define MCD_TORCHEXT_DEVICE_H

#include "mcd_common.h"

typedef void mcd_stream;
typedef void mcd_event;
typedef void mcd_pinned;

/* Bytes that libtorch's caching allocator holds on one device. */
typedef struct {
    int64_t allocated;      /* in tensors now */
    int64_t allocated_peak;
    int64_t reserved;       /* taken from the device, kept for the next tensors */
    int64_t reserved_peak;
} mcd_device_memory;

/* 1 where this libtorch was built with CUDA, else 0. */
MCD_API mcd_status mcd_torchext_device_is_supported(int32_t *supported);

/* Devices that this process can use; 0 without CUDA or without a driver. */
MCD_API mcd_status mcd_torchext_device_count(int32_t *count);

/* Makes a device the calling thread's current one. */
MCD_API mcd_status mcd_torchext_device_select(int32_t device);

MCD_API mcd_status mcd_torchext_device_current(int32_t *device);

/* Returns when all that was queued on the device, on any stream, is done. */
MCD_API mcd_status mcd_torchext_device_synchronize(int32_t device);

/* A stream of libtorch's pool, which is finite: the 33rd is the first again. */
MCD_API mcd_status mcd_torchext_stream_create(int32_t device, int32_t high_priority, mcd_stream **stream);

/* The stream on which the calling thread's operations on this device go. */
MCD_API mcd_status mcd_torchext_stream_current(int32_t device, mcd_stream **stream);

/* Has the calling thread's operations on the stream's device go there from now on. */
MCD_API mcd_status mcd_torchext_stream_use(mcd_stream *stream);

/* 1 when all that was queued on the stream is done, else 0. An error of a kernel that ran there comes out here. */
MCD_API mcd_status mcd_torchext_stream_is_idle(mcd_stream *stream, int32_t *idle);

MCD_API mcd_status mcd_torchext_stream_synchronize(mcd_stream *stream);

/* The cudaStream_t, for NCCL. Needs a bridge built with CUDA's headers. */
MCD_API mcd_status mcd_torchext_stream_raw(mcd_stream *stream, void **raw);

MCD_API mcd_status mcd_torchext_stream_release(mcd_stream *stream);

/* An event without a time stamp, not recorded yet. */
MCD_API mcd_status mcd_torchext_event_create(mcd_event **event);

/* Marks the place that the stream's queue has come to. */
MCD_API mcd_status mcd_torchext_event_record(mcd_event *event, mcd_stream *stream);

/* Has the stream wait for the marked place; the calling thread does not. */
MCD_API mcd_status mcd_torchext_event_block(mcd_event *event, mcd_stream *stream);

/* 1 when the marked place is reached, or none was marked. */
MCD_API mcd_status mcd_torchext_event_is_done(mcd_event *event, int32_t *done);

/* Returns when the marked place is reached. */
MCD_API mcd_status mcd_torchext_event_synchronize(mcd_event *event);

MCD_API mcd_status mcd_torchext_event_release(mcd_event *event);

/* Host memory that stays where it is, so that devices copy to and from it while both go on. */
MCD_API mcd_status mcd_torchext_pinned_create(int64_t bytes, mcd_pinned **memory, void **address);

MCD_API mcd_status mcd_torchext_pinned_release(mcd_pinned *memory);

/* Needs a bridge built with CUDA's headers. */
MCD_API mcd_status mcd_torchext_device_memory(int32_t device, mcd_device_memory *memory);

/* Peaks count from now on. Needs a bridge built with CUDA's headers. */
MCD_API mcd_status mcd_torchext_device_memory_reset_peaks(int32_t device);

/* The state of libtorch's own generator: of a device, or of the host for device -1. `bytes` is what it takes; when
 * `capacity` is less, nothing is copied. */
MCD_API mcd_status mcd_torchext_random_state_get(int32_t device, uint8_t *state, int64_t capacity, int64_t *bytes);

MCD_API mcd_status mcd_torchext_random_state_set(int32_t device, const uint8_t *state, int64_t bytes);

#endif
