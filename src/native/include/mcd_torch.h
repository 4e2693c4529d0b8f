/* Tensors of libtorch behind a C ABI. Written for src/substitutes/TorchSharp.
 *
 * Ownership: an `mcd_tensor **out` receives a new object that the caller releases with mcd_torch_tensor_release. An
 * `mcd_tensor *` argument is only borrowed. Functions whose name ends in an underscore write into their first argument
 * and hand nothing out. A handle is a heap `at::Tensor *`, the same thing that LibTorchSharp hands out.
 *
 * Element types (`dtype`) have the numbers of c10::ScalarType; -1 means "as the operation chooses" where one is
 * optional. Flags are 0 or 1. A nullable tensor or generator is NULL when absent. */
#ifndef MCD_TORCH_H
#define MCD_TORCH_H

#include "mcd_common.h"

#include <stdint.h>

typedef void mcd_tensor;
typedef void mcd_generator;

enum { MCD_SCALAR_NONE = 0, MCD_SCALAR_INTEGER = 1, MCD_SCALAR_REAL = 2, MCD_SCALAR_BOOL = 3 };

typedef struct {
    int64_t integer; /* the value of an integer or a bool */
    double real;     /* the value of a floating-point number */
    int32_t kind;    /* MCD_SCALAR_* */
} mcd_scalar;

/* Life, identity and plain facts. */

MCD_API mcd_status mcd_torch_tensor_release(mcd_tensor *tensor);
/* Another handle on the same tensor. */
MCD_API mcd_status mcd_torch_tensor_share(mcd_tensor *tensor, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_clone(mcd_tensor *tensor, mcd_tensor **out);
/* Takes the count of a handle that somebody else made (or gives it up, change = -1), so that live objects agree. */
MCD_API mcd_status mcd_torch_tensor_adopt(mcd_tensor *tensor, int32_t change);
MCD_API mcd_status mcd_torch_tensor_dimensions(mcd_tensor *tensor, int64_t *out);
/* Writes `dimensions` sizes and as many strides; either pointer may be NULL. */
MCD_API mcd_status mcd_torch_tensor_shape(mcd_tensor *tensor, int64_t *sizes, int64_t *strides);
MCD_API mcd_status mcd_torch_tensor_numel(mcd_tensor *tensor, int64_t *out);
MCD_API mcd_status mcd_torch_tensor_storage_offset(mcd_tensor *tensor, int64_t *out);
MCD_API mcd_status mcd_torch_tensor_dtype(mcd_tensor *tensor, int32_t *out);
MCD_API mcd_status mcd_torch_tensor_device(mcd_tensor *tensor, int32_t *type, int32_t *index);
/* Address of the first element, the view's offset included; the memory belongs to the tensor. */
MCD_API mcd_status mcd_torch_tensor_data(mcd_tensor *tensor, void **out);
MCD_API mcd_status mcd_torch_tensor_same(mcd_tensor *tensor, mcd_tensor *other, int32_t *out);
/* Converts; dtype -1 and device_type -1 keep what the tensor has. copy = 0 may share memory. */
MCD_API mcd_status mcd_torch_tensor_to(mcd_tensor *tensor, int32_t dtype, int32_t device_type, int32_t device_index,
    int32_t copy, int32_t non_blocking, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_copy_(mcd_tensor *self, mcd_tensor *source, int32_t non_blocking);
/* Makes `self` another name for the storage, shape and strides of `source`. */
MCD_API mcd_status mcd_torch_tensor_set_(mcd_tensor *self, mcd_tensor *source);

/* Creation. `options`: dtype, device and whether gradients are wanted. */

typedef struct {
    int32_t dtype;
    int32_t device_type;
    int32_t device_index;
    int32_t requires_grad;
} mcd_tensor_options;

MCD_API mcd_status mcd_torch_create_empty(const int64_t *sizes, int32_t count, mcd_tensor_options options,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_full(const int64_t *sizes, int32_t count, mcd_scalar value,
    mcd_tensor_options options, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_range(mcd_scalar start, mcd_scalar stop, mcd_scalar step,
    mcd_tensor_options options, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_linspace(mcd_scalar start, mcd_scalar stop, int64_t steps,
    mcd_tensor_options options, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_eye(int64_t rows, int64_t columns, mcd_tensor_options options, mcd_tensor **out);
/* Copies `bytes` bytes of contiguous elements of `dtype` and then converts to `options`. */
MCD_API mcd_status mcd_torch_create_copy(const void *data, int64_t bytes, int32_t dtype, const int64_t *sizes,
    int32_t count, mcd_tensor_options options, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_cat(mcd_tensor *const *tensors, int32_t count, int64_t dim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_stack(mcd_tensor *const *tensors, int32_t count, int64_t dim, mcd_tensor **out);

/* Random numbers. A NULL generator is the process-wide one of the CPU. */

MCD_API mcd_status mcd_torch_generator_default_seed(uint64_t seed);
MCD_API mcd_status mcd_torch_generator_create(uint64_t seed, mcd_generator **out);
MCD_API mcd_status mcd_torch_generator_default(mcd_generator **out);
MCD_API mcd_status mcd_torch_generator_release(mcd_generator *generator);
MCD_API mcd_status mcd_torch_generator_seed(mcd_generator *generator, uint64_t seed);
MCD_API mcd_status mcd_torch_generator_current_seed(mcd_generator *generator, uint64_t *out);
MCD_API mcd_status mcd_torch_generator_get_state(mcd_generator *generator, mcd_tensor **out);
MCD_API mcd_status mcd_torch_generator_set_state(mcd_generator *generator, mcd_tensor *state);
MCD_API mcd_status mcd_torch_tensor_normal_(mcd_tensor *self, double mean, double std, mcd_generator *generator);
MCD_API mcd_status mcd_torch_tensor_uniform_(mcd_tensor *self, double low, double high, mcd_generator *generator);
MCD_API mcd_status mcd_torch_tensor_random_(mcd_tensor *self, int64_t low, int64_t high, mcd_generator *generator);
MCD_API mcd_status mcd_torch_tensor_bernoulli_(mcd_tensor *self, double p, mcd_generator *generator);
MCD_API mcd_status mcd_torch_tensor_multinomial(mcd_tensor *self, int64_t samples, int32_t replacement,
    mcd_generator *generator, mcd_tensor **out);
MCD_API mcd_status mcd_torch_create_permutation(int64_t n, mcd_generator *generator, mcd_tensor_options options,
    mcd_tensor **out);

/* Indexing with a list of indices. */

enum { MCD_INDEX_NONE = 0, MCD_INDEX_INTEGER = 1, MCD_INDEX_SLICE = 2, MCD_INDEX_ELLIPSIS = 3, MCD_INDEX_TENSOR = 4,
       MCD_INDEX_BOOL = 5 };

typedef struct {
    int64_t start; /* the value of an integer or a bool; INT64_MIN: open */
    int64_t stop;  /* INT64_MAX: open */
    int64_t step;
    mcd_tensor *tensor;
    int32_t kind; /* MCD_INDEX_* */
} mcd_index;

MCD_API mcd_status mcd_torch_tensor_index(mcd_tensor *self, const mcd_index *indices, int32_t count, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_put_(mcd_tensor *self, const mcd_index *indices, int32_t count,
    mcd_tensor *value);

/* Losses. */

MCD_API mcd_status mcd_torch_tensor_cross_entropy(mcd_tensor *self, mcd_tensor *target, mcd_tensor *weight,
    int64_t reduction, int64_t ignore_index, double label_smoothing, mcd_tensor **out);

/* Gradients. A grad that is absent comes back as NULL. */

MCD_API mcd_status mcd_torch_grad_mode_get(int32_t *out);
MCD_API mcd_status mcd_torch_grad_mode_set(int32_t enabled);
MCD_API mcd_status mcd_torch_inference_mode_get(int32_t *out);
MCD_API mcd_status mcd_torch_inference_mode_enter(int32_t enabled, void **out);
MCD_API mcd_status mcd_torch_inference_mode_leave(void *guard);
MCD_API mcd_status mcd_torch_tensor_requires_grad_get(mcd_tensor *self, int32_t *out);
MCD_API mcd_status mcd_torch_tensor_requires_grad_set(mcd_tensor *self, int32_t value);
MCD_API mcd_status mcd_torch_tensor_is_leaf(mcd_tensor *self, int32_t *out);
MCD_API mcd_status mcd_torch_tensor_retain_grad(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_grad_get(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_grad_set(mcd_tensor *self, mcd_tensor *grad);
MCD_API mcd_status mcd_torch_tensor_detach(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_detach_(mcd_tensor *self);

/* retain_graph: 0, 1, or -1 for "as create_graph". `failure`, see mcd_function_callbacks: the number of the caller's
 * own error that stopped the pass, when the status is not 0 for that reason; untouched otherwise. NULL in a list of
 * grads or an empty list stands for "ones of a scalar". */
MCD_API mcd_status mcd_torch_autograd_backward(mcd_tensor *const *tensors, int32_t count, mcd_tensor *const *grads,
    int32_t grad_count, mcd_tensor *const *inputs, int32_t input_count, int32_t retain_graph, int32_t create_graph,
    int64_t *failure);
/* `out` has room for input_count handles; NULL where an input was not used and allow_unused is set. */
MCD_API mcd_status mcd_torch_autograd_grad(mcd_tensor *const *outputs, int32_t count, mcd_tensor *const *inputs,
    int32_t input_count, mcd_tensor *const *grads, int32_t grad_count, int32_t retain_graph, int32_t create_graph,
    int32_t allow_unused, int64_t *failure, mcd_tensor **out);

/* Functions whose derivative the caller computes.
 *
 * `context` names an object of the caller. The graph holds it from mcd_torch_function_wrap until the node dies, and
 * then calls `release` exactly once (also when the wrap fails or nothing needs a gradient). `backward` receives owned
 * handles of the gradients (NULL where absent), puts what it computes into `sink` with mcd_torch_function_return, and
 * returns 0, or a positive number by which the caller will recognise its own error. */
typedef struct {
    int64_t (*backward)(void *context, void *saved, void *sink, mcd_tensor *const *grads, int32_t count);
    void (*release)(void *context);
} mcd_function_callbacks;

typedef struct {
    mcd_tensor *const *tensors;
    int32_t count;
} mcd_tensor_list;

/* Hangs a node between `inputs` and `outputs` (which were computed without a graph). `saved` may hold NULLs; `dirty`
 * are inputs that were written in place; `out` has room for outputs.count handles. */
MCD_API mcd_status mcd_torch_function_wrap(mcd_tensor_list inputs, mcd_tensor_list outputs, mcd_tensor_list saved,
    mcd_tensor_list dirty, mcd_tensor_list non_differentiable, int32_t materialize_grads,
        mcd_function_callbacks callbacks, void *context, mcd_tensor **out);
/* The saved tensors, during `backward` only; `out` has room for as many as were saved. */
MCD_API mcd_status mcd_torch_function_saved(void *saved, int32_t count, mcd_tensor **out);
MCD_API mcd_status mcd_torch_function_return(void *sink, int32_t index, mcd_tensor *grad);

/* What is linked: the text is owned by the library. */
MCD_API mcd_status mcd_torch_library_version(const char **out);
MCD_API mcd_status mcd_torch_threads_get(int32_t *out);
MCD_API mcd_status mcd_torch_threads_set(int32_t threads);

/* Functions of one tensor, element by element. Names with a trailing _ write in place. */

MCD_API mcd_status mcd_torch_tensor_abs(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_ceil(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_cos(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_erf(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_exp(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_expm1(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_floor(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_log(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_log1p(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_log2(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_neg(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_reciprocal(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_relu(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_rsqrt(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sigmoid(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sign(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sin(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sqrt(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_square(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_tanh(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_trunc(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_abs_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_exp_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_log_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_neg_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_relu_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_rsqrt_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_sigmoid_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_sqrt_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_tanh_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_round(mcd_tensor *self, int64_t decimals, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_silu(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_silu_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_gelu(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_isfinite(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_isnan(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_isinf(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_clamp(mcd_tensor *self, mcd_scalar min, mcd_scalar max, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_clamp_(mcd_tensor *self, mcd_scalar min, mcd_scalar max);
MCD_API mcd_status mcd_torch_tensor_zero_(mcd_tensor *self);
MCD_API mcd_status mcd_torch_tensor_fill_(mcd_tensor *self, mcd_scalar value);

/* Arithmetic of two tensors, or of a tensor and a number, with broadcasting. */

MCD_API mcd_status mcd_torch_tensor_add(mcd_tensor *self, mcd_tensor *target, mcd_scalar alpha, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_add_scalar(mcd_tensor *self, mcd_scalar scalar, mcd_scalar alpha,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_add_(mcd_tensor *self, mcd_tensor *target, mcd_scalar alpha);
MCD_API mcd_status mcd_torch_tensor_add_scalar_(mcd_tensor *self, mcd_scalar scalar, mcd_scalar alpha);
MCD_API mcd_status mcd_torch_tensor_sub(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sub_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sub_(mcd_tensor *self, mcd_tensor *target);
MCD_API mcd_status mcd_torch_tensor_sub_scalar_(mcd_tensor *self, mcd_scalar target);
MCD_API mcd_status mcd_torch_tensor_mul(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mul_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mul_(mcd_tensor *self, mcd_tensor *target);
MCD_API mcd_status mcd_torch_tensor_mul_scalar_(mcd_tensor *self, mcd_scalar target);
MCD_API mcd_status mcd_torch_tensor_div(mcd_tensor *self, mcd_tensor *target, int32_t rounding_mode,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_div_scalar(mcd_tensor *self, mcd_scalar target, int32_t rounding_mode,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_div_(mcd_tensor *self, mcd_tensor *target, int32_t rounding_mode);
MCD_API mcd_status mcd_torch_tensor_div_scalar_(mcd_tensor *self, mcd_scalar target, int32_t rounding_mode);
MCD_API mcd_status mcd_torch_tensor_floor_divide(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_remainder(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_remainder_scalar(mcd_tensor *self, mcd_scalar scalar, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_pow(mcd_tensor *self, mcd_tensor *exponent, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_pow_scalar(mcd_tensor *self, mcd_scalar exponent, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_pow_(mcd_tensor *self, mcd_tensor *exponent);
MCD_API mcd_status mcd_torch_tensor_pow_scalar_(mcd_tensor *self, mcd_scalar exponent);
MCD_API mcd_status mcd_torch_tensor_maximum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_minimum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_addcmul(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2,
    mcd_scalar value, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_addcmul_(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2,
    mcd_scalar value);
MCD_API mcd_status mcd_torch_tensor_addcdiv(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2,
    mcd_scalar value, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_addcdiv_(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2,
    mcd_scalar value);
MCD_API mcd_status mcd_torch_tensor_lerp(mcd_tensor *self, mcd_tensor *end, mcd_tensor *weight, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_lerp_(mcd_tensor *self, mcd_tensor *end, mcd_tensor *weight);

/* Comparisons, what is made of their answers, and choices by mask. */

MCD_API mcd_status mcd_torch_tensor_eq(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_eq_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_ne(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_ne_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_lt(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_lt_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_le(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_le_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_gt(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_gt_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_ge(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_ge_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_bitwise_and(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_bitwise_or(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_bitwise_xor(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_bitwise_not(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_logical_not(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_logical_and(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_logical_or(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_where(mcd_tensor *self, mcd_tensor *condition, mcd_tensor *y, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_masked_fill(mcd_tensor *self, mcd_tensor *mask, mcd_scalar value,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_masked_fill_(mcd_tensor *self, mcd_tensor *mask, mcd_scalar value);

/* Reductions over all elements or over dimensions, and the orderings. */

MCD_API mcd_status mcd_torch_tensor_sum(mcd_tensor *self, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sum_dims(mcd_tensor *self, const int64_t *dim, int32_t dim_count,
    int32_t keepdim, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mean(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mean_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t keepdim, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_prod(mcd_tensor *self, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_prod_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, int32_t type,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_max(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_max_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **first,
    mcd_tensor **second);
MCD_API mcd_status mcd_torch_tensor_min(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_min_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **first,
    mcd_tensor **second);
MCD_API mcd_status mcd_torch_tensor_argmax(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_argmax_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_argmin(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_argmin_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_amax(mcd_tensor *self, const int64_t *dims, int32_t dims_count, int32_t keepdim,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_amin(mcd_tensor *self, const int64_t *dims, int32_t dims_count, int32_t keepdim,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_all(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_all_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_any(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_any_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_logsumexp(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_softmax(mcd_tensor *self, int64_t dim, int32_t dtype, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_log_softmax(mcd_tensor *self, int64_t dim, int32_t dtype, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_norm(mcd_tensor *self, double p, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_norm_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, double p,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_cumsum(mcd_tensor *self, int64_t dim, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_var(mcd_tensor *self, int32_t unbiased, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_var_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t unbiased, int32_t keepdim, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_std(mcd_tensor *self, int32_t unbiased, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_std_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t unbiased, int32_t keepdim, int32_t type, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_sort(mcd_tensor *self, int64_t dim, int32_t descending, int32_t stable,
    mcd_tensor **first, mcd_tensor **second);
MCD_API mcd_status mcd_torch_tensor_argsort(mcd_tensor *self, int64_t dim, int32_t descending, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_topk(mcd_tensor *self, int64_t k, int64_t dim, int32_t largest, int32_t sorted,
    mcd_tensor **first, mcd_tensor **second);
MCD_API mcd_status mcd_torch_tensor_allclose(mcd_tensor *self, mcd_tensor *target, double rtol, double atol,
    int32_t equal_nan, int32_t *out);
MCD_API mcd_status mcd_torch_tensor_nonzero(mcd_tensor *self, mcd_tensor **out);

/* Shapes and views: nothing is computed, most results share memory with their source. */

MCD_API mcd_status mcd_torch_tensor_view(mcd_tensor *self, const int64_t *shape, int32_t shape_count,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_reshape(mcd_tensor *self, const int64_t *shape, int32_t shape_count,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_permute(mcd_tensor *self, const int64_t *permutation, int32_t permutation_count,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_flatten(mcd_tensor *self, int64_t start_dim, int64_t end_dim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_transpose(mcd_tensor *self, int64_t dim0, int64_t dim1, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_transpose_(mcd_tensor *self, int64_t dim0, int64_t dim1);
MCD_API mcd_status mcd_torch_tensor_t(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_contiguous(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_narrow(mcd_tensor *self, int64_t dim, int64_t start, int64_t length,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_slice(mcd_tensor *self, int64_t dim, int64_t start, int64_t finish, int64_t step,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_select(mcd_tensor *self, int64_t dim, int64_t index, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_expand(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count,
    int32_t is_implicit, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_expand_as(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_broadcast_to(mcd_tensor *self, const int64_t *shape, int32_t shape_count,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_unsqueeze(mcd_tensor *self, int64_t dim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_unsqueeze_(mcd_tensor *self, int64_t dim);
MCD_API mcd_status mcd_torch_tensor_squeeze_dim(mcd_tensor *self, int64_t dim, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_squeeze(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_repeat(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_repeat_interleave(mcd_tensor *self, int64_t repeats, int64_t dim,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_flip(mcd_tensor *self, const int64_t *dims, int32_t dims_count, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_unfold(mcd_tensor *self, int64_t dimension, int64_t size, int64_t step,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_split(mcd_tensor *self, int64_t size, int64_t dim, mcd_tensor **out,
    int32_t capacity, int32_t *count);
MCD_API mcd_status mcd_torch_tensor_split_sizes(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count,
    int64_t dim, mcd_tensor **out, int32_t capacity, int32_t *count);
MCD_API mcd_status mcd_torch_tensor_chunk(mcd_tensor *self, int64_t chunks, int64_t dim, mcd_tensor **out,
    int32_t capacity, int32_t *count);
MCD_API mcd_status mcd_torch_tensor_unbind(mcd_tensor *self, int64_t dimension, mcd_tensor **out, int32_t capacity,
    int32_t *count);
MCD_API mcd_status mcd_torch_tensor_alias(mcd_tensor *self, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_view_as(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_as_strided(mcd_tensor *self, const int64_t *size, int32_t size_count,
    const int64_t *strides, int32_t strides_count, int64_t storage_offset, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_diagonal(mcd_tensor *self, int64_t offset, int64_t dim1, int64_t dim2,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_tril(mcd_tensor *self, int64_t diagonal, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_triu(mcd_tensor *self, int64_t diagonal, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_tril_(mcd_tensor *self, int64_t diagonal);
MCD_API mcd_status mcd_torch_tensor_triu_(mcd_tensor *self, int64_t diagonal);
MCD_API mcd_status mcd_torch_tensor_is_contiguous(mcd_tensor *self, int32_t *out);

/* Products of matrices and vectors. */

MCD_API mcd_status mcd_torch_tensor_matmul(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mm(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_bmm(mcd_tensor *self, mcd_tensor *batch2, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_mv(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_dot(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_outer(mcd_tensor *self, mcd_tensor *vec2, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_addmm(mcd_tensor *self, mcd_tensor *mat1, mcd_tensor *mat2, double beta,
    double alpha, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_addmm_(mcd_tensor *self, mcd_tensor *mat1, mcd_tensor *mat2, double beta,
    double alpha);
MCD_API mcd_status mcd_torch_tensor_baddbmm(mcd_tensor *self, mcd_tensor *batch1, mcd_tensor *batch2, double beta,
    double alpha, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_linear(mcd_tensor *self, mcd_tensor *weights, mcd_tensor *bias, mcd_tensor **out);

/* Reading and writing by index. */

MCD_API mcd_status mcd_torch_tensor_gather(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_select(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_take(mcd_tensor *self, mcd_tensor *index, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_masked_select(mcd_tensor *self, mcd_tensor *mask, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_add(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_scalar alpha, mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_add_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_scalar alpha);
MCD_API mcd_status mcd_torch_tensor_index_copy(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_copy_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source);
MCD_API mcd_status mcd_torch_tensor_index_fill(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_scalar value,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_index_fill_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_scalar value);
MCD_API mcd_status mcd_torch_tensor_scatter(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_scatter_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src);
MCD_API mcd_status mcd_torch_tensor_scatter_add(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src,
    mcd_tensor **out);
MCD_API mcd_status mcd_torch_tensor_scatter_add_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src);
MCD_API mcd_status mcd_torch_tensor_embedding(mcd_tensor *self, mcd_tensor *indices, int64_t padding_idx,
    int32_t scale_grad_by_freq, int32_t sparse, mcd_tensor **out);

#endif
