namespace TorchSharp;

/// <summary>The open scopes of each thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScope? s_innermost;

    internal static DisposeScope? Innermost => s_innermost;

    internal static DisposeScope Open() => s_innermost = new DisposeScope(s_innermost);

    internal static void Register(torch.Tensor tensor) => s_innermost?.Attach(tensor);

    /// <summary>Closes <paramref name="scope"/>; scopes left open inside it go first, so that none stays on the
    /// stack.</summary>
    internal static void Close(DisposeScope scope)
    {
        if (!IsOpen(scope))
            return;
        while (!ReferenceEquals(s_innermost, scope))
            s_innermost!.Dispose();
        s_innermost = scope.Outer;
    }

    private static bool IsOpen(DisposeScope scope)
    {
        for (var open = s_innermost; open is not null; open = open.Outer)
        {
            if (ReferenceEquals(open, scope))
                return true;
        }
        return false;
    }
}
