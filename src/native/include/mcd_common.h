/* What every library of the bridge shares: export marks, the status convention, error text, object counts.
 *
 * Convention: every function returns an int32_t status, results come back through out-parameters, and no exception
 * leaves a function. Status 0 is success; anything else means that mcd_common_last_error() of the same thread says
 * what went wrong. Strings are UTF-8 and NUL-terminated unless a length is passed. */
#ifndef MCD_COMMON_H
#define MCD_COMMON_H

#include <stdint.h>

#ifdef __cplusplus
#define MCD_API extern "C" __attribute__((visibility("default")))
#else
#define MCD_API __attribute__((visibility("default")))
#endif

typedef int32_t mcd_status;

enum {
    MCD_OK = 0,
    MCD_FAILED = 1,          /* the library reported an error */
    MCD_OUT_OF_MEMORY = 2,
    MCD_BAD_ARGUMENT = 3     /* the caller passed something that can never work */
};

/* Raised with every incompatible change; the C# side refuses another number. */
#define MCD_ABI_VERSION 1

MCD_API int32_t mcd_common_abi_version(void);

/* The text of this thread's latest failure. Owned by the library, valid until the thread's next failing call. */
MCD_API const char *mcd_common_last_error(void);

/* Number of native objects (tensors, processors, ...) handed to the caller and not yet released, over all libraries. */
MCD_API int64_t mcd_common_live_objects(void);

#endif
