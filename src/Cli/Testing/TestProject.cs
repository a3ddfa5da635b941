using System.Diagnostics;
using System.Text.Json;

namespace Ringway.Cli.Testing;

/// <summary>One built test program, run in a process of its own and watched line by line.</summary>
public sealed class TestProject(string name, string output)
{
    /// <summary>A project that is not done by then hangs; it is killed and counted as a failure.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    /// <summary>Calls take their real time there, dozens of them one after another.</summary>
    private static readonly TimeSpan EndToEndDeadline = TimeSpan.FromMinutes(12);

    public string Name { get; } = name;

    public bool IsEndToEnd => Name == "EndToEnd";

    /// <summary>Simulated calls take their real time and little else.</summary>
    public bool MostlyWaits => Name == "Simulator.Tests";

    /// <summary>Runs well beside one that mostly waits. Not so those that ask a real Asterisk about moments, as Ari.Tests do.</summary>
    public bool LeavesRoom => Name == "Ringway.Tests";

    /// <summary>All projects under tests/, those that fail soonest first; end to end last.</summary>
    public static IReadOnlyList<TestProject> Find(string root) =>
        [
            .. Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.csproj", SearchOption.AllDirectories)
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Select(name => new TestProject(name, Path.Combine(root, "artifacts", "bin", name, "release")))
                .OrderBy(project => project.IsEndToEnd)
                .ThenBy(project => project.Name, StringComparer.Ordinal),
        ];

    /// <param name="onProgress">Told the tally so far and the test that has just begun.</param>
    /// <param name="onFailure">Told each failure as it happens: the test's name and why.</param>
    public async Task<Tally> RunAsync(
        WantedTests wanted, Places places, Tool tool, Action<Tally, string> onProgress, Action<string, string> onFailure,
        CancellationToken ct)
    {
        if (Program() is not { } program)
            return Tally.OfFailure($"{Name}: there is no program in {output}");

        var reader = new RunnerOutput(onProgress, onFailure);
        var result = await tool.RunAsync(
            Start(program, wanted, places),
            Path.Combine(places.Logs, "test", $"{Name}.jsonl"),
            IsEndToEnd ? EndToEndDeadline : Deadline,
            ct,
            reader.Read);

        if (result.TimedOut)
        {
            return reader.Tally + Tally.OfFailure($"{Name}: not done after its deadline; last begun: {reader.LastBegun}");
        }

        // The runner ends with 1 when a test failed. Any other way to end badly would otherwise count as nothing.
        var crashed = result.ExitCode != 0 && reader.Tally.Failed == 0;
        return crashed
            ? reader.Tally + Tally.OfFailure($"{Name}: ended with code {result.ExitCode}; see {result.Log}")
            : reader.Tally;
    }

    // A program has a runtime configuration beside it; the libraries that lie there have none.
    private string? Program() => Directory.Exists(output)
        ? Directory.EnumerateFiles(output, $"*{Name}.runtimeconfig.json")
            .Select(file => file.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal)).FirstOrDefault()
        : null;

    private static ProcessStartInfo Start(string program, WantedTests wanted, Places places)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = places.Root,
            ArgumentList = { program, "-automated", "async", "-noLogo", "-noAutoReporters" },
        };
        if (wanted.Fast)
        {
            start.ArgumentList.Add("-trait-");
            start.ArgumentList.Add("needs=*");
        }

        foreach (var pattern in wanted.Methods)
        {
            start.ArgumentList.Add("-method");
            start.ArgumentList.Add(pattern);
        }

        start.Environment["RINGWAY_ROOT"] = places.Root;
        start.Environment["RINGWAY_PACKAGES"] = places.Packages;
        start.Environment["RINGWAY_TEST_LOGS"] = Path.Combine(places.Logs, "test");
        return start;
    }

    /// <summary>Reads xunit.v3's machine-readable messages, one JSON object a line.</summary>
    private sealed class RunnerOutput(Action<Tally, string> onProgress, Action<string, string> onFailure)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, string> _names = [];

        public Tally Tally { get; private set; } = Tally.None;

        public string LastBegun { get; private set; } = "none";

        public void Read(string line)
        {
            if (!line.StartsWith('{'))
            {
                return;
            }

            using var message = JsonDocument.Parse(line);
            lock (_lock)
            {
                Read(message.RootElement);
            }
        }

        private void Read(JsonElement message)
        {
            var id = Text(message, "TestUniqueID");
            switch (Text(message, "$type"))
            {
                case "test-starting":
                    LastBegun = _names[id] = Text(message, "TestDisplayName");
                    onProgress(Tally, LastBegun);
                    break;
                case "test-passed":
                    Tally += Tally.OfPass;
                    break;
                case "test-skipped":
                    Tally = Tally with { Skipped = Tally.Skipped + 1 };
                    break;
                case "test-failed":
                    Fail(_names.GetValueOrDefault(id, id), message);
                    break;
                case { } type when type == "error-message" || type.EndsWith("-cleanup-failure", StringComparison.Ordinal):
                    Fail($"{type} {Text(message, "TestClassName")}", message);
                    break;
                default:
                    break;
            }
        }

        private void Fail(string name, JsonElement message)
        {
            Tally += Tally.OfFailure(name);
            onFailure(name, string.Join(Environment.NewLine, [.. Lines(message, "Messages"), .. OwnFrames(message)]));
        }

        private static string Text(JsonElement message, string property) =>
            message.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";

        private static IEnumerable<string> Lines(JsonElement message, string property) =>
            message.TryGetProperty(property, out var values)
                ? values.EnumerateArray().SelectMany(value => (value.GetString() ?? "").Split('\n'))
                : [];

        // Where in our own files it happened; the framework's frames say nothing.
        private static IEnumerable<string> OwnFrames(JsonElement message) =>
            Lines(message, "StackTraces").Where(frame => frame.Contains("at Ringway.", StringComparison.Ordinal)).Take(5);
    }
}
