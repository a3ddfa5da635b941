using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Ari.Tests.Example;

namespace Ringway.Ari.Tests;

public partial class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_one_that_is_compiled()
    {
        var compiled = File.ReadAllText(Path.Combine(Here(), "ReadmeExample.cs"));
        var shown = CodeBlock().Matches(File.ReadAllText(Path.Combine(Here(), "../../src/Ari/README.md"))).Select(m => m.Groups[1].Value.Trim()).ToList();
        Assert.Equal(2, shown.Count);
        Assert.All(shown, block => Assert.Contains(block, compiled));
    }

    internal static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

/// <summary>The README's example connects a call on the real Asterisk.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class ReadmeExampleTests(RealAsterisk asterisk)
{
    [Fact]
    public async Task It_connects_a_call_and_ends_both_legs_together()
    {
        await using var us = await Us.StartAsync(new(), port: asterisk.OurPort, name: RealAsterisk.App);
        using var enough = new CancellationTokenSource();
        var running = new Connector(us.Application, "Local/echo@from", NullLogger<Connector>.Instance).RunAsync(enough.Token);

        // A watcher of its own: the connector is the reader of the first application.
        await using var watcher = new AriApplication("watcher", new(), TimeProvider.System, us.Log);
        var watching = watcher.RunAsync(asterisk.Address, RealAsterisk.User, RealAsterisk.Password, enough.Token);
        var events = new Events(watcher);
        await events.NextAsync<AriConnected>();
        await watcher.Client.SubscribeAsync("watcher", ["bridge:"]);
        await watcher.Client.OriginateAsync(new("caller"), new() { Endpoint = "Local/stasis@from", App = "watcher" });

        var joined = await events.UntilAsync<ChannelEnteredBridge>(e => e.Bridge.Channels.Length == 2);
        await watcher.Client.HangUpAsync(new("caller"));
        await events.UntilAsync<BridgeDestroyed>(e => e.Bridge.Id == joined.Bridge.Id);
        await Until.TrueAsync(async () => await watcher.Client.ListChannelsAsync() is []);
        await enough.CancelAsync();
        await watching.Within();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Within());
    }
}
