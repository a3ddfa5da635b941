namespace Ringway.Ari.Tests;

/// <summary>A connection that nobody closed and at whose other end nobody is. All in virtual time.</summary>
public class NobodyIsThere
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly WatchedTime _time = new();

    [Fact]
    public async Task After_a_second_of_silence_it_is_pinged_and_after_three_without_an_answer_given_up()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("GET asterisk/ping", (await asterisk.HearAsync())!.ToString());

        await _time.WaitBegunAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2) - Tick);
        Assert.True(us.Application.IsConnected);
        _time.Advance(Tick);
        Assert.Equal("Asterisk has said nothing for 3 s, not even to a ping.", (await us.Events.NextAsync<AriDisconnected>()).Reason);
    }

    [Fact]
    public async Task Whoever_answers_pings_is_there()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 5; round++)
        {
            await AnswerAsync(us, asterisk);
            await WaitAndTurnAsync(TimeSpan.FromSeconds(2));
            await AnswerAsync(us, asterisk);
            await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        }
        Assert.True(us.Application.IsConnected);
    }

    [Fact]
    public async Task Whoever_says_anything_is_there()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        for (var round = 0; round < 5; round++)
        {
            await SayAsync(us, asterisk);
            await WaitAndTurnAsync(TimeSpan.FromSeconds(2));
            await SayAsync(us, asterisk);
            await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        }
        Assert.True(us.Application.IsConnected);
    }

    [Fact]
    public async Task A_ping_behind_a_slow_command_has_the_commands_time()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        var slow = us.Client.AnswerAsync(new("c"));
        var heard = (await asterisk.HearAsync())!;
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        var ping = (await asterisk.HearAsync())!;
        await _time.WaitBegunAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4) - Tick); // 5 s since it was asked: its deadline has not come.
        await asterisk.AnswerAsync(heard);
        await slow.Within();
        await asterisk.AnswerAsync(ping, 200, "{}");
        Assert.True(us.Application.IsConnected);
    }

    [Fact]
    public async Task A_ping_among_quick_commands_and_then_silence_is_followed_by_another_before_anybody_is_given_up()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        var quick = us.Client.AnswerAsync(new("c"));
        var heard = (await asterisk.HearAsync())!;
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        var ping = (await asterisk.HearAsync())!;
        await _time.WaitBegunAsync(TimeSpan.FromSeconds(5));
        await asterisk.AnswerAsync(heard);
        await quick.Within();
        await asterisk.AnswerAsync(ping, 200, "{}");
        await SayAsync(us, asterisk);

        _time.Advance(TimeSpan.FromSeconds(5));
        await AnswerAsync(us, asterisk);
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        Assert.True(us.Application.IsConnected);
    }

    [Fact]
    public async Task A_command_that_is_never_answered_costs_the_connection_only_when_nothing_else_is_said_either()
    {
        await using var us = await Us.StartAsync(new(), _time);
        await using var asterisk = await us.ConnectAsync();
        var stuck = us.Client.AnswerAsync(new("c"));
        await asterisk.HearAsync();
        await WaitAndTurnAsync(TimeSpan.FromSeconds(1));
        await asterisk.HearAsync();
        await _time.WaitBegunAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(AriFailure.TimedOut, (await Assert.ThrowsAsync<AriException>(() => stuck.Within())).Failure);
        Assert.True(us.Application.IsConnected);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("said nothing for 6 s", (await us.Events.NextAsync<AriDisconnected>()).Reason);
    }

    private async Task WaitAndTurnAsync(TimeSpan wait)
    {
        await _time.WaitBegunAsync(wait);
        _time.Advance(wait);
    }

    private static async Task AnswerAsync(Us us, Line asterisk)
    {
        await asterisk.AnswerAsync((await asterisk.HearAsync())!, 200, "{}");
        await SayAsync(us, asterisk); // When this has been taken, the answer has.
    }

    private static async Task SayAsync(Us us, Line asterisk)
    {
        await asterisk.SayAsync(ConnectionTests.Start("c"));
        await us.Events.NextAsync<StasisStart>();
    }
}
