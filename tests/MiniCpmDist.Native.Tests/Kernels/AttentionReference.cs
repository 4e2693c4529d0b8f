using MiniCpmDist.Native.Kernels;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>
/// Attention as it is written on paper, in float64: one query after the other, over all keys it sees.
/// </summary>
internal sealed class AttentionReference
{
    private readonly AttentionCall _call;
    private readonly float[] _qkv;
    private readonly float[] _outputGradients;

    private AttentionReference(AttentionCall call, float[] qkv, float[] outputGradients)
    {
        (_call, _qkv, _outputGradients) = (call, qkv, outputGradients);
        Output = new double[call.Rows * call.OutputWidth];
        Lse = new double[call.Heads * call.Rows];
        Gradients = new double[call.Rows * call.Width];
    }

    public double[] Output { get; }

    public double[] Lse { get; }

    public double[] Gradients { get; }

    public static AttentionReference Of(AttentionCall call, float[] qkv, float[] outputGradients)
    {
        var reference = new AttentionReference(call, qkv, outputGradients);
        var (first, stem) = (0L, 0L);
        for (var segment = 0; segment < call.Segments.Length; segment++)
        {
            var (length, branch) = (call.Segments[segment], call.Branches?[segment] ?? 0);
            if (branch == 0)
                stem = first;
            long[] before = branch == 0 ? [] : Range(stem, call.Segments[segment - branch]);
            for (var head = 0; head < call.Heads; head++)
            {
                for (var query = first; query < first + length; query++)
                    reference.Attend(head, query, [.. before, .. Range(first, (int)(query - first) + 1)]);
            }
            first += length;
        }
        return reference;
    }

    private static long[] Range(long first, int count) => [.. Enumerable.Range(0, count).Select(i => first + i)];

    private void Attend(int head, long query, long[] keys)
    {
        var dim = _call.HeadDim;
        var shared = head / (_call.Heads / _call.KeyValueHeads);
        var count = keys.Length;
        var q = query * _call.Width + head * dim;
        long[] k = [.. keys.Select(key => key * _call.Width + (_call.Heads + shared) * dim)];
        long[] v = [.. k.Select(at => at + _call.KeyValueHeads * dim)];
        var output = query * _call.OutputWidth + head * dim;
        var scale = 1 / Math.Sqrt(dim);

        var scores = new double[count];
        for (var i = 0; i < count; i++)
            scores[i] = scale * Dot(_qkv, q, _qkv, k[i]);
        var largest = scores.Max();
        var lse = largest + Math.Log(scores.Sum(score => Math.Exp(score - largest)));
        Lse[head * _call.Rows + query] = lse;
        var slopes = new double[count];
        for (var i = 0; i < count; i++)
        {
            var share = Math.Exp(scores[i] - lse);
            slopes[i] = Dot(_outputGradients, output, _qkv, v[i]);
            for (var j = 0; j < dim; j++)
            {
                Output[output + j] += share * _qkv[v[i] + j];
                Gradients[v[i] + j] += share * _outputGradients[output + j];
            }
        }
        var mean = slopes.Zip(scores, (slope, score) => slope * Math.Exp(score - lse)).Sum();
        for (var i = 0; i < count; i++)
        {
            var slope = scale * Math.Exp(scores[i] - lse) * (slopes[i] - mean);
            for (var j = 0; j < dim; j++)
            {
                Gradients[q + j] += slope * _qkv[k[i] + j];
                Gradients[k[i] + j] += slope * _qkv[q + j];
            }
        }
    }

    private double Dot(float[] a, long atA, float[] b, long atB)
    {
        var sum = 0.0;
        for (var j = 0; j < _call.HeadDim; j++)
            sum += (double)a[atA + j] * b[atB + j];
        return sum;
    }
}
