// ncclGroupStart and ncclGroupEnd: calls of a thread that go on together.
#pragma once

#include "communicator.h"

namespace stand_in {

void group_start();

/// Queues what was collected, when it is the outermost end.
ncclResult_t group_end();

/// Queues the call, or keeps it for the end of the group.
ncclResult_t submit(Communicator *communicator, Call call, Stream *stream);

}  // namespace stand_in
