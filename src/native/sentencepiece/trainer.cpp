#include "mcd_sentencepiece.h"

#include <sentencepiece_trainer.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "check.h"
#include "guard.h"

struct mcd_sentencepiece_model {
    std::string data;
};

namespace {

/// The lines of a text in memory, as the trainer wants to be fed. Nothing goes through a file, so no path needs
/// quoting.
class Lines final : public sentencepiece::SentenceIterator {
  public:
    Lines(const char *text, int64_t bytes) : rest_(text, static_cast<std::size_t>(bytes)) { Next(); }

    bool done() const override { return done_; }

    void Next() override {
        done_ = rest_.empty();
        const auto end = rest_.find('\n');
        line_.assign(rest_.substr(0, end));
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    }

    const std::string &value() const override { return line_; }

    sentencepiece::util::Status status() const override { return {}; }

  private:
    std::string_view rest_;
    std::string line_;
    bool done_ = false;
};

}  // namespace

mcd_status mcd_sentencepiece_model_train(const char *const *keys, const char *const *values, int32_t options,
                                         const char *sentences, int64_t bytes, mcd_sentencepiece_model **model) {
    return mcd::guard("train a SentencePiece model", [&] {
        std::unordered_map<std::string, std::string> arguments;
        for (int32_t i = 0; i < options; ++i)
            arguments[keys[i]] = values[i];
        Lines lines(sentences, bytes);
        auto trained = std::make_unique<mcd_sentencepiece_model>();
        mcd::check(sentencepiece::SentencePieceTrainer::Train(arguments, &lines, &trained->data));
        *model = trained.release();
        mcd_internal_count_object(+1);
    });
}

mcd_status mcd_sentencepiece_model_data(const mcd_sentencepiece_model *model, const char **data, int64_t *bytes) {
    return mcd::guard("read a SentencePiece model", [&] {
        *data = model->data.data();
        *bytes = static_cast<int64_t>(model->data.size());
    });
}

mcd_status mcd_sentencepiece_model_free(mcd_sentencepiece_model *model) {
    return mcd::guard("free a trained SentencePiece model", [&] {
        if (model == nullptr)
            return;
        delete model;
        mcd_internal_count_object(-1);
    });
}
