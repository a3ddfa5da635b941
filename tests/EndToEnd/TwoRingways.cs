using Ringway.EndToEnd.Harness;
using Ringway.Tests.Store;

namespace Ringway.EndToEnd;

/// <summary>Two whole products, each with its own Asterisk and its own WhatsApp, on one PostgreSQL; ada has a page at both.</summary>
public sealed class TwoRingways(PrivatePostgres server, Browsers browsers) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private const double AdaHz = 700, FirstHz = 990, SecondHz = 1210;
    private const string First = "+15550101981", Second = "+15550101982";
    private Product _a = null!, _b = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await server.NewDatabaseAsync();
        Task<Product> StartAsync(string node) => RunningProduct.AnotherAsync($"node={node}", $"store.url={database}", "teams.0.waitSeconds=60");
        _a = await StartAsync("n1"); // one after the other: each would build the pages
        _b = await StartAsync("n2");
    }

    [Fact]
    public async Task Of_two_callers_at_the_same_moment_one_rings_her_and_the_other_waits_with_music_and_reaches_her_next()
    {
        using var atA = new SimulatorApi(_a);
        using var atB = new SimulatorApi(_b);
        await using var here = await AgentPage.ReadyAsync(browsers, _a, "ada", AdaHz);
        await using var there = await AgentPage.ReadyAsync(browsers, _b, "ada", AdaHz);
        await Eventually.SeeAsync("her calls come where she went last", here.IsSaidToBeAsync, seen => seen == "elsewhere");

        var calls = await Task.WhenAll(
            atA.CallAsync(new { from = First, to = RunningProduct.NumberOf("help"), playHz = FirstHz }),
            atB.CallAsync(new { from = Second, to = RunningProduct.NumberOf("help"), playHz = SecondHz }));
        await there.IsAsync("incoming");
        await atA.HearsMusicAsync(calls[0]);
        Assert.NotEqual("ringing", await here.IsSaidToBeAsync());
        await there.AnswerAsync();
        await there.HearsAsync(SecondHz);
        await atB.HearsAsync(calls[1], AdaHz);
        await atA.HearsMusicAsync(calls[0]);
        await Eventually.SeeAsync("her other page says where she is", () => here["at-another"].InnerTextAsync(), seen => seen.Contains("in a call at n2", StringComparison.Ordinal));

        await there.HangUpAsync();
        await here.IsAsync("incoming");
        await here.AnswerAsync();
        await here.HearsAsync(FirstHz);
        await atA.HearsAsync(calls[0], AdaHz);
        Assert.Equal("elsewhere", await there.IsSaidToBeAsync());
        await here.HangUpAsync();

        using var api = await RingwayApi.SignInAsync(_b, "bob");
        var first = await api.RecordAsync("the call at the first", call => call.Customer.Number == First); // one history
        var second = await api.RecordAsync("the call at the second", call => call.Customer.Number == Second);
        Assert.Equal(("completed", "completed"), (first.Outcome!.What, second.Outcome!.What));
        Assert.True(first.AnsweredAt is not null && second.EndedAt is not null);
        Assert.Equal(("n1", "n2"), (first.Id.Split('-')[0], second.Id.Split('-')[0]));
        await CallTest.AsteriskIsEmptyAsync(_a);
        await CallTest.AsteriskIsEmptyAsync(_b);
    }

    public async ValueTask DisposeAsync()
    {
        var complaints = Logs.Complaints(_a).Concat(Logs.Complaints(_b)).ToList();
        await Task.WhenAll(_a.DisposeAsync().AsTask(), _b.DisposeAsync().AsTask());
        Assert.True(complaints.Count == 0, "The logs hold what nobody explained:\n" + string.Join('\n', complaints));
    }
}
