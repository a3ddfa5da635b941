using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ringway.Asterisk;
using Ringway.Switch;

namespace Ringway.Tests.Switch;

/// <summary>A real Asterisk on a generated configuration, with ports and folders of its own; gone with the test.</summary>
internal sealed class RealSwitch : IAsyncDisposable
{
    public static readonly ImmutableArray<SwitchLine> OneLine = [new("main", "+17125550259", "Main", MediaKeying.Sdes, "secret-of-the-line")];

    private RealSwitch(SwitchConfiguration configuration, AsteriskFolders folders, AsteriskProcess process) =>
        (Configuration, Folders, Process) = (configuration, folders, process);

    public SwitchConfiguration Configuration { get; }
    public AsteriskFolders Folders { get; }
    public AsteriskProcess Process { get; }

    /// <param name="change">What this test needs to be different.</param>
    /// <param name="beforeStart">Told the folders when all files are written.</param>
    public static async Task<RealSwitch> StartAsync(Func<SwitchConfiguration, SwitchConfiguration>? change = null, Action<AsteriskFolders>? beforeStart = null)
    {
        var tree = await Packages();
        var root = Directory.CreateTempSubdirectory("ringway-switch-").FullName;
        var folders = new AsteriskFolders(Path.Combine(root, "asterisk"));
        var certificates = DevelopmentCertificates.Ensure(Path.Combine(root, "tls"), "switch", ["pbx.example.com"]);
        var configuration = new SwitchConfiguration
        {
            Lines = OneLine,
            Trunk = new()
            {
                HostName = "pbx.example.com",
                Bind = IPAddress.Loopback,
                Port = FreePort(),
                CertificateFile = certificates.CertificateFile,
                KeyFile = certificates.KeyFile,
            },
            WhatsApp = new() { Address = IPAddress.Loopback, Port = FreePort(), CaFile = certificates.CaFile },
            Ari = new() { Password = "of-the-test" },
            HttpPort = FreePort(),
            RtpPorts = (42000, 42999),
        };
        configuration = change?.Invoke(configuration) ?? configuration;
        SwitchFiles.Write(configuration, folders, tree);
        beforeStart?.Invoke(folders);
        return new RealSwitch(configuration, folders, await AsteriskProcess.StartOrAdoptAsync(folders, tree));
    }

    public Task<string> ConsoleAsync(string command) => Process.ConsoleAsync(command, TestContext.Current.CancellationToken);

    /// <summary>Lines of the log that somebody should look at.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync() =>
        [.. (await File.ReadAllLinesAsync(Folders.MessagesLog)).Where(l => l.Contains("WARNING", StringComparison.Ordinal) || l.Contains("ERROR", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Process.StopAsync(TimeSpan.FromSeconds(5));
        if (Environment.GetEnvironmentVariable("RINGWAY_KEEP") is null)
            Directory.Delete(Path.GetDirectoryName(Folders.Root)!, recursive: true);
    }

    public static int FreePort() => Testing.FreePort.Take();

    private static Task<PackageTree> Packages([CallerFilePath] string here = "") =>
        new PrivatePackages(Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
            ? named : Path.Combine(Path.GetDirectoryName(here)!, "../../../data/packages")).EnsureAsync(PackageSet.Asterisk);
}
