using System.CommandLine;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>An argument whose words may begin with a dash: any text, or another command's line.</summary>
internal sealed class FreeArgument<T>(string name) : Argument<T>(name), IFreeArgument;

/// <summary>Marks free arguments, whatever the type of their values.</summary>
internal interface IFreeArgument;
