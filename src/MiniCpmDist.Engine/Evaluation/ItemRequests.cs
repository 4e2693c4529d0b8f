using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Data.Evaluation;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>What a model is asked about the items of a task.</summary>
/// <param name="data">The task.</param>
/// <param name="form">How the items are asked.</param>
internal sealed class ItemRequests(TaskData data, TaskForm form)
{
    private readonly TaskPrompt _prompt = new(form);

    public OptionRequest Of(TaskItem item) => new(
        item.Id, item.Place,
        _prompt.BeforeItem(item, data.PreambleOf(item, form), data.ShotsOf(item, form.Shots)),
        _prompt.Prompt(item), _prompt.Options(item));
}
