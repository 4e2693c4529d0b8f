namespace MiniCpmDist.Engine.Collectives;

/// <summary>The link between the ranks has failed; says on which rank and in which call.</summary>
public sealed class LinkFailedException : Exception
{
    public LinkFailedException(string message, Exception? cause = null) : base(message, cause) { }
}
