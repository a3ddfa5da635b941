using Ringway.Asterisk;

namespace Ringway.EndToEnd.Harness;

/// <summary>
/// A test about calls on the shared product: pages and users at hand, and afterwards the proof that nothing is left:
/// no channel and no bridge in either Asterisk, no call in the simulator, no rule of Meta's broken.
/// </summary>
[Trait("needs", "asterisk")]
public abstract class CallTest(RunningProduct running, Browsers browsers) : IAsyncLifetime
{
    /// <summary>Tones that no harmonic of another comes near.</summary>
    protected const double AdaHz = 1000;
    protected const double BobHz = 1240;
    protected const double EveHz = 1420;
    protected const double AnaHz = 600;
    protected const int UserHz = 760;

    private static int s_users;

    private readonly List<SoundPage> _pages = [];

    protected Product Product => running.Product;

    protected SimulatorApi WhatsApp { get; } = new(running.Product);

    /// <summary>A WhatsApp user of this test alone, so that its calls are told apart from all others.</summary>
    protected string User { get; } = $"+1555010{2000 + Interlocked.Increment(ref s_users)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            foreach (var page in _pages)
                await page.PictureAsync(TestContext.Current.Test!.TestDisplayName);
        foreach (var page in _pages)
            await page.DisposeAsync();
        await AsteriskIsEmptyAsync(Product);
        await Eventually.SeeAsync(
            "the simulator holds nothing",
            async () => (await WhatsApp.HealthAsync()).ToJsonString(),
            health => health.Contains("\"liveCalls\":0", StringComparison.Ordinal) && health.Contains("\"handsetLegs\":0", StringComparison.Ordinal));
        WhatsApp.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<AgentPage> ReadyAgentAsync(string agent = "ada", double hz = AdaHz) =>
        Keep(await AgentPage.ReadyAsync(browsers, Product, agent, hz));

    protected async Task<HandsetPage> HandsetAsync(string line = "main") =>
        Keep(await HandsetPage.OpenAsync(browsers, Product, User, AnaHz, business: RunningProduct.NumberOf(line)));

    /// <summary>The record of the one call with this test's user.</summary>
    protected Task<CallSeen> RecordAsync() => RecordAsync(Product, User);

    protected static async Task<CallSeen> RecordAsync(Product product, string user, string agent = "ada")
    {
        using var api = await RingwayApi.SignInAsync(product, agent);
        return await api.RecordAsync($"the call with {user}", call => call.Customer.Number == user || call.Customer.UserId == user);
    }

    /// <summary>The call as WhatsApp saw it, once it is over there; it broke none of Meta's rules.</summary>
    protected async Task<WhatsAppCall> EndedAtWhatsAppAsync()
    {
        var call = (await Eventually.SeeAsync(
            "WhatsApp's side of the call is over", () => WhatsApp.LastWithAsync(User), call => call?.EndedAt is not null))!;
        Assert.Empty(call.Violations);
        return call;
    }

    /// <summary>Meta sees one INVITE and its end, and in between nothing.</summary>
    protected async Task NothingWasReNegotiatedAsync()
    {
        var seen = await EndedAtWhatsAppAsync();
        Assert.DoesNotContain(seen.Sip, line => line.Direction == "in" && (line.FirstLine.StartsWith("INVITE", StringComparison.Ordinal)
            || line.FirstLine.StartsWith("UPDATE", StringComparison.Ordinal) || line.FirstLine.StartsWith("REFER", StringComparison.Ordinal)));
    }

    protected static void AssertOutcome(CallSeen record, string what, string whose)
    {
        Assert.NotNull(record.Outcome);
        Assert.Equal((what, whose), (record.Outcome.What, record.Outcome.Whose));
        Assert.NotEmpty(record.Outcome.Sentence);
    }

    public static async Task AsteriskIsEmptyAsync(Product product)
    {
        await AsteriskIsEmptyAsync(product, "asterisk");
        await AsteriskIsEmptyAsync(product, "simulator/asterisk");
    }

    public static async Task AsteriskIsEmptyAsync(Product product, string folder)
    {
        var folders = new AsteriskFolders(Path.Combine(product.Data, folder));
        await Eventually.SeeAsync(
            $"no channel in {folder}", () => AsteriskConsole.RunAsync(folders, "core show channels concise"), IsBlank);
        await Eventually.SeeAsync(
            $"no bridge in {folder}", () => AsteriskConsole.RunAsync(folders, "bridge show all"), listing => Lines(listing).Count <= 1);
    }

    private static bool IsBlank(string listing) => Lines(listing).Count == 0;

    private static List<string> Lines(string listing) => [.. listing.Split('\n').Where(line => line.Trim().Length > 0)];

    private T Keep<T>(T page) where T : SoundPage
    {
        _pages.Add(page);
        return page;
    }
}
