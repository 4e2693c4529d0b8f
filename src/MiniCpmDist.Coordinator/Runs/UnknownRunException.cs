namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A name that is not the name of a run, or that does not decide between several.</summary>
internal sealed class UnknownRunException(string message, bool isAmbiguous) : Exception(message)
{
    private const int MostNames = 20;

    /// <summary>True for the empty name, where there are several runs.</summary>
    public bool IsAmbiguous => isAmbiguous;

    public static UnknownRunException Of(string name, IReadOnlyList<string> known)
    {
        var names = known.Count == 0
            ? "no run has come yet"
            : string.Join(", ", known.Take(MostNames))
                + (known.Count > MostNames ? $" and {known.Count - MostNames} more" : "");
        return name.Length == 0 && known.Count > 0
            ? new UnknownRunException($"run_name: expected one of {names}; found none. Give --run NAME.",
                isAmbiguous: true)
            : new UnknownRunException($"run_name: expected a run of this coordinator ({names}), found '{name}'.",
                isAmbiguous: false);
    }
}
