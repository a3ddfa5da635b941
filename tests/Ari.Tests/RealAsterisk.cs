using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ringway.Asterisk;

namespace Ringway.Ari.Tests;

/// <summary>One Asterisk for all tests that need it; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class OneAsterisk : ICollectionFixture<RealAsterisk>
{
    public const string Name = "one Asterisk";
}

/// <summary>
/// A real Asterisk with a small dialplan, and one application that it connects to us for. Its packages lie in
/// RINGWAY_PACKAGES or the repository's data/packages; they are fetched when they are not there.
/// </summary>
public sealed class RealAsterisk : IAsyncLifetime
{
    public const string App = "tests";
    public const string User = "tester";
    public const string Password = "secret";

    private readonly AsteriskFolders _folders = new(Directory.CreateTempSubdirectory("ringway-ari-").FullName);
    private AsteriskProcess? _process;

    /// <summary>Where we must listen for it.</summary>
    public int OurPort { get; } = FreePort();

    public int HttpPort { get; } = FreePort();

    /// <summary>ARI over HTTP.</summary>
    public Uri Address => new($"http://127.0.0.1:{HttpPort}/ari/");

    public PackageTree Tree { get; private set; } = null!;

    public int Pid => _process!.Pid;

    public async ValueTask InitializeAsync()
    {
        Tree = await new PrivatePackages(PackagesFolder()).EnsureAsync(PackageSet.Asterisk);
        _folders.Create();
        AriConnection[] connections = [new(App, new($"ws://127.0.0.1:{OurPort}/ari/{App}"), Us.User, Us.Password)];
        foreach (var file in (ConfFile[])
        [
            CommonFiles.AsteriskConf(_folders, Tree, "n1"), CommonFiles.Modules(AsteriskModules.Standard), CommonFiles.Logger(),
            CommonFiles.Http("127.0.0.1", HttpPort), CommonFiles.Ari(User, Password, connections), CommonFiles.WebSocketClient(connections),
            CommonFiles.Rtp(41050, 41099), CommonFiles.Sorcery(), CommonFiles.MusicOnHold(_folders.Etc), CommonFiles.Resolver(_folders.Etc),
            .. CommonFiles.Bystanders(), Pjsip(), Dialplan(),
        ])
            file.Write(_folders.Etc);
        CommonFiles.WriteHosts(_folders.Etc, []);
        CommonFiles.WriteHoldSound(_folders.Etc);
        _process = await AsteriskProcess.StartOrAdoptAsync(_folders, Tree);
    }

    /// <summary>A ringway of this test, connected; what an earlier test left is gone.</summary>
    public async Task<Us> ConnectAsync(AriOptions? options = null)
    {
        var us = await Us.StartAsync(options ?? new(), port: OurPort, name: App);
        await us.Events.UntilAsync<ApplicationRegistered>();
        return us;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.StopAsync(TimeSpan.FromSeconds(5));
        Directory.Delete(_folders.Root, recursive: true);
    }

    private static ConfFile Pjsip()
    {
        var file = new ConfFile("pjsip.conf", "One endpoint that nobody is registered for.");
        file.Begin("ada").Set("type", "endpoint").Set("context", "from").Set("allow", "!all,opus").Set("aors", "ada");
        file.Begin("ada").Set("type", "aor").Set("max_contacts", 1);
        return file;
    }

    private static ConfFile Dialplan()
    {
        var file = new ConfFile("extensions.conf", "Parties for the tests.");
        file.Begin("from")
            .Arrow("exten", "stasis,1,Answer()").Arrow("same", $"n,Stasis({App},inbound,line-main)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "echo,1,Answer()").Arrow("same", "n,Echo()")
            .Arrow("exten", "ring,1,Ringing()").Arrow("same", "n,WaitExten(60)");
        return file;
    }

    private static string PackagesFolder([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../data/packages"));

    private static int FreePort() => Testing.FreePort.Take();
}
