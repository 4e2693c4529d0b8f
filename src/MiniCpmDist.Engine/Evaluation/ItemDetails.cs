using System.Text.Encodings.Web;
using System.Text.Json;
using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>An item, what was asked, and the answer, as a line of JSON.</summary>
internal static class ItemDetails
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static string Write(
        string task, TaskForm form, TaskItem item, OptionRequest request, int[] prompt, int[][] whole,
        ItemScore score) => JsonSerializer.Serialize(new
        {
            Task = task,
            Form = form.Name,
            item.Id,
            item.Group,
            Text = request.Before + request.Prompt,
            Options = form.Mode == ScoringMode.Likelihood ? request.Options : null,
            item.Right,
            Answer = item.Answer,
            PromptIds = prompt,
            WholeIds = whole,
            score.Sums,
            score.Tokens,
            Cut = score.IsCut,
            Generated = score.Text,
            score.Passed,
        }, s_options);
}
