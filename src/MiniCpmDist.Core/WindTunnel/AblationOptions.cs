using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.WindTunnel;

/// <summary>
/// What the data of a decay are worth (arXiv 2404.06395, section 5 and table 1): two branches of one trunk, one of
/// which sees other data, and fine-tuning of two lengths on each.
/// </summary>
/// <param name="Trunk">Folder of the run that both branches leave.</param>
/// <param name="At">Its checkpoint, as <c>minicpm branch --at</c> takes it.</param>
/// <param name="Decay">Length of both decays.</param>
/// <param name="Mixture">File with the shares of the other decay.</param>
/// <param name="Samples">Files of conversations.</param>
/// <param name="Epochs">The two lengths of fine-tuning: how often the samples are read.</param>
/// <param name="Seeds">Each fine-tuning is trained with so many.</param>
/// <param name="Set">Other values for keys of the fine-tuning, such as <c>schedule.learning_rate=1e-3</c>.</param>
/// <param name="Tasks">Sets that each model is asked; none where only the loss of answers counts.</param>
/// <param name="TaskData">Folder of these sets.</param>
public sealed record AblationOptions(
    string Trunk, string At, Extent Decay, string Mixture, IReadOnlyList<string> Samples, IReadOnlyList<double> Epochs,
    int Seeds, IReadOnlyList<string> Set, IReadOnlyList<string> Tasks, string TaskData);
