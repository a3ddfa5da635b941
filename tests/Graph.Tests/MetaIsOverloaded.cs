using Ringway.Testing;

namespace Ringway.Graph.Tests;

/// <summary>Too many requests, 5xx, no answer: what is tried again, when, and what never.</summary>
public sealed class MetaIsOverloaded
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_read_is_tried_again_with_growing_waits()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(500, 2).Refuses(503, 2).Says(200, """{"calling":{"status":"ENABLED"}}""");

        var reading = meta.Client().GetSettingsAsync("1", false, Ct);
        var took = await meta.TimeForAsync(reading);

        Assert.Equal("ENABLED", (await reading).Status);
        Assert.InRange(took, TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(3.6)); // 0.5 + 2 s, and up to a quarter of jitter
        Assert.Equal([5001, 5001], meta.Log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task After_the_third_try_the_refusal_stands()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(500, 2).Refuses(500, 2).Refuses(500, 2);

        var reading = meta.Client().GetSettingsAsync("1", false, Ct);
        await meta.TimeForAsync(reading.ContinueWith(_ => { }, TaskScheduler.Default));

        Assert.Equal(500, (await Assert.ThrowsAsync<GraphException>(() => reading)).Status);
        Assert.Equal(3, meta.Asked.Count);
    }

    [Fact]
    public async Task Retry_After_is_honoured_to_the_second()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(429, 613, "Too many", ("Retry-After", "7")).Says(200, "{}");

        var took = await meta.TimeForAsync(meta.Client().GetCallPermissionsAsync("1", "14085551234", Ct));

        Assert.InRange(took, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8.9));
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(429, 613, "Too many", ("Retry-After", meta.Time.GetUtcNow().AddSeconds(9).ToString("R"))).Says(200, "{}");

        var took = await meta.TimeForAsync(meta.Client().GetCallPermissionsAsync("1", "14085551234", Ct));

        Assert.InRange(took, TimeSpan.FromSeconds(8.9), TimeSpan.FromSeconds(11.4));
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_the_callers_to_plan()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(429, 80007, "Too many", ("Retry-After", "3600"));

        var refusal = await Assert.ThrowsAsync<GraphException>(() => meta.Client().GetSettingsAsync("1", false, Ct));

        Assert.Equal((TimeSpan.FromHours(1), true), (refusal.RetryAfter, refusal.IsRateLimit));
        Assert.Single(meta.Asked);
    }

    [Fact]
    public async Task The_limits_that_Meta_tells_by_code_alone_are_limits_too()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(400, 4).Refuses(400, 80007).Says(200, "{}");

        await meta.TimeForAsync(meta.Client().GetSettingsAsync("1", false, Ct));

        Assert.Equal(3, meta.Asked.Count);
    }

    [Fact]
    public async Task Settings_are_written_again_after_a_plain_too_many()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(429, 80007).Says(200, """{"success":true}""");

        await meta.TimeForAsync(meta.Client().UpdateSettingsAsync("1", new CallingSettings { Status = Words.Enabled }, Ct));

        Assert.Equal(2, meta.Asked.Count);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_writes_and_may_have_been_done_is_not_done_again(int status)
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(status, 2);
        await Assert.ThrowsAsync<GraphException>(() => meta.Client().UpdateSettingsAsync("1", new CallingSettings { Status = Words.Enabled }, Ct));
        Assert.Single(meta.Asked);
    }

    [Theory]
    [InlineData(429, 130429)]
    [InlineData(500, 131000)]
    public async Task A_message_goes_out_once_whatever_Meta_says(int status, int code)
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(status, code);
        await Assert.ThrowsAsync<GraphException>(() => meta.Client().RequestCallPermissionAsync("1", "14085551234", null, Ct));
        Assert.Single(meta.Asked);
    }

    [Fact]
    public async Task A_message_without_an_answer_may_have_gone_out_and_the_error_says_so()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.HangsUp();

        var failure = await Assert.ThrowsAsync<GraphException>(() => meta.Client().RequestCallPermissionAsync("1", "14085551234", null, Ct));

        Assert.True(failure.MayBeDone);
        Assert.Single(meta.Asked);
    }

    [Fact]
    public async Task A_silent_Meta_is_given_up_after_the_time_of_the_options_and_the_callers_own_end_is_not_mistaken_for_it()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.IsSilent().IsSilent();
        var client = meta.Client(new GraphOptions { RetryDelays = [] });

        var silent = client.GetSettingsAsync("1", false, Ct);
        var took = await meta.TimeForAsync(silent.ContinueWith(_ => { }, TaskScheduler.Default));
        var failure = await Assert.ThrowsAsync<GraphException>(() => silent);
        Assert.Equal((0, true), (failure.Status, failure.MayBeDone));
        Assert.Contains("no answer within 10 s", failure.Message, StringComparison.Ordinal);
        Assert.InRange(took, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));

        using var ending = new CancellationTokenSource();
        var cancelled = client.GetSettingsAsync("1", false, ending.Token);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task Nobody_there_means_that_nothing_was_done()
    {
        await using var meta = await PlayedMeta.StartAsync();
        var client = meta.Client(new GraphOptions { RetryDelays = [] }, new Uri($"http://127.0.0.1:{FreePort.Take()}"));

        var failure = await Assert.ThrowsAsync<GraphException>(() => client.RequestCallPermissionAsync("1", "14085551234", null, Ct));

        Assert.False(failure.MayBeDone);
        Assert.StartsWith("Meta at 127.0.0.1 did not answer POST 1/messages: ", failure.Message, StringComparison.Ordinal);
    }
}
