using System.CommandLine;
using System.CommandLine.Parsing;
using Ringway.Options;

namespace Ringway.Cli;

/// <summary>What to say about a command line that does not parse: one sentence a fault, with the nearest known word.</summary>
public static class WrongWords
{
    public static IEnumerable<string> Sentences(ParseResult parsed)
    {
        var known = Known(parsed.CommandResult).ToList();
        foreach (var word in parsed.UnmatchedTokens)
            yield return Ended($"'{word}' is not understood{Spelling.DidYouMean(word, known)}");
        // Faults of values ("--port must be a number") have words of their own; those of unknown words we said better.
        if (parsed.UnmatchedTokens.Count == 0)
            foreach (var error in parsed.Errors)
                yield return error.Message;
    }

    private static string Ended(string sentence) => sentence.EndsWith('?') ? sentence : sentence + ".";

    private static IEnumerable<string> Known(CommandResult result)
    {
        var own = result.Command.Subcommands.Select(command => command.Name)
            .Concat(result.Command.Options.Select(option => option.Name));
        return own.Concat(result.RecursiveOptionParents()
            .SelectMany(command => command.Options).Where(option => option.Recursive).Select(option => option.Name));
    }

    private static IEnumerable<Command> RecursiveOptionParents(this CommandResult result)
    {
        for (SymbolResult? above = result.Parent; above is not null; above = above.Parent)
            if (above is CommandResult command)
                yield return command.Command;
    }
}
