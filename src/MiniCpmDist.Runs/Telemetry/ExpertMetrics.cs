using System.Diagnostics.Metrics;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>What rank 0 reports about the experts of a model that has some.</summary>
internal sealed class ExpertMetrics
{
    /// <summary>
    /// Series that are exported at most: a model with more experts in all its layers has the shares of each layer
    /// alone.
    /// </summary>
    internal const int MostSeries = 512;

    private readonly Gauge<long>? _tokens;
    private readonly Gauge<double> _largest;
    private readonly Gauge<double> _smallest;
    private readonly Gauge<int> _dead;
    private readonly Gauge<double> _balance;
    private readonly Gauge<double> _entropy;
    private readonly ExpertIdleness _idleness = new();

    /// <param name="meter">Of the run.</param>
    /// <param name="shape">The model.</param>
    public ExpertMetrics(Meter meter, ModelShape shape)
    {
        if ((long)shape.Layers * shape.Experts <= MostSeries)
        {
            _tokens = meter.CreateGauge<long>(
                "minicpm.expert.tokens", null, "Tokens of the last step that one expert of a layer took.");
        }
        _largest = meter.CreateGauge<double>(
            "minicpm.expert.share.largest", "1",
            "Share of a layer's assignments in the last step that went to its busiest expert.");
        _smallest = meter.CreateGauge<double>(
            "minicpm.expert.share.smallest", "1",
            "Share of a layer's assignments in the last step that went to its idlest expert.");
        _dead = meter.CreateGauge<int>(
            "minicpm.experts.dead", null,
            "Experts of all layers that have had no token in the last 100 steps of this process.");
        _balance = meter.CreateGauge<double>(
            "minicpm.balance.loss", null,
            "Balance loss of the last step, the mean over layers; 1 where all experts get the same.");
        _entropy = meter.CreateGauge<double>(
            "minicpm.router.entropy", null,
            "Entropy of what routers give their experts, in nats, the mean over the last step's tokens and layers.");
    }

    /// <summary>Takes a step.</summary>
    public void Stepped(StepReport report)
    {
        foreach (var (layer, tokens) in report.ExpertTokens.Index())
        {
            double all = Math.Max(1, tokens.Sum());
            _largest.Record(tokens.Max() / all, Label("layer", layer));
            _smallest.Record(tokens.Min() / all, Label("layer", layer));
            if (_tokens is null)
                continue;
            foreach (var (expert, count) in tokens.Index())
                _tokens.Record(count, Label("layer", layer), Label("expert", expert));
        }
        _idleness.Add(report.ExpertTokens);
        _dead.Record(_idleness.Dead);
        foreach (var measure in report.Measures)
        {
            if (measure.Name == RouterMeasures.Balance)
                _balance.Record(measure.Value);
            else if (measure.Name == RouterMeasures.Entropy)
                _entropy.Record(measure.Value);
        }
    }

    private static KeyValuePair<string, object?> Label(string key, object value) => new(key, value);
}
