/* Text to piece ids and back, and the training of the model that does it. A processor may be used by several threads at
 * once. */
#ifndef MCD_SENTENCEPIECE_H
#define MCD_SENTENCEPIECE_H

#include "mcd_common.h"

typedef struct mcd_sentencepiece_processor mcd_sentencepiece_processor;
typedef struct mcd_sentencepiece_model mcd_sentencepiece_model;

/* The caller owns *processor and gives it back with ..._free. */
MCD_API mcd_status mcd_sentencepiece_processor_load(const char *model_path, mcd_sentencepiece_processor **processor);
MCD_API mcd_status mcd_sentencepiece_processor_free(mcd_sentencepiece_processor *processor);

/* An id is -1 where the model has no such piece. */
MCD_API mcd_status mcd_sentencepiece_processor_describe(const mcd_sentencepiece_processor *processor, int32_t *pieces,
                                                        int32_t *bos, int32_t *eos, int32_t *unknown);

/* Writes at most `capacity` ids; *count is how many there are. When that is more than `capacity`, call again with room.
 */
MCD_API mcd_status mcd_sentencepiece_processor_encode(const mcd_sentencepiece_processor *processor, const char *text,
                                                      int64_t bytes, int32_t *ids, int64_t capacity, int64_t *count);

/* As above; begins[i] is the byte of the text at which the piece of ids[i] begins. A piece of nothing but the space in
 * front of a text begins at byte 0, where the text's first character begins, too. */
MCD_API mcd_status mcd_sentencepiece_processor_encode_places(const mcd_sentencepiece_processor *processor,
                                                             const char *text, int64_t bytes, int32_t *ids,
                                                             int64_t *begins, int64_t capacity, int64_t *count);

/* Writes at most `capacity` bytes, not NUL-terminated; *bytes is how many there are, and again more than `capacity`
 * means: call again. Bytes that form no UTF-8 come out as U+FFFD. An id that is no piece is an error. */
MCD_API mcd_status mcd_sentencepiece_processor_decode(const mcd_sentencepiece_processor *processor, const int32_t *ids,
                                                      int64_t count, char *text, int64_t capacity, int64_t *bytes);

/* The piece as the model spells it. *text is owned by the processor and lives as long. */
MCD_API mcd_status mcd_sentencepiece_processor_piece(const mcd_sentencepiece_processor *processor, int32_t id,
                                                     const char **text, int64_t *bytes);

/* Trains on `sentences`: one a line, lines end with '\n'. `keys` and `values` are the options of spm_train without the
 * dashes; input and output options are not among them. The caller owns *model and gives it back with ..._free. */
MCD_API mcd_status mcd_sentencepiece_model_train(const char *const *keys, const char *const *values, int32_t options,
                                                 const char *sentences, int64_t bytes, mcd_sentencepiece_model **model);

/* The content of the .model file. *data is owned by the model and lives as long. */
MCD_API mcd_status mcd_sentencepiece_model_data(const mcd_sentencepiece_model *model, const char **data,
                                                int64_t *bytes);
MCD_API mcd_status mcd_sentencepiece_model_free(mcd_sentencepiece_model *model);

#endif
