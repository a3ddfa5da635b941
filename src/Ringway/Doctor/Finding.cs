using System.Text.Json.Serialization;

namespace Ringway.Doctor;

/// <summary>How a check came out.</summary>
public enum Verdict { Pass, Warn, Fail, Unknown }

/// <summary>Who can do something about it.</summary>
public enum Who { You, Ringway, Meta }

/// <summary>What one check found. No secret stands in it: it is made to be sent to somebody who helps.</summary>
/// <param name="Check">The check's name, for <c>--only</c>; with a colon what it looked at: <c>settings:main</c>.</param>
/// <param name="Evidence">What was seen, or why it could not be seen.</param>
/// <param name="Who">Who must act; null when nobody must.</param>
/// <param name="Fix">What to do, for whoever must act.</param>
public sealed record Finding(
    string Check,
    [property: JsonPropertyName("result")] Verdict Result,
    string Evidence,
    Who? Who = null,
    string? Fix = null)
{
    public static Finding Pass(string evidence) => new("", Verdict.Pass, evidence);

    public static Finding Warn(string evidence, Who who, string fix) => new("", Verdict.Warn, evidence, who, fix);

    public static Finding Fail(string evidence, Who who, string fix) => new("", Verdict.Fail, evidence, who, fix);

    /// <summary>It could not be found out, which is neither good nor bad.</summary>
    public static Finding Unknown(string evidence, Who? who = null, string? fix = null) => new("", Verdict.Unknown, evidence, who, fix);

    /// <summary>For scripts: 0 all well, 1 something to look at or not known, 2 something that keeps calls from working.</summary>
    public static int ExitCode(IEnumerable<Finding> findings) => findings
        .Select(finding => finding.Result switch { Verdict.Pass => 0, Verdict.Fail => 2, _ => 1 })
        .DefaultIfEmpty(0).Max();
}
