using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Ringway.Asterisk;
using Ringway.Store;

namespace Ringway.EndToEnd.Harness;

/// <summary>What `ringway up --json` prints when it is ready.</summary>
public sealed record Ready(
    Uri Phone, Uri Handset, Uri Api, Uri SimulatorApi, IReadOnlyList<SignIn> Agents, Pids Pids, string Data);

public sealed record SignIn(string Id, string Password);

public sealed record Pids(int Ringway, int Asterisk, int? Simulator, int? SimulatorAsterisk);

/// <summary>The whole product as a person starts it: `ringway up`, a child process with a data folder and ports of its own.</summary>
public sealed class Product : IAsyncDisposable
{
    /// <summary>Two Asterisks and two hosts on two busy cores; alone it takes some 5 s.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly string[] _settings;
    private readonly List<string> _said = [];
    private Process? _process;

    private Product(string data, Ports ports, string[] settings) => (Data, Ports, _settings) = (data, ports, settings);

    public string Data { get; }

    public Ports Ports { get; }

    public Ready Ready { get; private set; } = null!;

    /// <summary>As the settings have it, or as it was made up.</summary>
    public string Password(string agent) => WrittenPassword(agent) ?? Ready.Agents.Single(known => known.Id == agent).Password;

    private string? WrittenPassword(string agent)
    {
        if (_settings.FirstOrDefault(one => one.StartsWith("agents.", StringComparison.Ordinal) && one.EndsWith($".id={agent}", StringComparison.Ordinal)) is not { } id) return null;
        var key = id[..id.LastIndexOf(".id=", StringComparison.Ordinal)] + ".password=";
        return _settings.Single(one => one.StartsWith(key, StringComparison.Ordinal))[key.Length..];
    }

    /// <summary>Everything it wrote to stderr.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    public static async Task<Product> StartAsync(params string[] settings)
    {
        var product = Prepare(settings);
        await product.UpAsync();
        return product;
    }

    /// <summary>A folder and ports, nothing started.</summary>
    public static Product Prepare(params string[] settings) =>
        new(Directory.CreateTempSubdirectory("ringway-e2e-").FullName, Ports.Take(), settings);

    /// <summary>Starts it (again) on its folder and waits until it says that it is ready.</summary>
    public async Task UpAsync()
    {
        _process = StartCli(["up", "--json", .. UpArguments]);
        var output = ReadLinesAsync(_process);
        try
        {
            var line = await output.ReadAsync().AsTask().WaitAsync(StartPatience);
            Ready = JsonSerializer.Deserialize<Ready>(line, JsonSerializerOptions.Web)!;
            if (Environment.GetEnvironmentVariable("RINGWAY_TEST_SIP_TRACE") is not null)
                await TraceSipAsync();
        }
        catch (Exception fault) when (fault is TimeoutException or ChannelClosedException or JsonException)
        {
            throw new InvalidOperationException($"`ringway up` did not come up: {fault.Message}\n{Said}", fault);
        }
    }

    public IEnumerable<string> UpArguments =>
        ["--data", Data, .. Ports.Settings.Concat(_settings).SelectMany(setting => new[] { "--set", setting })];

    /// <summary>Runs another verb to its end, for instance `down`, or `up` where it must refuse.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunCliAsync(params string[] arguments)
    {
        using var process = StartCli(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StartPatience);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>
    /// The history is written a tenth of a second behind the calls, and later on a busy disk. Of a call that is gone when ringway comes back, only the store
    /// can tell.
    /// </summary>
    public async Task WrittenDownAsync(string agent)
    {
        await using var store = new SqliteCallStore(Path.Combine(Data, "ringway.db"));
        await Eventually.BeTrueAsync($"it is written down that {agent} talks", async () => (await store.OpenCallsAsync()).Any(call => call.Agent == agent));
    }

    /// <summary>kill -9 of ringway alone: Asterisk and the simulator go on.</summary>
    public async Task KillRingwayAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WaitAsync(EndPatience);
    }

    /// <summary>SIGTERM, as a service manager does; SIGINT is the same to us.</summary>
    public async Task<int> EndAsync(string signal = "TERM")
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(EndPatience);
        return _process.ExitCode;
    }

    /// <summary>Processes whose command line names this product's data folder.</summary>
    public IReadOnlyList<string> ProcessesLeft() =>
        [
            .. Directory.EnumerateDirectories("/proc")
                .Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId)
                .Select(CommandLine)
                .Where(line => line.Contains(Data, StringComparison.Ordinal)),
        ];

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await EndAsync();
        if (ProcessesLeft().Count > 0)
            await RunCliAsync("down", "--data", Data);
        _process?.Dispose();
        KeepLogs();
        var broken = Logs.Broken(this);
        Directory.Delete(Data, recursive: true);
        Assert.True(broken.Count == 0, "Ringway says that it broke something:\n" + string.Join('\n', broken));
    }

    private static Process StartCli(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "ringway.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private ChannelReader<string> ReadLinesAsync(Process process)
    {
        var lines = Channel.CreateUnbounded<string>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                lines.Writer.TryComplete();
            else
                lines.Writer.TryWrite(line.Data);
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_said)
                _said.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return lines.Reader;
    }

    /// <summary>For whoever looks for the reason of a failure: every SIP message of both Asterisks into their sip.log.</summary>
    private async Task TraceSipAsync()
    {
        foreach (var folder in new[] { "asterisk", "simulator/asterisk" })
            foreach (var command in new[] { "logger add channel sip.log verbose", "pjsip set logger on" })
                await AsteriskConsole.RunAsync(new AsteriskFolders(Path.Combine(Data, folder)), command);
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // It ended while we looked.
        }
    }

    // For whoever looks for the reason of a failure after the folder is gone.
    private void KeepLogs()
    {
        if (Environment.GetEnvironmentVariable("RINGWAY_TEST_LOGS") is not { } keep)
            return;
        var to = Directory.CreateDirectory(Path.Combine(keep, "EndToEnd", Path.GetFileName(Data))).FullName;
        foreach (var log in Directory.EnumerateFiles(Data, "*.log", SearchOption.AllDirectories))
            File.Copy(log, Path.Combine(to, Path.GetRelativePath(Data, log).Replace('/', '-')), overwrite: true);
        File.WriteAllText(Path.Combine(to, "stderr.log"), Said);
    }
}
