using Ringway.Switch;

namespace Ringway.Doctor;

/// <param name="Written">Asterisk's files were written at all.</param>
/// <param name="Missing">Files that should be there.</param>
/// <param name="Other">Files whose text is not what ringway would write now.</param>
public sealed record FileFacts(string Folder, bool Written, IReadOnlyList<string> Missing, IReadOnlyList<string> Other, int Count);

/// <summary>Whether Asterisk's files are what this configuration makes.</summary>
public static class FileCheck
{
    public static Task<FileFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var (missing, other) = (new List<string>(), new List<string>());
        var files = SwitchFiles.Of(premises.Switch, premises.Folders.Etc);
        foreach (var file in files)
        {
            ct.ThrowIfCancellationRequested();
            var path = Path.Combine(premises.Folders.Etc, file.Name);
            if (!File.Exists(path)) missing.Add(file.Name);
            else if (File.ReadAllText(path) != file.Render()) other.Add(file.Name);
        }

        return Task.FromResult(new FileFacts(premises.Folders.Etc, missing.Count < files.Count, missing, other, files.Count));
    }

    public static Finding Judge(FileFacts facts) => facts switch
    {
        { Written: false } => Finding.Unknown($"Nothing is written in {facts.Folder} yet.", Who.You, "Start `ringway up` and run the doctor again."),
        { Missing: [_, ..] } or { Other: [_, ..] } => Finding.Warn(
            $"In {facts.Folder} {Say("missing", facts.Missing)}{(facts.Missing.Count > 0 && facts.Other.Count > 0 ? ", and " : "")}{Say("not what this configuration makes", facts.Other)}.",
            Who.You,
            "Either somebody edited them (edit ringway.yaml instead), or the configuration was changed: the next `ringway up` without calls writes and takes them. " +
            "Or the doctor was given another --config or --set than ringway."),
        _ => Finding.Pass($"All {facts.Count} files in {facts.Folder} are what this configuration makes."),
    };

    private static string Say(string what, IReadOnlyList<string> files) =>
        files.Count == 0 ? "" : $"{string.Join(", ", files)} {(files.Count == 1 ? "is" : "are")} {what}";
}

/// <param name="Differences">What Asterisk has in its memory otherwise than the configuration says; secrets are not in it.</param>
/// <param name="Absent">Objects that Asterisk does not have.</param>
public sealed record RunningFacts(IReadOnlyList<string> Differences, IReadOnlyList<string> Absent, int Compared);

/// <summary>Whether the Asterisk that runs has in its memory what the configuration says: a file that is right may not have been read.</summary>
public static class RunningCheck
{
    /// <summary>Written in a list, shown in another form, or not shown at all.</summary>
    private static readonly string[] NotComparable = ["type", "set_var", "disallow", "local_net", "match_request_uri"];

    private static readonly string[] Secret = ["password", "password_digest", "md5_cred"];

    public static async Task<RunningFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        await using var visit = await AriVisit.OpenAsync(premises, http, ct);
        var (differences, absent, compared) = (new List<string>(), new List<string>(), 0);
        var wanted = PjsipObjects.Of(SwitchFiles.Of(premises.Switch, premises.Folders.Etc).Single(file => file.Name == "pjsip.conf"));
        foreach (var one in wanted.Where(one => one.Type is "endpoint" or "aor" or "auth" or "transport" or "identify"))
        {
            if (await visit.Asterisk.GetConfigAsync("res_pjsip", one.Type, one.Id, ct) is not { } shown)
            {
                absent.Add($"{one.Type} {one.Id}");
                continue;
            }

            compared++;
            differences.AddRange(Compare(one, shown.GroupBy(field => field.Attribute).ToDictionary(field => field.Key, field => field.First().Value)));
        }

        return new RunningFacts(differences, absent, compared);
    }

    public static IEnumerable<string> Compare(PjsipObject wanted, IReadOnlyDictionary<string, string> shown) =>
        from field in wanted.Fields
        where !NotComparable.Contains(field.Key) && shown.ContainsKey(field.Key) && Plain(shown[field.Key]) != Plain(field.Value)
        where field.Key != "bind" || shown[field.Key] != field.Value + ":5060" // SIP's own port, where none is said
        select Secret.Contains(field.Key)
            ? $"{wanted.Type} {wanted.Id}: {field.Key} is another one"
            : $"{wanted.Type} {wanted.Id}: {field.Key} is {shown[field.Key]}, should be {field.Value}";

    public static Finding Judge(RunningFacts facts) => facts switch
    {
        { Absent: [_, ..] } => Finding.Fail(
            $"Asterisk runs without {string.Join(", ", facts.Absent)}.", Who.You, "Restart ringway without calls, so that Asterisk reads its files anew; asterisk/log/messages.log says what it did not like."),
        { Differences: [_, ..] } => Finding.Fail(
            $"Asterisk runs with other settings than its configuration says: {string.Join("; ", facts.Differences.Take(6))}{(facts.Differences.Count > 6 ? $"; and {facts.Differences.Count - 6} more" : "")}.",
            Who.You, "Restart ringway without calls, so that Asterisk reads its files anew."),
        _ => Finding.Pass($"What runs is what the configuration says ({facts.Compared} objects of PJSIP compared)."),
    };

    /// <summary>Asterisk shows <c>yes</c> as true, codecs in brackets, lists in an order of its own.</summary>
    private static string Plain(string value) => string.Join(',', value.Trim('(', ')').ToLowerInvariant()
        .Replace("yes", "true", StringComparison.Ordinal)
        .Split(',', StringSplitOptions.TrimEntries).Select(part => part == "no" ? "false" : part).Order(StringComparer.Ordinal));
}
