using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary>
/// What a Hugging Face folder has beside <c>config.json</c>, so that transformers loads tokenizer and model by its name
/// alone. A model that was aligned has a chat template; any other goes on with a text.
/// </summary>
public static class HuggingFaceCompanions
{
    public const string TokenizerName = "tokenizer_config.json";
    public const string GenerationName = "generation_config.json";

    /// <summary>
    /// <c>tokenizer_config.json</c> for LlamaTokenizer over <c>tokenizer.model</c>, as MiniCPM's own. With
    /// <c>legacy</c> a text's ids are those that SentencePiece gives, which a run was trained on; a document begins
    /// with the begin piece.
    /// </summary>
    /// <param name="special">Of the tokenizer.</param>
    /// <param name="maxPositions">Sequence length that the model was trained with.</param>
    /// <param name="chatTemplate">How conversations are written, in Jinja; null for a model without any.</param>
    public static string Tokenizer(SpecialPieces special, int maxPositions, string? chatTemplate = null)
    {
        ArgumentNullException.ThrowIfNull(special);
        return IndentedJson.Write(writer =>
        {
            writer.WriteBoolean("add_bos_token", true);
            writer.WriteBoolean("add_eos_token", false);
            writer.WriteStartObject("added_tokens_decoder");
            foreach (var piece in special.All)
            {
                writer.WriteStartObject(piece.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
                writer.WriteString("content", piece.Text);
                foreach (var flag in (string[])["lstrip", "normalized", "rstrip", "single_word"])
                    writer.WriteBoolean(flag, false);
                writer.WriteBoolean("special", true);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteString("bos_token", special.Begin.Text);
            if (chatTemplate is not null)
                writer.WriteString("chat_template", chatTemplate);
            writer.WriteBoolean("clean_up_tokenization_spaces", false);
            writer.WriteString("eos_token", special.End.Text);
            writer.WriteBoolean("legacy", true);
            writer.WriteNumber("model_max_length", maxPositions);
            writer.WriteString("pad_token", special.Padding?.Text);
            writer.WriteStartObject("sp_model_kwargs");
            writer.WriteEndObject();
            writer.WriteBoolean("spaces_between_special_tokens", false);
            writer.WriteString("tokenizer_class", "LlamaTokenizer");
            writer.WriteString("unk_token", special.Unknown.Text);
            writer.WriteBoolean("use_default_system_prompt", false);
        });
    }

    /// <summary><c>generation_config.json</c>: sampling as <c>minicpm generate</c> does it.</summary>
    /// <param name="special">Of the tokenizer.</param>
    /// <param name="temperature">1 is the model's own distribution.</param>
    /// <param name="topK">Only the k likeliest tokens are sampled from.</param>
    public static string Generation(SpecialPieces special, double temperature, int topK)
    {
        ArgumentNullException.ThrowIfNull(special);
        return IndentedJson.Write(writer =>
        {
            writer.WriteNumber("bos_token_id", special.Begin.Id);
            writer.WriteBoolean("do_sample", true);
            writer.WriteNumber("eos_token_id", special.End.Id);
            if (special.Padding is { } padding)
                writer.WriteNumber("pad_token_id", padding.Id);
            writer.WriteNumber("temperature", temperature);
            writer.WriteNumber("top_k", topK);
        });
    }
}
