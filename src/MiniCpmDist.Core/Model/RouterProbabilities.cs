namespace MiniCpmDist.Core.Model;

/// <summary>
/// What a router gives each expert: the softmax of a token's scores, and for the experts that the token takes their
/// share in the sum of what these get. Computed in float64 and rounded once.
/// </summary>
public sealed class RouterProbabilities
{
    private readonly float[] _probabilities;
    private readonly float[] _logNormalizers;
    private readonly int _experts;
    private readonly ExpertRouting _routing;

    private RouterProbabilities(ExpertRouting routing, int experts, float[] probabilities, float[] logNormalizers)
    {
        (_routing, _experts, _probabilities, _logNormalizers) = (routing, experts, probabilities, logNormalizers);
        Weights = new float[routing.Assignments];
        for (var token = 0; token < routing.Tokens; token++)
        {
            var total = Total(token);
            for (var slot = 0; slot < routing.PerToken; slot++)
                Weights[Place(token, slot)] = (float)(probabilities[At(token, slot)] / total);
        }
    }

    /// <summary>The weight of each assignment, in the order of <see cref="ExpertRouting.Rows"/>.</summary>
    public float[] Weights { get; }

    /// <param name="scores"><c>[tokens, experts]</c>.</param>
    /// <param name="experts">Scores of a token.</param>
    /// <param name="routing">Made of the same scores.</param>
    public static RouterProbabilities Of(ReadOnlySpan<float> scores, int experts, ExpertRouting routing)
    {
        ArgumentNullException.ThrowIfNull(routing);
        var (probabilities, logNormalizers) = (new float[scores.Length], new float[routing.Tokens]);
        Span<double> shares = stackalloc double[experts];
        for (var token = 0; token < routing.Tokens; token++)
        {
            var own = scores.Slice(token * experts, experts);
            double largest = own[routing.Chosen[token * routing.PerToken]];
            var sum = 0.0;
            for (var expert = 0; expert < experts; expert++)
                sum += shares[expert] = Math.Exp(own[expert] - largest);
            for (var expert = 0; expert < experts; expert++)
                probabilities[token * experts + expert] = (float)(shares[expert] / sum);
            logNormalizers[token] = (float)(largest + Math.Log(sum));
        }
        return new RouterProbabilities(routing, experts, probabilities, logNormalizers);
    }

    /// <summary>The derivatives of the training loss by the scores, <c>[tokens, experts]</c>.</summary>
    /// <param name="byWeight">Its derivatives by <see cref="Weights"/>.</param>
    /// <param name="pulls">Those of the balance loss by the probability of each expert.</param>
    /// <param name="normalizerPull">The derivative of the loss by the square of a token's log-normalizer.</param>
    public float[] Back(ReadOnlySpan<float> byWeight, ReadOnlySpan<float> pulls, float normalizerPull)
    {
        var gradient = new float[_probabilities.Length];
        Span<double> byProbability = stackalloc double[_experts];
        for (var token = 0; token < _routing.Tokens; token++)
        {
            for (var expert = 0; expert < _experts; expert++)
                byProbability[expert] = pulls[expert];
            AddWeights(token, byWeight, byProbability);
            var first = token * _experts;
            var mean = 0.0;
            for (var expert = 0; expert < _experts; expert++)
                mean += byProbability[expert] * _probabilities[first + expert];
            var all = 2.0 * normalizerPull * _logNormalizers[token];
            for (var expert = 0; expert < _experts; expert++)
            {
                var slope = byProbability[expert] - mean + all;
                gradient[first + expert] = (float)(_probabilities[first + expert] * slope);
            }
        }
        return gradient;
    }

    /// <summary>Adds up what is measured of a router.</summary>
    public void AddTo(RouterSums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        for (var expert = 0; expert < _experts; expert++)
            sums.Counts[expert] += _routing.Counts[expert];
        for (var i = 0; i < _probabilities.Length; i++)
        {
            double probability = _probabilities[i];
            sums.Probabilities[i % _experts] += probability;
            sums.Entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }
        foreach (double normalizer in _logNormalizers)
            sums.SquaredNormalizers += normalizer * normalizer;
    }

    /// <summary>The way back through the division by the sum of what the chosen experts get.</summary>
    private void AddWeights(int token, ReadOnlySpan<float> byWeight, Span<double> byProbability)
    {
        var mean = 0.0;
        for (var slot = 0; slot < _routing.PerToken; slot++)
            mean += (double)byWeight[Place(token, slot)] * Weights[Place(token, slot)];
        var total = Total(token);
        for (var slot = 0; slot < _routing.PerToken; slot++)
        {
            var expert = _routing.Chosen[token * _routing.PerToken + slot];
            byProbability[expert] += (byWeight[Place(token, slot)] - mean) / total;
        }
    }

    private double Total(int token)
    {
        var total = 0.0;
        for (var slot = 0; slot < _routing.PerToken; slot++)
            total += _probabilities[At(token, slot)];
        return total;
    }

    private int At(int token, int slot) => token * _experts + _routing.Chosen[token * _routing.PerToken + slot];

    private int Place(int token, int slot) => (int)_routing.Places[slot * _routing.Tokens + token];
}
