using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Runs;

/// <summary>How a branch gets experts out of a trunk without any.</summary>
/// <param name="Experts">Experts of each block.</param>
/// <param name="PerToken">Experts that each token takes.</param>
/// <param name="BalanceLoss">As the key <c>model.balance_loss</c>.</param>
/// <param name="RouterZLoss">As the key <c>model.router_z_loss</c>.</param>
/// <param name="Moments">With which moments the experts begin.</param>
public sealed record UpcycleOptions(
    int Experts, int PerToken, double BalanceLoss, double RouterZLoss, UpcycledMoments Moments)
{
    /// <summary>What may be written.</summary>
    public const string Expectation =
        "entries such as `experts=8,top_k=2`, and with them `balance_loss=0.01`, `router_z_loss=0.001`, "
        + "`moments=copied` or `moments=new`";

    /// <summary>How moments are spelled.</summary>
    public static IReadOnlyList<(string Word, UpcycledMoments Value)> MomentWords { get; } =
        [("copied", UpcycledMoments.Copied), ("new", UpcycledMoments.New)];

    /// <summary>Reads <c>experts=8,top_k=2</c>; what is not said is as published.</summary>
    /// <exception cref="ConfigurationException">Every entry that cannot be read.</exception>
    public static UpcycleOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var options = new UpcycleOptions(
            ExpertBalance.Experts, ExpertBalance.ExpertsPerToken, ExpertBalance.Weight, 0, UpcycledMoments.Copied);
        var problems = new ProblemCollector();
        var seen = new HashSet<string>();
        foreach (var entry in text.Split(','))
        {
            var (name, value) = entry.Split('=', 2) is [var left, var right] ? (left.Trim(), right.Trim()) : ("", "");
            if (!seen.Add(name) && name.Length > 0)
                problems.Add("--upcycle", $"`{name}` once", $"`{entry}` after another one", "remove one of them");
            else if (With(options, name, value) is { } read)
                options = read;
            else
                problems.Add("--upcycle", ExpectedOf(name), $"`{entry}`", "for example --upcycle experts=8,top_k=2");
        }
        problems.Require(
            problems.Any || options.PerToken <= options.Experts, "--upcycle", $"top_k of {options.Experts} at most",
            $"top_k={options.PerToken}", "for example --upcycle experts=8,top_k=2");
        problems.ThrowIfAny();
        return options;
    }

    /// <summary>The model with these experts.</summary>
    public ModelShape Of(ModelShape dense)
    {
        ArgumentNullException.ThrowIfNull(dense);
        return dense with
        {
            Experts = Experts,
            ExpertsPerToken = PerToken,
            BalanceLoss = BalanceLoss,
            RouterZLoss = RouterZLoss,
        };
    }

    private static string ExpectedOf(string name) => name switch
    {
        "experts" => $"`experts` with a whole number from 2 to {ModelLimits.Experts}",
        "top_k" => $"`top_k` with a whole number from 1 to {ModelLimits.Experts}",
        "balance_loss" or "router_z_loss" => $"`{name}` with a number from 0",
        "moments" => "`moments=copied` or `moments=new`",
        _ => Expectation,
    };

    private static UpcycleOptions? With(UpcycleOptions options, string name, string value)
    {
        var isNumber = Quantity.TryParse(value, out var number) && number >= 0 && double.IsFinite(number);
        var isWhole = isNumber && Quantity.IsWhole(number) && number <= ModelLimits.Experts;
        var moments = MomentWords.Where(entry => entry.Word == value).ToArray();
        return name switch
        {
            "experts" when isWhole && number >= 2 => options with { Experts = (int)number },
            "top_k" when isWhole && number >= 1 => options with { PerToken = (int)number },
            "balance_loss" when isNumber => options with { BalanceLoss = number },
            "router_z_loss" when isNumber => options with { RouterZLoss = number },
            "moments" when moments.Length == 1 => options with { Moments = moments[0].Value },
            _ => null,
        };
    }
}
