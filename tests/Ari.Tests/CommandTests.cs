using Microsoft.Extensions.Time.Testing;

namespace Ringway.Ari.Tests;

public class CommandTests
{
    private static readonly ChannelId Leg = new("c1");

    [Fact]
    public async Task Answers_find_their_requests_in_whatever_order_they_come()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var first = us.Client.GetVariableAsync(Leg, "A");
        var second = us.Client.GetVariableAsync(Leg, "B");
        var (a, b) = ((await asterisk.HearAsync())!, (await asterisk.HearAsync())!);
        await asterisk.AnswerAsync(b, 200, """{"value":"two"}""");
        await asterisk.AnswerAsync(a, 200, """{"value":"one"}""");
        Assert.Equal(("one", "two"), (await first.Within(), await second.Within()));
    }

    [Fact]
    public async Task A_doubled_answer_and_an_answer_to_nothing_change_nothing()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var answered = us.Client.AnswerAsync(Leg);
        var request = (await asterisk.HearAsync())!;
        await asterisk.AnswerAsync(request);
        await asterisk.AnswerAsync(request, 500);
        await asterisk.SayAsync("""{"type":"RESTResponse","request_id":"","status_code":400,"reason_phrase":"Malformed"}""");
        await asterisk.SayAsync("""{"type":"RESTResponse","request_id":"no number","status_code":200}""");
        await answered.Within();
        var ping = us.Client.PingAsync();
        await asterisk.AnswerNextAsync(200, """{"ping":"pong","timestamp":"2026-11-22T10:00:00.345+0000","asterisk_id":"x"}""");
        Assert.Equal("pong", (await ping.Within()).Ping);
        Assert.Equal(3, us.Log.Lines.Count(line => line.Text.Contains("answer to no request")));
    }

    [Fact]
    public async Task A_refusal_says_what_was_asked_and_what_Asterisk_said()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var answered = us.Client.AnswerAsync(Leg);
        await asterisk.AnswerNextAsync(409, """{"message":"Channel not in Stasis application"}""");
        var refusal = await Assert.ThrowsAsync<AriException>(() => answered.Within());
        Assert.Equal(
            (AriFailure.Refused, "POST", "channels/{channelId}/answer", 409, "Channel not in Stasis application", true),
            (refusal.Failure, refusal.Method, refusal.Route, refusal.Status, refusal.AsteriskMessage, refusal.IsConflict));
        Assert.Equal("Asterisk refused POST channels/c1/answer (409). Channel not in Stasis application", refusal.Message);
    }

    [Theory]
    [InlineData("""{"error":"Allocation failed"}""", "Allocation failed")]
    [InlineData("<html>", "Because")]
    [InlineData("[]", "Because")]
    [InlineData(null, "Because")]
    public async Task A_refusal_without_a_message_gives_the_reason_phrase(string? body, string said)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var answered = us.Client.AnswerAsync(Leg);
        await asterisk.AnswerNextAsync(500, body);
        Assert.Equal(said, (await Assert.ThrowsAsync<AriException>(() => answered.Within())).AsteriskMessage);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[]")]
    public async Task A_yes_with_a_body_that_cannot_be_read_is_an_error_of_its_own(string? body)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var channel = us.Client.GetChannelAsync(Leg);
        await asterisk.AnswerNextAsync(200, body);
        Assert.Equal(AriFailure.Unreadable, (await Assert.ThrowsAsync<AriException>(() => channel.Within())).Failure);
    }

    [Fact]
    public async Task Ending_what_is_gone_is_success()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var c = us.Client;
        Task[] ends =
        [
            c.HangUpAsync(Leg), c.StopRingingAsync(Leg), c.StopSilenceAsync(Leg), c.StopMusicAsync(Leg), c.UnholdAsync(Leg), c.UnmuteAsync(Leg),
            c.DestroyBridgeAsync(new("b")), c.RemoveFromBridgeAsync(new("b"), Leg), c.StopPlaybackAsync("p"), c.StopRecordingAsync("r"),
            c.CancelRecordingAsync("r"), c.DeleteStoredRecordingAsync("r"), c.DeleteConfigAsync("res_pjsip", "auth", "a"), c.UnsubscribeAsync("ringway", ["channel:c1"]),
        ];
        foreach (var _ in ends)
            await asterisk.AnswerNextAsync(404, """{"message":"Channel not found"}""");
        await Task.WhenAll(ends).Within();
    }

    [Theory]
    [InlineData(400, "Channel not found")]
    [InlineData(422, "Channel not in this bridge")]
    public async Task Taking_a_channel_out_of_a_bridge_that_it_is_not_in_is_success(int status, string message)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var removed = us.Client.RemoveFromBridgeAsync(new("b"), [Leg, new("c2")]);
        await asterisk.AnswerNextAsync(status, $$"""{"message":"{{message}}"}""");
        Assert.Equal("POST bridges/b/removeChannel channel=c2", (await asterisk.AnswerNextAsync()).ToString());
        await removed.Within();
    }

    [Fact]
    public async Task Answering_what_is_gone_is_an_error()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var answered = us.Client.AnswerAsync(Leg);
        await asterisk.AnswerNextAsync(404);
        Assert.True((await Assert.ThrowsAsync<AriException>(() => answered.Within())).IsNotFound);
    }

    [Theory]
    [InlineData(404, "Provided variable was not found")]
    [InlineData(500, "Unable to read provided function")]
    public async Task A_variable_that_is_not_there_is_null(int status, string message)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var value = us.Client.GetVariableAsync(Leg, "PJSIP_HEADER(read,X-No)");
        await asterisk.AnswerNextAsync(status, $$"""{"message":"{{message}}"}""");
        Assert.Null(await value.Within());
    }

    [Fact]
    public async Task Of_several_variables_the_missing_ones_are_null_and_the_others_are_read()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var values = us.Client.GetVariablesAsync(Leg, ["A", "B"]);
        await asterisk.AnswerNextAsync(404, """{"message":"Provided variable was not found"}""");
        await asterisk.AnswerNextAsync(200, """{"value":"1"}""");
        await asterisk.AnswerNextAsync(404);
        Assert.Equal(new Dictionary<string, string?> { ["A"] = "1", ["B"] = null }, await values.Within());
    }

    [Fact]
    public async Task Asking_for_one_thing_that_is_not_there_gives_null_and_for_a_list_none()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var (c, channel, bridge) = (us.Client, us.Client.GetChannelAsync(Leg), us.Client.GetBridgeAsync(new("b")));
        var (config, endpoints) = (c.GetConfigAsync("res_pjsip", "auth", "a"), c.ListEndpointsAsync("PJSIP"));
        for (var i = 0; i < 4; i++)
            await asterisk.AnswerNextAsync(404);
        Assert.Null(await channel.Within());
        Assert.Null(await bridge.Within());
        Assert.Null(await config.Within());
        Assert.Empty(await endpoints.Within());
    }

    [Fact]
    public async Task Without_a_connection_a_command_fails_at_once_and_says_so()
    {
        await using var us = await Us.StartAsync();
        var refusal = await Assert.ThrowsAsync<AriException>(() => us.Client.AnswerAsync(Leg));
        Assert.Equal((AriFailure.NotConnected, 0), (refusal.Failure, refusal.Status));
        Assert.False(us.Application.IsConnected);
    }

    [Fact]
    public async Task No_answer_in_time_is_told_apart_from_giving_up_and_a_late_answer_is_ignored()
    {
        var time = new FakeTimeProvider();
        await using var us = await Us.StartAsync(time: time);
        await using var asterisk = await us.ConnectAsync();
        using var patience = new CancellationTokenSource();
        var late = us.Client.AnswerAsync(Leg);
        var given = us.Client.RingAsync(Leg, patience.Token);
        Request[] requests = [(await asterisk.HearAsync())!, (await asterisk.HearAsync())!]; // Both are sent, so both will be answered.
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.Within());

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(late.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var failure = await Assert.ThrowsAsync<AriException>(() => late.Within());
        Assert.Equal((AriFailure.TimedOut, 0), (failure.Failure, failure.Status));
        Assert.Contains("Waited 5 s", failure.Message);

        foreach (var request in requests)
            await asterisk.AnswerAsync(request);
        var ping = us.Client.PingAsync();
        await asterisk.AnswerNextAsync(200, "{}");
        await ping.Within();
        Assert.DoesNotContain(us.Log.Lines, line => line.Text.Contains("no request"));
    }

    [Fact]
    public async Task What_was_given_up_before_it_was_sent_is_never_sent()
    {
        await using var us = await Us.StartAsync(Us.Unhurried with { MaxInFlight = 1 });
        await using var asterisk = await us.ConnectAsync();
        using var patience = new CancellationTokenSource();
        var first = us.Client.AnswerAsync(Leg);
        var second = us.Client.RingAsync(Leg, patience.Token);
        var third = us.Client.ProgressAsync(Leg);
        var request = (await asterisk.HearAsync())!;
        await patience.CancelAsync();
        await asterisk.AnswerAsync(request);
        Assert.Equal("POST channels/c1/progress", (await asterisk.AnswerNextAsync()).ToString());
        await Task.WhenAll(first, third).Within();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Within());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => us.Client.AnswerAsync(Leg, patience.Token));
    }

    [Fact]
    public async Task A_request_that_Asterisk_would_hang_up_on_is_not_sent()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var failure = await Assert.ThrowsAsync<AriException>(() => us.Client.SetGlobalVariableAsync("G", new string('x', 66_000)));
        Assert.Equal(AriFailure.TooLong, failure.Failure);
        var next = us.Client.SetGlobalVariableAsync("G", new string('x', 65_000));
        await asterisk.AnswerNextAsync();
        await next.Within();
    }

    [Fact]
    public async Task Twenty_thousand_commands_at_once_are_all_answered_and_none_overtakes_another()
    {
        const int many = 20_000;
        await using var us = await Us.StartAsync(Us.Unhurried with { RequestTimeout = TimeSpan.FromMinutes(1) });
        await using var asterisk = await us.ConnectAsync();
        var answering = Task.Run(async () =>
        {
            for (var i = 0; i < many; i++)
            {
                var request = (await asterisk.HearAsync())!;
                Assert.Equal($"channels/{i}/variable", request.Uri);
                await asterisk.AnswerAsync(request, 200, $$"""{"value":"{{i}}"}""");
            }
        });
        var asked = Enumerable.Range(0, many).Select(i => us.Client.GetVariableAsync(new($"{i}"), "X")).ToList();
        await answering.WaitAsync(TimeSpan.FromMinutes(1));
        var values = await Task.WhenAll(asked).Within();
        Assert.Equal(Enumerable.Range(0, many).Select(i => $"{i}"), values);
    }
}
