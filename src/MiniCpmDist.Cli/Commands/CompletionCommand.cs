using System.CommandLine;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm completion</c>: scripts that let a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // Both ask the tool itself, by System.CommandLine's [suggest:POSITION] directive, so that they are never older than
    // the tool. Where it has nothing to say but options that nobody began to type, the shell completes file names.
    private const string Bash = """
        # Completion of minicpm for bash. In ~/.bashrc: eval "$(minicpm completion bash)"
        _minicpm_complete() {
            local word=${COMP_WORDS[COMP_CWORD]} suggestion
            COMPREPLY=()
            while IFS= read -r suggestion; do
                [[ $suggestion == [-/]* && $word != [-/]* ]] && continue
                [[ $suggestion == "$word"* ]] && COMPREPLY+=("$suggestion")
            done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _minicpm_complete minicpm
        """;

    private const string Zsh = """
        # Completion of minicpm for zsh. In ~/.zshrc, after compinit: eval "$(minicpm completion zsh)"
        _minicpm_complete() {
            local line="${(j: :)words}"
            local -a suggestions
            suggestions=("${(@f)$("${words[1]}" "[suggest:${#${(j: :)words[1,CURRENT]}}]" "$line" 2>/dev/null)}")
            suggestions=("${(@)suggestions:#}")
            [[ ${words[CURRENT]} == -* ]] || suggestions=("${(@)suggestions:#[-/]*}")
            if (( ${#suggestions} )); then
                compadd -a suggestions
            else
                _files
            fi
        }
        compdef _minicpm_complete minicpm
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", """
            Prints a script that completes commands and options in a shell.

            Example:
              minicpm completion bash
            """) { shell };
        command.SetAction(line => Console.WriteLine(line.GetValue(shell) == "zsh" ? Zsh : Bash));
        return command;
    }
}
