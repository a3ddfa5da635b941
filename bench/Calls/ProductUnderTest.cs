using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ringway.Asterisk;

namespace Ringway.Bench.Calls;

/// <summary>A number of the product, and the one agent that calls to it ring.</summary>
public sealed record LineUnderTest(string Id, string Number, string Password, string Agent, string AgentPassword);

/// <summary>What a phone registers with; minted by ringway.</summary>
public sealed record SipAccountUnderTest(string User, string Password);

/// <summary>
/// The product as it is sold: <c>ringway up</c> in a process of its own, with a data folder and ports of its own, a trunk to us
/// and a line for each agent.
/// </summary>
public sealed class ProductUnderTest : IAsyncDisposable
{
    public const string TrunkHost = "bench.example";

    /// <summary>Hashing the agents' passwords takes 0.1 s each, on purpose.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _api;
    private readonly Process _process;
    private readonly int _port;

    private ProductUnderTest(Process process, string data, int port, IReadOnlyList<LineUnderTest> lines, ReadyLine ready)
    {
        (_process, Data, _port, Lines) = (process, data, port, lines);
        (RingwayPid, AsteriskPid) = (ready.Pids.Ringway, ready.Pids.Asterisk);
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        Folders = new AsteriskFolders(Path.Combine(data, "asterisk"));
        AriPassword = File.ReadLines(Path.Combine(Folders.Etc, "ari.conf"))
            .First(line => line.StartsWith("password =", StringComparison.Ordinal) || line.StartsWith("password=", StringComparison.Ordinal)).Split('=', 2)[1].Split(';')[0].Trim('>', ' ');
    }

    public string Data { get; }

    public IReadOnlyList<LineUnderTest> Lines { get; }

    public AsteriskFolders Folders { get; }

    public int RingwayPid { get; }

    public int AsteriskPid { get; }

    public string AriPassword { get; }

    public Uri Ari => new($"http://127.0.0.1:{_port + 1}/ari/");

    public int TrunkPort => _port + 2;

    public string CaFile => Path.Combine(Data, "tls", "ca.pem");

    /// <summary>Where the product tells the size of its heap, see <see cref="StartupHook"/>.</summary>
    public string HeapSocket => HeapSocketIn(Data);

    /// <summary>Where the phones' SIP goes: Asterisk's own socket, or the product's in front of it.</summary>
    public Uri PhoneSocket(bool proxied) => new(proxied ? $"ws://127.0.0.1:{_port}/sip" : $"ws://127.0.0.1:{_port + 1}/ws");

    /// <param name="recorded">Every call is, without an announcement, and kept as WAV.</param>
    public static async Task<ProductUnderTest> StartAsync(int lines, bool recorded, CancellationToken ct)
    {
        var data = Directory.CreateTempSubdirectory("ringway-bench-").FullName;
        var port = FreeBlock();
        var under = Enumerable.Range(1, lines).Select(Line).ToList();
        var configuration = Path.Combine(data, "ringway.yaml");
        await File.WriteAllTextAsync(configuration, Configuration(under, port, recorded), ct);

        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ringway.dll"), "up", "--json", "--data", data, "--config", configuration])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.Variable] = HeapSocketIn(data);
        var process = Process.Start(start)!;
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => { lock (said) said.AppendLine(line.Data); };
        process.BeginErrorReadLine();
        var ready = await process.StandardOutput.ReadLineAsync(ct).AsTask().WaitAsync(StartPatience, TimeProvider.System, ct);
        if (ready is null) throw new InvalidOperationException($"`ringway up` did not come up:\n{said}");
        return new ProductUnderTest(process, data, port, under, JsonSerializer.Deserialize<ReadyLine>(ready, JsonSerializerOptions.Web)!);
    }

    /// <summary>Signs the line's agent in and gets a phone for her.</summary>
    /// <returns>The account, and the token of the sign-in.</returns>
    public async Task<(SipAccountUnderTest Account, string Token)> SignInAsync(LineUnderTest line, CancellationToken ct)
    {
        using var welcome = await _api.PostAsJsonAsync("api/v1/session", new { agent = line.Agent, password = line.AgentPassword }, ct);
        welcome.EnsureSuccessStatusCode();
        var token = (await welcome.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("token").GetString()!;
        using var ask = new HttpRequestMessage(HttpMethod.Post, "api/v1/line");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var minted = await _api.SendAsync(ask, ct);
        minted.EnsureSuccessStatusCode();
        var account = await minted.Content.ReadFromJsonAsync<JsonElement>(ct);
        return (new SipAccountUnderTest(account.GetProperty("user").GetString()!, account.GetProperty("password").GetString()!), token);
    }

    public Task<string> ConsoleAsync(string command, CancellationToken ct) => AsteriskConsole.RunAsync(Folders, command, ct);

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(EndPatience, TimeProvider.System);
        _process.Dispose();
        _api.Dispose();
        if (Environment.GetEnvironmentVariable("RINGWAY_BENCH_KEEP") is null) Directory.Delete(Data, recursive: true);
    }

    private static string HeapSocketIn(string data) => Path.Combine(data, "heap.sock");

    private static LineUnderTest Line(int number)
    {
        var name = number.ToString("0000", CultureInfo.InvariantCulture);
        return new LineUnderTest(
            $"line{name}", $"+1555001{name}", RandomNumberGenerator.GetHexString(32), $"agent{name}", RandomNumberGenerator.GetHexString(20));
    }

    private static string Configuration(IEnumerable<LineUnderTest> lines, int port, bool recorded) => $$"""
        listen: 127.0.0.1:{{port}}
        simulator: {enabled: off}
        trunk: {host: {{TrunkHost}}, bind: 127.0.0.1, port: {{port + 2}}}
        whatsapp: {address: 127.0.0.1, port: {{port + 3}}} # nobody is there: no call goes out
        asterisk: {httpPort: {{port + 1}}, rtpStart: {{port + 20}}, rtpEnd: {{port + BlockSize - 1}}}
        lines:
        {{string.Join('\n', lines.Select(line => $"  - {{id: {line.Id}, number: '{line.Number}', password: {line.Password}, agents: [{line.Agent}]{(recorded ? ", recording: {when: always, notice: ''}" : "")}}}"))}}
        recordings: {format: wav}
        agents:
        {{string.Join('\n', lines.Select(line => $"  - {{id: {line.Agent}, password: {line.AgentPassword}}}"))}}
        """;

    private const int BlockSize = 1500, First = 23000, Last = 32000;

    /// <summary>A block below the range that the kernel hands to outgoing connections.</summary>
    private static int FreeBlock()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(at => at.Port).ToHashSet();
        return Enumerable.Range(0, (Last - First) / BlockSize).Select(n => First + n * BlockSize).OrderBy(_ => RandomNumberGenerator.GetInt32(int.MaxValue))
            .First(port => Enumerable.Range(port, 20).All(one => !taken.Contains(one)));
    }

    private sealed record ReadyLine(PidsOfReady Pids);

    private sealed record PidsOfReady(int Ringway, int Asterisk);
}
