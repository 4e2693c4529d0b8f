using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Data.Evaluation;
using MiniCpmDist.Engine.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>What a form of a task gave for a run, with all that is needed to read the number.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Step">Of the checkpoint.</param>
/// <param name="ModelHash">Of weights and tokenizer.</param>
/// <param name="Data">Of the task.</param>
/// <param name="Form">How the items were asked.</param>
/// <param name="Lines">One for each rule.</param>
/// <param name="Cut">Items that were longer than the window.</param>
/// <param name="Work">What was computed now.</param>
/// <param name="Known">Items whose scores were known from before.</param>
/// <param name="Sampling">How generated answers were picked.</param>
internal sealed record TaskResult(
    string Run, long Step, string ModelHash, TaskData Data, TaskForm Form, IReadOnlyList<ScoreLine> Lines, int Cut,
    EvaluationWork Work, int Known, AnswerSampling Sampling)
{
    private const int ShownDigits = 8;

    public static string Short(string hash) => hash[..ShownDigits];

    public string TemplateHash => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Form.Template)));

    public int Faulty => Data.Faulty.Count();

    /// <summary>The examples of each group.</summary>
    public IReadOnlyDictionary<string, string[]> Shots => Data.Items.DistinctBy(item => item.Group).ToDictionary(
        item => item.Group, item => Data.ShotsOf(item, Form.Shots).Select(shot => shot.Id).ToArray());
}
