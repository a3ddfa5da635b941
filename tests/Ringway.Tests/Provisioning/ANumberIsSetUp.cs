using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Graph;
using Ringway.Options;
using Ringway.WhatsApp.Provisioning;

namespace Ringway.Tests.Provisioning;

public sealed class ANumberIsSetUp : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-number-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly Secrets _secrets;
    private readonly List<string> _done = [];

    public ANumberIsSetUp() => _secrets = Secrets.Open(_folder);

    private NumbersFile Numbers => new(_folder, _secrets);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_nothing_to_calls_and_a_second_apply_finds_nothing_to_do()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        var number = Number(meta);

        var plan = await number.PlanAsync(Ct);
        Assert.True(plan.Subscribe && plan.FetchPassword);
        Assert.Empty(meta.Written); // a plan writes nothing

        var applied = await ApplyAsync(number, plan);

        Assert.True(applied.IsWell && applied.NewPassword);
        Assert.Equal(["sip", "status", "srtp_key_exchange_protocol"], meta.Written);
        Assert.Equal(["SIP server written", "calling written", "SRTP written", "app subscribed to the account's webhooks", "SIP password fetched and stored"], _done);
        Assert.Equal(MetaOfTheTest.Password, Numbers.Password(MetaOfTheTest.Id)!.Reveal());
        Assert.Equal(["7"], meta.Apps);

        var again = await number.PlanAsync(Ct);
        Assert.True(again.IsNothing);
        meta.Written.Clear();
        Assert.False((await ApplyAsync(number, again)).NewPassword);
        Assert.Empty(meta.Written);
    }

    [Theory]
    [InlineData(2)] // SIP resets it, and so does the write that follows
    [InlineData(3)]
    public async Task SRTP_that_Meta_sets_back_is_written_again_until_it_stays(int resets)
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.ResetsSrtp = resets;
        var number = Number(meta);

        var applied = await ApplyAsync(number, await number.PlanAsync(Ct));

        Assert.True(applied.IsWell);
        Assert.Equal("SDES", meta.Calling["srtp_key_exchange_protocol"]!.GetValue<string>());
        Assert.Equal(resets - 1, _done.Count(line => line == "SRTP written again, because Meta had set it back"));
    }

    [Fact]
    public async Task SRTP_that_never_stays_is_said_and_no_success()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.ResetsSrtp = 100;
        var number = Number(meta);

        var applied = await ApplyAsync(number, await number.PlanAsync(Ct));

        Assert.False(applied.IsWell);
        Assert.Equal([new Change("srtp_key_exchange_protocol", "DTLS", "SDES")], applied.Left);
    }

    [Fact]
    public async Task What_Meta_takes_and_does_not_say_back_is_told_apart_from_what_it_says_otherwise()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.Forgets = "callback_permission_status";
        var number = Number(meta, line => line with { CallbackPermission = AtMeta.On });

        var unsaid = await ApplyAsync(number, await number.PlanAsync(Ct));
        Assert.True(unsaid.IsWell);
        Assert.Equal("callback_permission_status", Assert.Single(unsaid.Unsaid).Path);

        meta.Calling["callback_permission_status"] = "DISABLED";
        var otherwise = await ApplyAsync(number, await number.PlanAsync(Ct));
        Assert.Equal([new Change("callback_permission_status", "DISABLED", "ENABLED")], otherwise.Left);
        Assert.False(otherwise.IsWell);
    }

    [Fact]
    public async Task A_refused_step_ends_it_with_Metas_reason_and_the_cure()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.RefusesWith = 138015;
        var number = Number(meta);
        var plan = await number.PlanAsync(Ct);

        var refusal = await Assert.ThrowsAsync<GraphException>(() => number.ApplyAsync(plan, _done.Add, Ct));

        Assert.Contains("messaging limit is below 2,000", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_done);
        Assert.Null(Numbers.Password(MetaOfTheTest.Id));
    }

    [Fact]
    public async Task Without_a_password_from_Meta_calls_will_not_go_through_and_that_is_said()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.HidesPassword = true;
        var number = Number(meta);

        var applied = await ApplyAsync(number, await number.PlanAsync(Ct));

        Assert.False(applied.IsWell);
        Assert.StartsWith("Meta shows no SIP password", applied.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_of_the_configuration_that_is_not_Metas_is_said()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        var number = Number(meta, line => line with { Password = new Secret("an old one") });

        var applied = await ApplyAsync(number, await number.PlanAsync(Ct));

        Assert.Equal("lines[].password is not the one that Meta has; remove it from the configuration, and the fetched one is used.", applied.Fault);
    }

    [Fact]
    public async Task What_an_operator_should_know_besides_stands_in_the_remarks()
    {
        await using var meta = await MetaOfTheTest.StartAsync();
        meta.TokenFacts["expires_at"] = _time.GetUtcNow().AddDays(3).ToUnixTimeSeconds();
        meta.Calling["sip"] = JsonNode.Parse("""{"status":"ENABLED","servers":[{"app_id":8,"hostname":"vendor.example.com"}]}""");
        meta.Calling["restrictions"] = JsonNode.Parse("""{"restrictions_list":[{"type":"RESTRICTED_BUSINESS_INITIATED_CALLING","reason":"Low quality.","expiration":1795600000}]}""");

        var plan = await Number(meta).PlanAsync(Ct);

        Assert.Collection(plan.Remarks,
            token => Assert.StartsWith("The access token ends on 2026-11-28 10:00 UTC", token, StringComparison.Ordinal),
            other => Assert.StartsWith("Another app (8) has entered the SIP server vendor.example.com:5061.", other, StringComparison.Ordinal),
            restriction => Assert.StartsWith("Meta restricts the number: RESTRICTED_BUSINESS_INITIATED_CALLING until 2026-11-25", restriction, StringComparison.Ordinal));
        Assert.Contains(plan.Settings.Changes, change => change is { Path: "sip.servers[].hostname", From: null }); // the other app's is not ours
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The looks are a second apart; the clock goes on while it waits.</summary>
    private async Task<NumberApplied> ApplyAsync(NumberAtMeta number, NumberPlan plan)
    {
        var applying = number.ApplyAsync(plan, _done.Add, Ct);
        while (!applying.IsCompleted)
        {
            await Task.WhenAny(applying, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct));
            _time.Advance(TimeSpan.FromMilliseconds(200));
        }

        return await applying;
    }

    private NumberAtMeta Number(MetaOfTheTest meta, Func<LineOptions, LineOptions>? change = null)
    {
        var line = new LineOptions { Id = "shop", Number = PhoneNumber.Parse("+4930901820"), PhoneNumberId = MetaOfTheTest.Id };
        line = change?.Invoke(line) ?? line;
        var account = new AccountOptions { Id = "own", BusinessAccountId = MetaOfTheTest.Account, Token = new Secret(MetaOfTheTest.Token) };
        var options = new RingwayOptions
        {
            Lines = [line],
            Trunk = new() { Host = "calls.example.com" },
            WhatsApp = new() { Accounts = [account], WebhookUrl = "https://calls.example.com/webhooks/whatsapp" },
        };
        var graph = new GraphClient(
            new HttpClient(), new GraphOptions { Address = meta.Address, RetryDelays = [] }, MetaOfTheTest.Token, _time, NullLogger<GraphClient>.Instance);
        return new NumberAtMeta(graph, options, line, account, Numbers, _time, NullLogger<NumberAtMeta>.Instance);
    }
}
