using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>
/// Fits parameters within bounds to logarithms of losses. A Huber loss lets a run that went wrong pull less than its
/// square would (arXiv 2203.15556, appendix D.2). The search is L-BFGS-B with exact gradients, from a grid of starts.
/// </summary>
internal static class HuberMinimum
{
    /// <summary>Residuals of the logarithm beyond this count linearly.</summary>
    public const double Delta = 1e-3;

    private const double Tolerance = 1e-12;
    private const int MostIterations = 2000;

    /// <param name="losses">The measured losses.</param>
    /// <param name="model">Of parameters and a run's index: the predicted loss, with its gradient written into the
    /// last argument.</param>
    /// <param name="lower">Bounds.</param>
    /// <param name="upper">Bounds.</param>
    /// <param name="starts">Where the searches begin, within the bounds.</param>
    /// <returns>The best parameters and the mean of the Huber losses; null where every search failed.</returns>
    public static (double[] Parameters, double Value)? Find(
        IReadOnlyList<double> losses, Func<double[], int, double[], double> model, double[] lower, double[] upper,
        IEnumerable<double[]> starts)
    {
        var (from, to) = (Vector<double>.Build.DenseOfArray(lower), Vector<double>.Build.DenseOfArray(upper));
        (double[] Parameters, double Value)? best = null;
        foreach (var start in starts)
        {
            try
            {
                var found = new BfgsBMinimizer(Tolerance, Tolerance, Tolerance, MostIterations)
                    .FindMinimum(new Objective(losses, model), from, to, Vector<double>.Build.DenseOfArray(start));
                var value = found.FunctionInfoAtMinimum.Value;
                if (double.IsFinite(value) && (best is null || value < best.Value.Value))
                    best = (found.MinimizingPoint.ToArray(), value);
            }
            catch (OptimizationException)
            {
                // Some starts lead a search astray; others do not.
            }
        }
        return best;
    }

    private static (double Value, double Slope) Huber(double residual) => Math.Abs(residual) <= Delta
        ? (residual * residual / 2, residual)
        : (Delta * (Math.Abs(residual) - Delta / 2), Delta * Math.Sign(residual));

    private sealed class Objective(IReadOnlyList<double> losses, Func<double[], int, double[], double> model)
        : IObjectiveFunction
    {
        public Vector<double> Point { get; private set; } = null!;

        public double Value { get; private set; }

        public Vector<double> Gradient { get; private set; } = null!;

        public Matrix<double> Hessian => throw new NotSupportedException();

        public bool IsGradientSupported => true;

        public bool IsHessianSupported => false;

        public IObjectiveFunction Fork() => CreateNewWithPointFrom(this);

        public IObjectiveFunction CreateNew() => new Objective(losses, model);

        public void EvaluateAt(Vector<double> point)
        {
            var parameters = point.ToArray();
            var (sum, total, slope) = (0.0, new double[parameters.Length], new double[parameters.Length]);
            for (var i = 0; i < losses.Count; i++)
            {
                var predicted = model(parameters, i, slope);
                var (value, derivative) = Huber(Math.Log(predicted) - Math.Log(losses[i]));
                sum += value;
                for (var k = 0; k < slope.Length; k++)
                    total[k] += derivative * slope[k] / predicted;
            }
            // Scaled, so that the tolerances mean the same however small the Huber losses are.
            var scale = 1 / (Delta * losses.Count);
            (Point, Value) = (point, sum * scale);
            Gradient = Vector<double>.Build.DenseOfArray([.. total.Select(value => value * scale)]);
        }

        private static Objective CreateNewWithPointFrom(Objective other)
        {
            var copy = (Objective)other.CreateNew();
            (copy.Point, copy.Value, copy.Gradient) = (other.Point, other.Value, other.Gradient);
            return copy;
        }
    }
}
