namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Go on after a pause.</summary>
    public sealed record Continue : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "continue";

        internal override string Verb => Word;

        public override bool IsOfOneAttempt() => true;
    }
}
