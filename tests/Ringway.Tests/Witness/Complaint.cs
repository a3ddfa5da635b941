using System.Text.RegularExpressions;

namespace Ringway.Tests.Witness;

/// <summary>SIPp's error log, put into one sentence: which rule, what was expected, what came.</summary>
internal static partial class Complaint
{
    /// <param name="exitCode">What SIPp ended with.</param>
    /// <param name="errors">Its error log, in the order of the events; the first that we know is the cause of all others.</param>
    /// <param name="said">Its last words, for errors that come before there is a log.</param>
    public static string Of(Scenario scenario, int exitCode, string errors, string said)
    {
        foreach (var line in EventsOf(errors))
            if (Sentence(scenario, line) is { } sentence)
                return $"\"{scenario.Name}\": {sentence}";
        var words = EventsOf(errors).Append(said.Trim()).First();
        return $"\"{scenario.Name}\": SIPp ended with {exitCode}: {FirstLine(words)}";
    }

    private static string? Sentence(Scenario scenario, string happened)
    {
        if (NotMatched().Match(happened) is { Success: true } check)
            return Sentence(scenario.RuleOf(check.Groups["pattern"].Value), Words(check.Groups["pattern"].Value), Relevant(check));
        if (Matched().Match(happened) is { Success: true } inverse)
            return Sentence(scenario.RuleOf(inverse.Groups["pattern"].Value), "nothing of the kind", Relevant(inverse));
        if (HeaderMissing().Match(happened) is { Success: true } header)
            return Sentence(null, header.Groups["header"].Value, "no such header");
        if (Unexpected().Match(happened) is { Success: true } message)
            return Sentence(scenario.StepAt(message), FirstLine(message.Groups["came"].Value));
        if (NothingCame().Match(happened) is { Success: true } silence)
            return Sentence(scenario.StepAt(silence), "nothing");
        if (UnexpectedEnd().Match(happened) is { Success: true } end)
            return Sentence(null, "the call to go on", end.Groups["came"].Value);
        return null;
    }

    private static string Sentence(Scenario.Step step, string came) => Sentence(step.Rule, step.Expects, came);

    private static string Sentence(string? rule, string expected, string came) => $"{rule ?? "SIP by the book"}; expected {expected}, came {came}.";

    private static Scenario.Step StepAt(this Scenario scenario, Match match) => scenario.StepFrom(int.Parse(match.Groups["step"].Value, null));

    /// <summary>The header or SDP line that a pattern is about, out of the whole message that SIPp quotes.</summary>
    private static string Relevant(Match check)
    {
        var (came, pattern) = (check.Groups["came"].Value, check.Groups["pattern"].Value);
        var lines = came.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 1)
            return lines[0];
        var key = Key().Match(pattern).Value.TrimStart('^');
        var about = pattern.StartsWith('^') ? lines[..1] : key.Length == 0 ? lines.Where(l => Regex.IsMatch(l, pattern)) : lines.Where(l => l.StartsWith(key, StringComparison.Ordinal));
        return about.DefaultIfEmpty("nothing").Aggregate((all, line) => $"{all} {line}");
    }

    private static string Words(string pattern) =>
        pattern.TrimStart('^').Replace("[[:space:]]+", " ", StringComparison.Ordinal).Replace("[+]", "+", StringComparison.Ordinal);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static IEnumerable<string> EventsOf(string errors) => Stamp().Split(errors).Skip(1);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\.\d+\t\d+\.\d+: ", RegexOptions.Multiline)]
    private static partial Regex Stamp();

    [GeneratedRegex("^Failed regexp match: looking in '(?<came>.*)', with regexp '(?<pattern>.*)'", RegexOptions.Singleline)]
    private static partial Regex NotMatched();

    [GeneratedRegex("^Regexp matched but should not: looking in '(?<came>.*)', with regexp '(?<pattern>.*)'", RegexOptions.Singleline)]
    private static partial Regex Matched();

    [GeneratedRegex("^Failed regexp match: header (?<header>.*?) not found in message")]
    private static partial Regex HeaderMissing();

    [GeneratedRegex(@"^Aborting call on unexpected message for Call-Id '.*?': while (pausing|expecting '.*?') \(index (?<step>\d+)\), received '(?<came>.*)", RegexOptions.Singleline)]
    private static partial Regex Unexpected();

    [GeneratedRegex(@"receive timeout on message .*:(?<step>\d+) ")]
    private static partial Regex NothingCame();

    [GeneratedRegex("^Aborting call on an unexpected (?<came>BYE|CANCEL)")]
    private static partial Regex UnexpectedEnd();

    /// <summary>The literal beginning of a pattern as far as it names a line: <c>Record-Route:</c>, <c>m=audio</c>, <c>a=rtcp-mux</c>.</summary>
    [GeneratedRegex(@"^\^?[A-Za-z]+(-[A-Za-z]+)*([:=][a-z-]*)?")]
    private static partial Regex Key();
}
