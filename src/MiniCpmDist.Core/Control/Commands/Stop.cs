namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Save a checkpoint and end; <c>minicpm resume</c> continues.</summary>
    public sealed record Stop : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "stop";

        internal override string Verb => Word;

        public override bool IsOfOneAttempt() => true;
    }
}
