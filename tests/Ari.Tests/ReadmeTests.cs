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
        using var enough = new CancellationTokenSource();
        await using var watcher = await asterisk.ConnectAsync(name: "watcher");
        var connector = Program.RunAsync(asterisk.Address, RealAsterisk.User, RealAsterisk.Password, "Local/echo@from", NullLoggerFactory.Instance, enough.Token);
        await Until.TrueAsync(async () => await watcher.Client.GetApplicationAsync("connector") is not null);
        await watcher.Client.SubscribeAsync("watcher", ["bridge:"]);
        await watcher.Client.OriginateAsync(new("caller"), new() { Endpoint = "Local/connector@from", App = "watcher" });

        var joined = await watcher.Events.UntilAsync<ChannelEnteredBridge>(e => e.Bridge.Channels.Length == 2);
        await watcher.Client.HangUpAsync(new("caller"));
        await watcher.Events.UntilAsync<BridgeDestroyed>(e => e.Bridge.Id == joined.Bridge.Id);
        await Until.TrueAsync(async () => await watcher.Client.ListChannelsAsync() is []);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.Within());
    }
}
