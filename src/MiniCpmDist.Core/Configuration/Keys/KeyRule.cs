namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>What may happen to a key between two attempts of a run.</summary>
/// <param name="IsFixed">It may not change within a run, nor, but for the name, from a trunk to its branch.</param>
/// <param name="Reason">Why, in words that follow "because".</param>
internal sealed record KeyRule(bool IsFixed, string Reason)
{
    public static KeyRule Shape { get; } = Fixed("it is the shape of the weights");
    public static KeyRule Forward { get; } = Fixed("it decides what the model computes");
    public static KeyRule Order { get; } = Fixed("it decides which tokens are in which step");
    public static KeyRule Update { get; } = Fixed("it decides the updates, and the moments were made with it");
    public static KeyRule Sums { get; } = Fixed("it decides the order of sums, and so the bits");

    public static KeyRule Later { get; } =
        Free("it decides only steps that are still to come; they follow the new value");

    public static KeyRule Watching { get; } = Free("it watches or saves and reaches no bit");
    public static KeyRule Recovery { get; } = Free("it decides what is done about a fault, from then on");

    public static KeyRule Machine { get; } =
        Free("it is another machine: bits are compared on one, and the journal says which it was");

    public static KeyRule Memory { get; } = Free("it decides memory and time, and no bit");

    public static KeyRule StartOnly { get; } =
        Free("it is read only where a run begins; a checkpoint has what it led to");

    public static KeyRule Sources { get; } =
        Free("sources are held by name to the tokens that they had, wherever these lie");

    public static KeyRule Fixed(string reason) => new(IsFixed: true, reason);

    public static KeyRule Free(string reason) => new(IsFixed: false, reason);
}
