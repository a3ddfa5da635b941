namespace Ringway.Ari.Tests;

/// <summary>Somebody else connects under our application's name.</summary>
public class AnotherTakesOver
{
    private const string Replaced = """{"type":"ApplicationReplaced","application":"ringway","timestamp":"2026-11-22T10:00:00.345+0000"}""";

    [Fact]
    public async Task The_first_one_says_so_in_its_events_and_does_not_come_back_to_take_it_away_again()
    {
        await using var asterisk = await AsteriskServer.StartAsync();
        await using var application = new AriApplication("ringway", Us.Unhurried, TimeProvider.System, asterisk.Log);
        var running = application.RunAsync(asterisk.Address, "ada", "x");
        var events = new Events(application);
        await events.NextAsync<AriConnected>();
        var line = await asterisk.NextLineAsync();
        await line.SayAsync(Replaced);
        await events.NextAsync<ApplicationReplaced>();
        Assert.Null(await line.HearAsync());
        await line.CloseAsync();
        Assert.Equal(AriEnding.Replaced, await running.Within());
        Assert.True((await events.NextAsync<AriDisconnected>()).Replaced);
        Assert.Single(asterisk.Asked);
    }

    [Fact]
    public async Task An_attempt_of_our_own_that_was_given_up_is_nobody_else()
    {
        var time = new WatchedTime();
        await using var asterisk = await AsteriskServer.StartAsync(frozen: true);
        await using var application = new AriApplication("ringway", Us.Unhurried, time, asterisk.Log);
        using var enough = new CancellationTokenSource();
        var running = application.RunAsync(asterisk.Address, "ada", "x", enough.Token);
        await asterisk.AskedTimesAsync(1);
        asterisk.Thaw();
        await time.WaitBegunAsync(new AriOptions().RequestTimeout);
        time.Advance(new AriOptions().RequestTimeout);
        await Until.TrueAsync(() => { time.Advance(TimeSpan.FromMilliseconds(100)); return asterisk.Asked.Count == 2; });
        var events = new Events(application);
        await events.NextAsync<AriConnected>();
        var line = await asterisk.NextLineAsync();
        await line.SayAsync(Replaced);
        await line.HearAsync();
        await line.CloseAsync();
        Assert.False((await events.UntilAsync<AriDisconnected>()).Replaced);
        await Until.TrueAsync(() => { time.Advance(TimeSpan.FromMilliseconds(100)); return application.IsConnected; });
        await enough.CancelAsync();
        await Until.TrueAsync(() => { time.Advance(TimeSpan.FromMilliseconds(100)); return running.IsCompleted; });
        Assert.Equal(AriEnding.Stopped, await running);
    }

    [Fact]
    public async Task Lanes_are_given_up_all_together()
    {
        await using var asterisk = await AsteriskServer.StartAsync();
        await using var lanes = new AriLanes("lane", 2, Us.Unhurried, TimeProvider.System, asterisk.Log);
        var running = lanes.RunAsync(asterisk.Address, "ada", "x");
        Line[] lines = [await asterisk.NextLineAsync(), await asterisk.NextLineAsync()];
        await lines[0].SayAsync(Replaced);
        foreach (var line in lines)
        {
            Assert.Null(await line.HearAsync());
            await line.CloseAsync();
        }
        Assert.Equal(AriEnding.Replaced, await running.Within());
        Assert.False(lanes.IsConnected);
    }
}

/// <summary>The same with the real Asterisk.</summary>
[Collection(OneAsterisk.Name), Trait("needs", "asterisk")]
public class AnotherTakesOverARealAsterisk(RealAsterisk asterisk)
{
    [Fact]
    public async Task The_younger_connection_has_the_events_and_the_older_one_knows_it()
    {
        await using var older = await asterisk.ConnectAsync(name: "shared");
        await using var younger = await asterisk.ConnectAsync(name: "shared");
        await older.Events.UntilAsync<ApplicationReplaced>();
        Assert.True((await older.Events.UntilAsync<AriDisconnected>()).Replaced);
        await younger.Client.OriginateAsync(new("shared.1"), new() { Endpoint = "Local/echo@from", App = "shared" });
        await younger.Events.UntilAsync<StasisStart>(start => start.Channel.Id.Value == "shared.1");
        await younger.Client.HangUpAsync(new("shared.1"));
        await younger.Events.UntilAsync<ChannelDestroyed>(gone => gone.Channel.Id.Value == "shared.1");
    }
}
