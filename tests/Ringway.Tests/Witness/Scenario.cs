using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ringway.Tests.Witness;

/// <summary>
/// A call as Meta's pages write it down, for SIPp. The files in <c>scenarios</c> are SIPp's own format with two additions:
/// <c>{{blanks}}</c>, which may name another file, and <c>rule="…"</c> on whatever can go wrong, in words.
/// </summary>
internal sealed partial class Scenario
{
    private static readonly FrozenSet<string> Steps = new[] { "send", "recv", "pause", "nop", "recvCmd", "sendCmd" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly XDocument _document;

    /// <summary>One step of the call.</summary>
    /// <param name="Rule">What it stands for in Meta's words, if anything.</param>
    /// <param name="Expects">The status or the method that is waited for.</param>
    public sealed record Step(string? Rule, string Expects);

    /// <param name="file">The name of a file in <c>scenarios</c>.</param>
    /// <param name="blanks">What stands in them; a value may have blanks again.</param>
    public Scenario(string file, IReadOnlyDictionary<string, string> blanks)
    {
        _document = XDocument.Parse(Fill($"{{{{{file}}}}}", blanks), LoadOptions.PreserveWhitespace);
        NumberTheChecks();
    }

    public string Name => _document.Root!.Attribute("name")!.Value;

    /// <summary>The side that calls begins by sending.</summary>
    public bool IsCaller => AllSteps.First().Name.LocalName == "send";

    public void Save(string path) => _document.Save(path, SaveOptions.DisableFormatting);

    /// <summary>The step that SIPp was waiting in; it counts them from zero, and what is optional nobody waits for.</summary>
    public Step StepFrom(int index)
    {
        var step = AllSteps.Skip(index).First(e => e.Attribute("optional") is null);
        var expects = step.Attribute("response") ?? step.Attribute("request");
        return new Step(step.Attribute("rule")?.Value, expects?.Value ?? "nothing");
    }

    /// <summary>The rule of a check, by the pattern that did not fit.</summary>
    public string? RuleOf(string regexp) => _document.Descendants("ereg").FirstOrDefault(e => e.Attribute("regexp")!.Value == regexp)?.Attribute("rule")?.Value;

    private IEnumerable<XElement> AllSteps => _document.Root!.Elements().Where(e => Steps.Contains(e.Name.LocalName));

    private static string Fill(string text, IReadOnlyDictionary<string, string> blanks) => Blank().Replace(text, blank =>
    {
        var name = blank.Groups["name"].Value;
        if (blanks.TryGetValue(name, out var value))
            return Fill(value, blanks);
        if (!name.Contains('.', StringComparison.Ordinal))
            throw new InvalidOperationException($"Nobody said what {{{{{name}}}}} is.");
        var more = blank.Groups["key"] is { Success: true } key ? new Dictionary<string, string>(blanks) { [key.Value] = blank.Groups["value"].Value } : blanks;
        return Fill(File.ReadAllText(Path.Combine(Folder(), name)).TrimEnd('\n'), more);
    });

    /// <summary>SIPp wants a variable for the result of each check, and every variable used.</summary>
    private void NumberTheChecks()
    {
        var number = 0;
        foreach (var check in _document.Descendants("ereg").Where(e => e.Attribute("assign_to") is null))
            check.SetAttributeValue("assign_to", $"check{++number}");
        var variables = _document.Descendants().Select(e => e.Attribute("assign_to")?.Value).OfType<string>().SelectMany(v => v.Split(','));
        _document.Root!.Add(new XElement("Reference", new XAttribute("variables", string.Join(',', variables.Distinct()))));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "scenarios");

    [GeneratedRegex(@"\{\{(?<name>[a-z0-9.-]+)(\|(?<key>[a-z-]+)=(?<value>[^}]*))?\}\}")]
    private static partial Regex Blank();
}
