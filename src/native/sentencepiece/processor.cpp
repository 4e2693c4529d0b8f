#include "mcd_sentencepiece.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "guard.h"

struct mcd_sentencepiece_processor {
    sentencepiece::SentencePieceProcessor library;
};

namespace {

void require_piece(const mcd_sentencepiece_processor *processor, int32_t id) {
    const int pieces = processor->library.GetPieceSize();
    if (id < 0 || id >= pieces)
        throw std::invalid_argument("expected an id from 0 to " + std::to_string(pieces - 1) + ", found " +
                                    std::to_string(id));
}

}  // namespace

mcd_status mcd_sentencepiece_processor_load(const char *model_path, mcd_sentencepiece_processor **processor) {
    return mcd::guard("load a SentencePiece model", [&] {
        auto loaded = std::make_unique<mcd_sentencepiece_processor>();
        mcd::check(loaded->library.Load(model_path));
        *processor = loaded.release();
        mcd_internal_count_object(+1);
    });
}

mcd_status mcd_sentencepiece_processor_free(mcd_sentencepiece_processor *processor) {
    return mcd::guard("free a SentencePiece model", [&] {
        if (processor == nullptr)
            return;
        delete processor;
        mcd_internal_count_object(-1);
    });
}

mcd_status mcd_sentencepiece_processor_describe(const mcd_sentencepiece_processor *processor, int32_t *pieces,
                                                int32_t *bos, int32_t *eos, int32_t *unknown) {
    return mcd::guard("describe a SentencePiece model", [&] {
        *pieces = processor->library.GetPieceSize();
        *bos = processor->library.bos_id();
        *eos = processor->library.eos_id();
        *unknown = processor->library.unk_id();
    });
}

mcd_status mcd_sentencepiece_processor_encode(const mcd_sentencepiece_processor *processor, const char *text,
                                              int64_t bytes, int32_t *ids, int64_t capacity, int64_t *count) {
    return mcd::guard("encode text", [&] {
        std::vector<int> found;
        mcd::check(processor->library.Encode(std::string_view(text, static_cast<std::size_t>(bytes)), &found));
        *count = static_cast<int64_t>(found.size());
        std::copy_n(found.begin(), std::min(*count, capacity), ids);
    });
}

mcd_status mcd_sentencepiece_processor_encode_places(const mcd_sentencepiece_processor *processor, const char *text,
                                                     int64_t bytes, int32_t *ids, int64_t *begins, int64_t capacity,
                                                     int64_t *count) {
    return mcd::guard("encode text with places", [&] {
        const auto found =
            processor->library.EncodeAsImmutableProto(std::string_view(text, static_cast<std::size_t>(bytes)));
        const auto pieces = found.pieces();
        *count = static_cast<int64_t>(pieces.size());
        for (std::size_t i = 0; i < pieces.size() && static_cast<int64_t>(i) < capacity; ++i) {
            ids[i] = static_cast<int32_t>(pieces[i].id());
            begins[i] = static_cast<int64_t>(pieces[i].begin());
        }
    });
}

mcd_status mcd_sentencepiece_processor_decode(const mcd_sentencepiece_processor *processor, const int32_t *ids,
                                              int64_t count, char *text, int64_t capacity, int64_t *bytes) {
    return mcd::guard("decode ids", [&] {
        // The library would index past its tables for an id that is none.
        for (int64_t i = 0; i < count; ++i)
            require_piece(processor, ids[i]);
        std::string found;
        mcd::check(processor->library.Decode(std::vector<int>(ids, ids + count), &found));
        *bytes = static_cast<int64_t>(found.size());
        std::copy_n(found.begin(), std::min(*bytes, capacity), text);
    });
}

mcd_status mcd_sentencepiece_processor_piece(const mcd_sentencepiece_processor *processor, int32_t id,
                                             const char **text, int64_t *bytes) {
    return mcd::guard("name a piece", [&] {
        require_piece(processor, id);
        const std::string &piece = processor->library.IdToPiece(id);
        *text = piece.data();
        *bytes = static_cast<int64_t>(piece.size());
    });
}
