using System.Collections;

namespace Ringway.Options;

/// <summary>
/// Reads the operator's choices: ringway.yaml, over it the environment (<c>RINGWAY__calls__ringSeconds</c>), over that
/// the command line (<c>--set calls.ringSeconds=20</c>). Without any of them the defaults make a demonstration.
/// </summary>
public static class Configuration
{
    /// <summary>Looked for in the working folder when no other file is named.</summary>
    public const string FileName = "ringway.yaml";

    /// <param name="file">The file to read; null takes ringway.yaml of the working folder if there is one.</param>
    /// <param name="sets">Assignments of the command line, <c>key=value</c>.</param>
    /// <param name="environment">Environment variables; null takes the process's own.</param>
    /// <exception cref="ConfigurationException">Something is wrong; the exception lists all of it.</exception>
    public static RingwayOptions Read(
        string? file = null, IEnumerable<string>? sets = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        environment ??= OwnEnvironment();
        var faults = new List<Fault>();
        var tree = new SettingTree(faults);
        if (file is not null || File.Exists(FileName)) tree.ReadFile(file ?? FileName);
        tree.LayEnvironment(environment);
        tree.LayArguments(sets ?? []);

        var folder = Path.GetDirectoryName(Path.GetFullPath(file ?? FileName))!;
        var reader = new OptionsReader(faults, environment.GetValueOrDefault, folder);
        var options = reader.Read(tree.Root);
        // A value that could not be read stands at its default; a rule about it would then report what nobody wrote.
        var unread = faults.Select(fault => fault.Key).ToHashSet();
        foreach (var (key, text) in OptionsRules.Check(options))
            if (unread.Add(key))
                faults.Add(new Fault(key, text, reader.WhereIs(key)));
        return faults.Count == 0 ? options : throw new ConfigurationException(faults);
    }

    private static Dictionary<string, string> OwnEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");
}
