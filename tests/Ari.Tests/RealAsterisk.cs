using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
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
    /// <summary>The application for which we connect to it.</summary>
    public const string App = "tests";

    /// <summary>The application for which it connects to us.</summary>
    public const string Kept = "kept";

    public const string User = "tester";
    public const string Password = "secret";

    /// <summary>What our product does not load and these tests need.</summary>
    private static readonly string[] Extra =
    [
        "app_userevent", "res_stasis_broadcast", "app_stasis_broadcast", "res_rtp_multicast", "chan_rtp", "res_pjsip_messaging", "res_pjsip_refer",
    ];

    private readonly AsteriskFolders _folders = new(Directory.CreateTempSubdirectory("ringway-ari-").FullName);
    private AsteriskProcess? _process;

    /// <summary>Where we must listen for <see cref="Kept"/>.</summary>
    public int OurPort { get; } = FreePort();

    public int HttpPort { get; } = FreePort();

    /// <summary>Where it speaks SIP over UDP.</summary>
    public int SipPort { get; } = FreePort();

    /// <summary>Where the endpoint <c>phone</c> is.</summary>
    public int PhonePort { get; } = FreePort();

    /// <summary>ARI over HTTP.</summary>
    public Uri Address => new($"http://127.0.0.1:{HttpPort}/ari/");

    /// <summary>A second of silence, as a media URI.</summary>
    public string Sound => $"sound:{Path.Combine(_folders.Etc, "second")}";

    public PackageTree Tree { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Tree = await new PrivatePackages(PackagesFolder()).EnsureAsync(PackageSet.Asterisk);
        _folders.Create();
        foreach (var file in (ConfFile[])
        [
            CommonFiles.AsteriskConf(_folders, Tree, "n1"), CommonFiles.Modules([.. AsteriskModules.Standard, .. Extra]), CommonFiles.Logger(),
            CommonFiles.Http("127.0.0.1", HttpPort), Ari(),
            CommonFiles.Rtp(41050, 41099), CommonFiles.Sorcery(), CommonFiles.MusicOnHold(_folders.Etc), CommonFiles.Resolver(_folders.Etc),
            .. CommonFiles.Bystanders(), Pjsip(), Dialplan(), WebSocketClient(),
        ])
            file.Write(_folders.Etc);
        CommonFiles.WriteHosts(_folders.Etc, []);
        CommonFiles.WriteHoldSound(_folders.Etc);
        await File.WriteAllBytesAsync(Path.Combine(_folders.Etc, "second.sln16"), new byte[16000 * 2]);
        _process = await AsteriskProcess.StartOrAdoptAsync(_folders, Tree);
    }

    /// <summary>We connect to it.</summary>
    public async Task<Connected> ConnectAsync(AriOptions? options = null, string name = App)
    {
        var connected = new Connected(name, Address, options ?? new());
        await connected.Events.NextAsync<AriConnected>();
        return connected;
    }

    /// <summary>It connects to us, and has told what it kept while nobody was there.</summary>
    public async Task<Us> ListenAsync(AriOptions? options = null)
    {
        var us = await Us.StartAsync(options ?? new(), port: OurPort, name: Kept);
        try
        {
            await us.Events.UntilAsync<ApplicationRegistered>();
            return us;
        }
        catch
        {
            await us.DisposeAsync();
            throw;
        }
    }

    /// <summary>ARI over HTTP, for what happens while no socket is there.</summary>
    public HttpClient Http()
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        return http;
    }

    /// <summary>Ends what a test has left, so that the next one finds Asterisk empty, also after a failure.</summary>
    public async Task ClearAsync()
    {
        using var http = new HttpClient();
        var ari = new AriHttp(http, Address, User, Password, new(), TimeProvider.System);
        foreach (var channel in await ari.Client.ListChannelsAsync()) await ari.Client.HangUpAsync(channel.Id);
        foreach (var bridge in await ari.Client.ListBridgesAsync()) await ari.Client.DestroyBridgeAsync(bridge.Id);
    }

    /// <summary>Stops the process as a whole for a while, as a machine that swaps would; signal(7).</summary>
    public async Task WhileFrozenAsync(Func<Task> act)
    {
        const int stop = 19, go = 18;
        Assert.Equal(0, Signal(_process!.Pid, stop));
        try
        {
            await Until.TrueAsync(() => IsStopped(_process.Pid)); // a thread on another core runs on for a moment, and may still answer
            await act();
        }
        finally
        {
            Assert.Equal(0, Signal(_process.Pid, go));
        }
    }

    /// <summary>Whether each thread stands still: state T, which follows the name in brackets; proc(5), /proc/pid/stat.</summary>
    private static bool IsStopped(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task").Select(task => File.ReadAllText(Path.Combine(task, "stat")))
                .All(line => line[line.LastIndexOf(')') + 2] == 'T');
        }
        catch (IOException)
        {
            return false; // a thread ended between the listing and the reading
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.StopAsync(TimeSpan.FromSeconds(5));
        if (Environment.GetEnvironmentVariable("RINGWAY_KEEP") is null)
            Directory.Delete(_folders.Root, recursive: true);
    }

    private static ConfFile Ari()
    {
        var file = CommonFiles.Ari(User, Password);
        file.Begin("to-us")
            .Set("type", "outbound_websocket").Set("websocket_client_id", Kept).Set("apps", Kept)
            .Set("subscribe_all", false).Set("local_ari_user", User);
        return file;
    }

    private ConfFile WebSocketClient()
    {
        var file = new ConfFile("websocket_client.conf", "The connection that Asterisk opens and keeps.");
        file.Begin(Kept)
            .Set("type", "websocket_client").Set("connection_type", "persistent").Set("protocols", "ari")
            .Set("uri", $"ws://127.0.0.1:{OurPort}/ari/{Kept}")
            .Set("username", Us.User).Set("password", Us.Password)
            .Set("connection_timeout", 500).Set("reconnect_interval", 250).Set("reconnect_attempts", 1000);
        return file;
    }

    private ConfFile Pjsip()
    {
        var file = new ConfFile("pjsip.conf", "One endpoint that nobody is registered for, and one that a SipPhone plays.");
        file.Begin("udp").Set("type", "transport").Set("protocol", "udp").Set("bind", $"127.0.0.1:{SipPort}");
        file.Begin("ada").Set("type", "endpoint").Set("context", "from").Set("allow", "!all,opus").Set("aors", "ada");
        file.Begin("ada").Set("type", "aor").Set("max_contacts", 1);
        file.Begin("phone").Set("type", "endpoint").Set("context", "from").Set("message_context", "from").Set("allow", "!all,ulaw").Set("aors", "phone")
            .Set("direct_media", false).Set("moh_passthrough", false);
        file.Begin("phone").Set("type", "aor").Set("contact", $"sip:phone@127.0.0.1:{PhonePort}");
        file.Begin("phone").Set("type", "identify").Set("endpoint", "phone").Set("match", "127.0.0.1");
        return file;
    }

    private static ConfFile Dialplan()
    {
        var file = new ConfFile("extensions.conf", "Parties for the tests.");
        file.Begin("from")
            .Arrow("exten", "stasis,1,Answer()").Arrow("same", $"n,Stasis({App},inbound,line-main)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "connector,1,Answer()").Arrow("same", "n,Stasis(connector,inbound)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "greeter,1,Stasis(greeter,inbound)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "queue,1,Stasis(queue,inbound)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "kept,1,Answer()").Arrow("same", $"n,Stasis({Kept},inbound,line-main)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "ringing,1,Ringing()").Arrow("same", $"n,Stasis({App},ringing)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "offered,1,Answer()").Arrow("same", "n,StasisBroadcast(10000,^(tests|rival)$,offered,yes)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "transfers,1,Answer()").Arrow("same", "n,Set(PJSIP_TRANSFER_HANDLING()=ari-only)").Arrow("same", $"n,Stasis({App},transfers)")
            .Arrow("exten", "speaks,1,Answer()").Arrow("same", "n,PlayTones(1000/400,0/400)").Arrow("same", "n,Wait(60)")
            .Arrow("exten", "echo,1,Answer()").Arrow("same", "n,Echo()")
            .Arrow("exten", "note,1,UserEvent(Note,text: hello)").Arrow("same", "n,Hangup()")
            .Arrow("exten", "ring,1,Ringing()").Arrow("same", "n,WaitExten(60)");
        return file;
    }

    private static string PackagesFolder([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../data/packages"));

    private static int FreePort() => Testing.FreePort.Take();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int pid, int signal);
}

/// <summary>An application that we connect to the real Asterisk for, until it is disposed.</summary>
public sealed class Connected : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _running;

    public Connected(string name, Uri ari, AriOptions options)
    {
        Application = new AriApplication(name, options, TimeProvider.System, Log);
        Events = new Events(Application);
        _running = Application.RunAsync(ari, RealAsterisk.User, RealAsterisk.Password, _enough.Token);
    }

    public LogLines Log { get; } = new();

    public AriApplication Application { get; }

    public AriClient Client => Application.Client;

    public Events Events { get; }

    /// <summary>Ends the connection; the events go on to the end.</summary>
    public async Task EndAsync()
    {
        await _enough.CancelAsync();
        await _running.Within();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await Application.DisposeAsync();
        _enough.Dispose();
    }
}
