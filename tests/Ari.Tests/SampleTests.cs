using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ringway.Ari.Tests;

/// <summary>The samples do on the real Asterisk what they say.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class SampleTests(RealAsterisk asterisk)
{
    /// <summary>Each has its own name: what Asterisk does at the end of one socket takes subscriptions away from the next one of the same name.</summary>
    private static int s_watchers;

    private string[] Arguments =>
        ["--address", asterisk.Address.AbsoluteUri, "--user", RealAsterisk.User, "--password", RealAsterisk.Password];

    [Fact]
    public async Task A_caller_is_answered_hears_the_greeting_and_is_hung_up()
    {
        using var host = Samples.AnswerAndPlay.Program.Create([.. Arguments, "--media", "digits:1"]);
        await RunAsync(host, async watcher =>
        {
            await watcher.Client.SubscribeAsync(watcher.Application.Name, ["channel:"]);
            await watcher.Client.OriginateAsync(new("greeted"), new() { Endpoint = "Local/greeter@from", App = watcher.Application.Name });
            await watcher.Events.UntilAsync<StasisStart>(start => start.Channel.Id.Value == "greeted");
            await watcher.Events.UntilAsync<PlaybackFinished>(done => done.Playback.State == "done");
            await watcher.Events.UntilAsync<ChannelDestroyed>(gone => gone.Channel.Id.Value == "greeted");
        });
    }

    [Fact]
    public async Task Two_parties_are_connected_and_both_legs_end_together()
    {
        using var host = Samples.TwoPartyBridge.Program.Create([.. Arguments, "--agent", "Local/echo@from"]);
        await RunAsync(host, ConnectsAsync);
    }

    [Fact]
    public async Task A_caller_waits_with_music_until_the_agent_is_free_and_then_gets_him()
    {
        using var host = Samples.QueueWithMusic.Program.Create([.. Arguments, "--agents", "Local/echo@from"]);
        await RunAsync(host, async watcher =>
        {
            await watcher.Client.SubscribeAsync(watcher.Application.Name, ["bridge:", "channel:"]);
            await watcher.Client.OriginateAsync(new("first"), new() { Endpoint = "Local/queue@from", App = watcher.Application.Name });
            await JoinedAsync(watcher);
            await watcher.Client.OriginateAsync(new("second"), new() { Endpoint = "Local/queue@from", App = watcher.Application.Name });
            await watcher.Events.UntilAsync<StasisStart>(start => start.Channel.Id.Value == "second");
            await watcher.Client.HangUpAsync(new("first"));
            await JoinedAsync(watcher);
            await watcher.Client.HangUpAsync(new("second"));
        });
    }

    [Fact]
    public async Task As_native_code_the_bridge_works_the_same()
    {
        Assert.SkipUnless(HasLinker(), "There is no clang and no gcc here, and .NET's native compiler links with one of them.");
        var root = Path.GetFullPath(Path.Combine(ReadmeTests.Here(), "../.."));
        var folder = Directory.CreateTempSubdirectory("ringway-native-").FullName;
        try
        {
            // Warnings of the trimmer and of the native compiler are errors, as all are here.
            await EndsWellAsync("dotnet", root,
                "publish", "samples/TwoPartyBridge", "--configuration", "Release", "--nologo", "-p:PublishAot=true", "-p:StripSymbols=false",
                "-p:ArtifactsPath=" + Path.Combine(folder, "artifacts"), "--output", Path.Combine(folder, "out"), "--disable-build-servers");
            using var native = Process.Start(new ProcessStartInfo(Path.Combine(folder, "out", "Ringway.TwoPartyBridge"),
                [.. Arguments, "--agent", "Local/echo@from"]) { RedirectStandardOutput = true })!;
            var reading = native.StandardOutput.ReadToEndAsync();
            await WatchAsync(ConnectsAsync);
            native.Kill();
            await native.WaitForExitAsync().Within();
            Assert.DoesNotContain("fail:", await reading);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ConnectsAsync(Connected watcher)
    {
        await watcher.Client.SubscribeAsync(watcher.Application.Name, ["bridge:"]);
        await watcher.Client.OriginateAsync(new("caller"), new() { Endpoint = "Local/connector@from", App = watcher.Application.Name });
        var joined = await JoinedAsync(watcher);
        await watcher.Client.HangUpAsync(new("caller"));
        await watcher.Events.UntilAsync<BridgeDestroyed>(gone => gone.Bridge.Id == joined.Bridge.Id);
        await Until.TrueAsync(async () => await watcher.Client.ListChannelsAsync() is []);
    }

    private static Task<ChannelEnteredBridge> JoinedAsync(Connected watcher) =>
        watcher.Events.UntilAsync<ChannelEnteredBridge>(entered => entered.Bridge.Channels.Length == 2);

    private async Task RunAsync(IHost host, Func<Connected, Task> act)
    {
        await host.StartAsync();
        await Until.TrueAsync(() => host.Services.GetRequiredService<AriApplication>().IsConnected);
        await WatchAsync(act);
        await host.StopAsync().Within();
    }

    private async Task WatchAsync(Func<Connected, Task> act)
    {
        await using var watcher = await asterisk.ConnectAsync(name: $"watcher-{Interlocked.Increment(ref s_watchers)}");
        await Until.TrueAsync(async () => (await watcher.Client.ListApplicationsAsync()).Any(app => app.Name is "connector" or "greeter" or "queue"));
        await act(watcher);
        await Until.TrueAsync(async () => await watcher.Client.ListChannelsAsync() is []);
    }

    private static bool HasLinker() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc")));

    private static async Task EndsWellAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
