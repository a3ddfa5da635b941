using System.Net.WebSockets;
using System.Text;
using Ringway.Asterisk;

namespace Ringway.Bench.Ari;

/// <summary>An Asterisk of the benchmark's own: the product's settings, and a dialplan function that is slow when asked to be.</summary>
internal sealed class BenchAsterisk : IAsyncDisposable
{
    public const string User = "bench";
    public const string Password = "bench-of-this-run";

    private readonly AsteriskFolders _folders;
    private readonly AsteriskProcess _process;

    private BenchAsterisk(AsteriskFolders folders, AsteriskProcess process, int port)
    {
        _folders = folders;
        _process = process;
        Address = new($"http://127.0.0.1:{port}/ari/");
    }

    /// <summary>ARI over HTTP.</summary>
    public Uri Address { get; }

    public static async Task<BenchAsterisk> StartAsync(string packages, int port)
    {
        var tree = await new PrivatePackages(packages).EnsureAsync(PackageSet.Asterisk);
        var folders = new AsteriskFolders(Directory.CreateTempSubdirectory("ringway-bench-").FullName);
        folders.Create();
        // SHELL(sleep) plays a command that takes long; the product's Asterisk has neither.
        var main = CommonFiles.AsteriskConf(folders, tree, "b1");
        foreach (var file in (ConfFile[])
        [
            main, CommonFiles.Modules([.. AsteriskModules.Standard, "func_shell.so"]), CommonFiles.Logger(),
            CommonFiles.Http("127.0.0.1", port), CommonFiles.Ari(User, Password), CommonFiles.Rtp(43000, 43099), CommonFiles.Sorcery(),
            CommonFiles.MusicOnHold(folders.Etc), CommonFiles.Resolver(folders.Etc), .. CommonFiles.Bystanders(), new ConfFile("pjsip.conf", "None."), Dialplan(),
        ])
            file.Write(folders.Etc);
        var conf = Path.Combine(folders.Etc, "asterisk.conf");
        await File.WriteAllTextAsync(conf, (await File.ReadAllTextAsync(conf)).Replace("live_dangerously = no", "live_dangerously = yes", StringComparison.Ordinal)
            .Replace("live_dangerously=no", "live_dangerously=yes", StringComparison.Ordinal));
        CommonFiles.WriteHosts(folders.Etc, []);
        CommonFiles.WriteHoldSound(folders.Etc);
        return new(folders, await AsteriskProcess.StartOrAdoptAsync(folders, tree), port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(5));
        Directory.Delete(_folders.Root, recursive: true);
    }

    /// <summary>A socket as a program without a library would open it.</summary>
    public static async Task<ClientWebSocket> OpenAsync(Uri ari, string application)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("ari");
        socket.Options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new UriBuilder(ari) { Scheme = "ws", Path = "/ari/events", Query = $"app={application}&subscribeAll=true" }.Uri, default);
        return socket;
    }

    private static ConfFile Dialplan()
    {
        var file = new ConfFile("extensions.conf", "A party that answers.");
        file.Begin("from").Arrow("exten", "echo,1,Answer()").Arrow("same", "n,Echo()");
        return file;
    }
}
