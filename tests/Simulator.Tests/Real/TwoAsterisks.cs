using System.Net;
using Ringway.Asterisk;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Handsets;
using Ringway.Switch;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Real;

/// <summary>Calls between the product's own trunk and the simulator, with sound.</summary>
[Trait("needs", "asterisk"), Collection("real world")]
public sealed class TwoAsterisks(RealWorld world)
{
    [Theory]
    [InlineData(RealWorld.Sdes), InlineData(RealWorld.Dtls)]
    public async Task A_user_calls_the_business_and_both_hear_each_other(string number)
    {
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{world.Options.WebPort}") };
        var answer = await http.PostAsync("/calls", new StringContent($$"""{"from":"+12195550714","to":"{{number}}","playHz":440,"digits":"12#","hangUpAfter":5}""", null, "application/json"), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var call = world.Call;
        await call.Over.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(call.Heard is not null, Story(call));
        var (user, business) = (call.Heard!(), world.Business.Heard.Last().Report());
        Assert.True(user.DominantHz == 700 && business.DominantHz == 440 && business.Digits == "12#", $"user {user}, business {business}\n{Story(call)}");
        Assert.Empty(call.Violations);
        Assert.Equal("user", call.End!.Whose);
        await world.EmptyAsync();
    }

    [Theory]
    [InlineData("main"), InlineData("web")]
    public async Task The_business_calls_a_user_and_both_hear_each_other(string line)
    {
        world.Simulator.Users.Script("+12195550799", new Behaviour { AnswerAfter = 0.3, PlayHz = 540, Digits = "7" });
        var channel = await world.Business.CallAsync("+12195550799", line);
        await World.Until(() => world.Simulator.Calls.All.LastOrDefault() is { User: "+12195550799", State: CallState.Talking }, "the answer");
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, TestContext.Current.CancellationToken);
        var call = world.Call;
        await world.Business.HangUpAsync(channel);
        await call.Over.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var (user, business) = (call.Heard!(), world.Business.Heard.Last().Report());
        Assert.True(user.DominantHz == 700 && business.DominantHz == 540 && business.Digits == "7", $"user {user}, business {business}\n{Story(call)}");
        Assert.Empty(call.Violations);
        Assert.Equal("business", call.End!.Whose);
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_who_declines_is_a_486_for_the_business()
    {
        world.Simulator.Users.Script("+12195550701", new() { Reaction = Reaction.Decline, AnswerAfter = 0.3 });
        var call = await CalledAsync("+12195550701");
        Assert.Equal((486, "declined"), (call.FinalStatus, call.End!.Why));
    }

    [Fact]
    public async Task A_user_who_ignores_the_phone_is_a_480_after_the_ring_time()
    {
        world.Simulator.Users.Script("+12195550702", new() { Reaction = Reaction.Ignore });
        var call = await CalledAsync("+12195550702");
        Assert.Equal((480, "did not answer"), (call.FinalStatus, call.End!.Why));
        Assert.Contains(call.Sip, line => line.FirstLine.Contains("180", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_without_a_script_answers_by_itself()
    {
        await world.Business.CallAsync("+12195550703");
        await World.Until(() => world.Simulator.Calls.All.LastOrDefault() is { User: "+12195550703", State: CallState.Talking }, "the answer");
        await world.Business.HangUpAllAsync();
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_who_gives_up_cancels_and_the_business_is_told()
    {
        world.Business.Answers = false;
        var call = world.Simulator.Calls.Open(CallDirection.UserInitiated, "+12195550704", RealWorld.Sdes);
        await world.Simulator.Handsets.CallAsync(call, MediaMode.Sdes, new() { GiveUpAfter = 0.5 }, TestContext.Current.CancellationToken);
        await call.Over.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        world.Business.Answers = true;
        Assert.Equal((487, "gave up"), (call.FinalStatus, call.End!.Why));
        await world.EmptyAsync();
    }

    [Fact]
    public async Task A_user_known_by_id_only_calls_and_is_called()
    {
        const string user = "US.13491208655302741918";
        world.Simulator.Users.Script(user, new() { AnswerAfter = 0.2, HangUpAfter = 1 });
        var call = await CalledAsync(user);
        Assert.Equal((200, "user"), (call.FinalStatus, call.End!.Whose));
        Assert.Empty(call.Violations);
    }

    [Fact]
    public async Task Twenty_calls_at_once_leave_nothing_behind()
    {
        var calls = Enumerable.Range(0, 20).Select(i => (Call: world.Simulator.Calls.Open(CallDirection.UserInitiated, $"+1219556{i:0000}", i % 2 == 0 ? RealWorld.Sdes : RealWorld.Dtls), Media: i % 2 == 0 ? MediaMode.Sdes : MediaMode.Dtls)).ToList();
        foreach (var (call, media) in calls)
            await world.Simulator.Handsets.CallAsync(call, media, new() { PlayHz = 440, HangUpAfter = 4 }, TestContext.Current.CancellationToken);
        await Task.WhenAll(calls.Select(c => c.Call.Over)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        foreach (var (call, _) in calls)
        {
            Assert.True(call.FinalStatus == 200 && call.Heard?.Invoke().DominantHz == 700, Story(call));
            Assert.Empty(call.Violations);
        }
        await world.EmptyAsync();
        Assert.Contains("0 active channels", await world.Simulator.Asterisk.ConsoleAsync("core show channels count", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_handsets_Asterisk_dies_its_calls_end_and_it_comes_back()
    {
        var call = world.Simulator.Calls.Open(CallDirection.UserInitiated, "+12195550705", RealWorld.Sdes);
        await world.Simulator.Handsets.CallAsync(call, MediaMode.Sdes, new(), TestContext.Current.CancellationToken);
        await World.Until(() => call.State == CallState.Talking, "the call");
        var before = world.Simulator.Asterisk.Pid;
        world.Simulator.Asterisk.Kill();
        await call.Over.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await World.Until(() => world.Simulator.Asterisk.Pid != before && world.Simulator.Handsets.IsConnected, "another Asterisk", TimeSpan.FromSeconds(30));
        await world.EmptyAsync();
        world.Simulator.Users.Script("+12195550706", new() { AnswerAfter = 0.2, HangUpAfter = 1 });
        Assert.Equal(200, (await CalledAsync("+12195550706")).FinalStatus);
    }

    /// <summary>Long enough for pjsip to close the connection that the INVITE came over.</summary>
    [Fact]
    public async Task Calls_of_forty_seconds_end_for_both_sides_whoever_hangs_up()
    {
        var ct = TestContext.Current.CancellationToken;
        var byUser = world.Simulator.Calls.Open(CallDirection.UserInitiated, "+12195550707", RealWorld.Sdes);
        var byBusiness = world.Simulator.Calls.Open(CallDirection.UserInitiated, "+12195550708", RealWorld.Dtls);
        await world.Simulator.Handsets.CallAsync(byBusiness, MediaMode.Dtls, new() { PlayHz = 440 }, ct);
        await world.Simulator.Handsets.CallAsync(byUser, MediaMode.Sdes, new() { PlayHz = 440, HangUpAfter = 38 }, ct);
        await byUser.Over.WaitAsync(TimeSpan.FromSeconds(50), ct);
        await world.Business.HangUpAllAsync();
        await byBusiness.Over.WaitAsync(TimeSpan.FromSeconds(5), ct);
        Assert.Equal(("user", 700), (byUser.End!.Whose, byUser.Heard!().DominantHz));
        Assert.Equal(("business", 700), (byBusiness.End!.Whose, byBusiness.Heard!().DominantHz));
        Assert.Empty(byUser.Violations.Concat(byBusiness.Violations));
        await world.EmptyAsync();
        await World.Until(() => world.Business.Asterisk.ConsoleAsync("core show channels count").Result.Contains("0 active channels", StringComparison.Ordinal), "the business to be empty");
    }

    [Fact]
    public async Task Asterisk_itself_complains_of_nothing()
    {
        var lines = await File.ReadAllLinesAsync(SimulatorHost.AsteriskFoldersOf(world.Options).MessagesLog, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(lines, line => line.Contains("WARNING", StringComparison.Ordinal) || line.Contains("ERROR", StringComparison.Ordinal));
    }

    private async Task<CallRecord> CalledAsync(string user)
    {
        await world.Business.CallAsync(user);
        await World.Until(() => world.Simulator.Calls.All.LastOrDefault() is { State: CallState.Over } over && over.User == user, $"the call to {user} to be over", TimeSpan.FromSeconds(20));
        await world.EmptyAsync();
        return world.Call;
    }

    private static string Story(CallRecord call) =>
        string.Join('\n', call.Sip.Select(l => $"{l.At:mm:ss.fff} {l.Direction} {l.FirstLine}")) + $"\n{call.End} {call.Media?.Invoke()} {string.Join(';', call.Violations)}";
}
