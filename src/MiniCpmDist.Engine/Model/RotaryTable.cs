using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>Rotary position angles and the causal mask, kept for the sequence length that was asked for last.</summary>
internal sealed class RotaryTable(int headDim, double theta, ScalarType dtype) : IDisposable
{
    private RotaryPositions? _positions;

    /// <summary>Tables for positions 0 .. <paramref name="length"/> - 1; owned by this object.</summary>
    public RotaryPositions For(long length)
    {
        if (_positions is null || _positions.Length != length)
        {
            _positions?.Dispose();
            _positions = RotaryPositions.Create(length, headDim, theta, dtype);
        }
        return _positions;
    }

    public void Dispose() => _positions?.Dispose();
}
