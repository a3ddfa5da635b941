using Ringway.EndToEnd.Harness;
using Ringway.Tests.Store;

namespace Ringway.EndToEnd;

/// <summary>Two whole products, each with its own Asterisk and its own WhatsApp, on one PostgreSQL; ada has a page at both.</summary>
public sealed class TwoRingways(PrivatePostgres server, Browsers browsers) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private const double AdaHz = 700;
    private readonly List<Product> _products = [];

    public async ValueTask InitializeAsync()
    {
        var database = await server.NewDatabaseAsync();
        foreach (var node in new[] { "n1", "n2" }) // one after the other: each would build the pages
            _products.Add(await RunningProduct.AnotherAsync($"node={node}", $"store.url={database}", "teams.0.waitSeconds=60"));
    }

    [Fact]
    public async Task Of_two_callers_at_the_same_moment_one_rings_her_and_the_other_waits_with_music_and_reaches_her_next()
    {
        await using var n1 = await Side.OpenAsync(browsers, _products[0], "n1", "+15550101981", 990);
        await using var n2 = await Side.OpenAsync(browsers, _products[1], "n2", "+15550101982", 1210);
        await Eventually.SeeAsync("her calls come where she went last", n1.Ada.IsSaidToBeAsync, seen => seen == "elsewhere");

        await Task.WhenAll(n1.CallAsync(), n2.CallAsync());
        var seen = await Eventually.SeeAsync(
            "one of them rings her", async () => (At1: await n1.Ada.IsSaidToBeAsync(), At2: await n2.Ada.IsSaidToBeAsync()),
            seen => seen.At1 == "ringing" || seen.At2 == "ringing");
        var (first, next) = seen.At1 == "ringing" ? (n1, n2) : (n2, n1);
        await next.HearsMusicAsync();
        Assert.NotEqual("ringing", await next.Ada.IsSaidToBeAsync());

        await first.TalksAsync();
        await next.HearsMusicAsync();
        await Eventually.SeeAsync(
            "her other page says where she is", () => next.Ada["at-another"].InnerTextAsync(),
            said => said.Contains($"in a call at {first.Node}", StringComparison.Ordinal));

        await first.Ada.HangUpAsync();
        await next.TalksAsync();
        Assert.Equal("elsewhere", await first.Ada.IsSaidToBeAsync());
        await next.Ada.HangUpAsync();

        using var api = await RingwayApi.SignInAsync(_products[1], "bob"); // one history
        foreach (var side in new[] { n1, n2 })
        {
            var record = await api.RecordAsync($"the call at {side.Node}", call => call.Customer.Number == side.Caller);
            Assert.Equal(("completed", side.Node), (record.Outcome!.What, record.Id.Split('-')[0]));
        }

        foreach (var product in _products) await CallTest.AsteriskIsEmptyAsync(product);
    }

    public async ValueTask DisposeAsync()
    {
        var complaints = _products.SelectMany(Logs.Complaints).ToList();
        foreach (var product in _products) await product.DisposeAsync();
        Assert.True(complaints.Count == 0, "The logs hold what nobody explained:\n" + string.Join('\n', complaints));
    }

    /// <summary>One product, ada's page at it, and a caller who tries to reach her there.</summary>
    private sealed class Side(string node, SimulatorApi whatsApp, AgentPage ada, string caller, double hz) : IAsyncDisposable
    {
        private string _call = "";

        public string Node => node;

        public string Caller => caller;

        public AgentPage Ada => ada;

        public static async Task<Side> OpenAsync(Browsers browsers, Product product, string node, string caller, double hz) =>
            new(node, new SimulatorApi(product), await AgentPage.ReadyAsync(browsers, product, "ada", AdaHz), caller, hz);

        public async Task CallAsync() => _call = await whatsApp.CallAsync(new { from = caller, to = RunningProduct.NumberOf("help"), playHz = hz });

        public Task HearsMusicAsync() => whatsApp.HearsMusicAsync(_call);

        /// <summary>Her page rings, and each hears the other.</summary>
        public async Task TalksAsync()
        {
            await ada.IsAsync("incoming");
            await ada.AnswerAsync();
            await ada.HearsAsync(hz);
            await whatsApp.HearsAsync(_call, AdaHz);
        }

        public async ValueTask DisposeAsync()
        {
            whatsApp.Dispose();
            await ada.DisposeAsync();
        }
    }
}
