using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Agents;

public sealed class SignInsAndPhones : IAsyncLifetime
{
    private static readonly AgentId Ada = new("ada");
    private static readonly string Key = Convert.ToBase64String(new byte[32]);
    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-signins-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly Roster _roster = new();
    private readonly NotedLines _asterisk = new();
    private readonly List<LineLost> _lost = [];
    private ICallStore _store = null!;
    private SignIns _signIns = null!;
    private AgentLines _phones = null!;

    public async ValueTask InitializeAsync()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        await _store.MigrateAsync();
        (_signIns, _phones) = await OpenAsync("correct-horse", _roster);
        _phones.Lost += _lost.Add;
    }

    public async ValueTask DisposeAsync()
    {
        _phones.Dispose();
        _signIns.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_sign_in_ends_by_itself_after_its_time_and_its_phone_with_it()
    {
        var welcome = await SignInAsync();
        await _phones.MintAsync(welcome.Session);
        Assert.NotNull(_signIns.Find(welcome.Token));
        Assert.Single(_asterisk.There);

        _time.Advance(TimeSpan.FromHours(16));
        _signIns.DropExpired();

        Assert.Null(_signIns.Find(welcome.Token));
        Assert.Empty(_asterisk.There);
        Assert.False(_roster.Find(Ada)!.SignedIn);
    }

    [Fact]
    public async Task Only_the_hash_of_a_token_is_kept()
    {
        var welcome = await SignInAsync();

        var kept = Assert.Single(await _store.SessionsAsync(_time.GetUtcNow()));

        Assert.NotEqual(welcome.Token, kept.TokenHash);
        Assert.Equal(43, welcome.Token.Length); // 256 bits in base64url
        Assert.Null(_signIns.Find(kept.TokenHash));
        Assert.Null(_signIns.Find(null));
        Assert.Null(_signIns.Find(new string('x', 5000)));
    }

    [Fact]
    public async Task Wrong_tries_are_forgotten_after_a_minute_and_other_addresses_are_not_held_up()
    {
        for (var i = 0; i < 10; i++) Assert.IsType<SignInResult.Wrong>(await _signIns.SignInAsync("ada", "guess", "192.0.2.1"));

        Assert.IsType<SignInResult.TooMany>(await _signIns.SignInAsync("ada", "correct-horse", "192.0.2.1"));
        Assert.IsType<SignInResult.Welcome>(await _signIns.SignInAsync("ada", "correct-horse", "192.0.2.2"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<SignInResult.Welcome>(await _signIns.SignInAsync("ada", "correct-horse", "192.0.2.1"));
    }

    [Fact]
    public async Task One_address_cannot_try_one_password_on_everybody()
    {
        for (var i = 0; i < 60; i++) Assert.IsType<SignInResult.Wrong>(await _signIns.SignInAsync($"agent{i}", "Summer2026", "192.0.2.1"));

        Assert.IsType<SignInResult.TooMany>(await _signIns.SignInAsync("agent60", "Summer2026", "192.0.2.1"));
    }

    [Fact]
    public async Task Asking_again_gives_a_new_phone_and_takes_the_old_one_away()
    {
        var session = (await SignInAsync()).Session;

        var first = await _phones.MintAsync(session);
        var second = await _phones.MintAsync(session);

        Assert.NotEqual(first!.User, second!.User);
        Assert.StartsWith("ada-", second.User);
        Assert.Equal(32, second.Password.Length); // 128 bits in hex
        Assert.Equal([second.User], _asterisk.There);
        Assert.Empty(_lost);
    }

    [Fact]
    public async Task While_she_talks_on_one_page_another_page_cannot_take_the_phone()
    {
        var (first, second) = ((await SignInAsync()).Session, (await SignInAsync()).Session);
        var phone = await _phones.MintAsync(first);
        _roster.LineIs(phone!.User, true);
        _roster.Engage(new CallId("n1-1"), [(Ada, true)]);

        Assert.Null(await _phones.MintAsync(second));
        Assert.NotNull(await _phones.MintAsync(first)); // her own page, loaded anew

        _roster.Release(new CallId("n1-1"));
        Assert.NotNull(await _phones.MintAsync(second));
        Assert.Equal(LineLost.Moved, Assert.Single(_lost).Reason);
    }

    [Fact]
    public async Task Without_Asterisk_there_is_no_phone_and_the_old_one_stays()
    {
        var session = (await SignInAsync()).Session;
        var phone = await _phones.MintAsync(session);
        _asterisk.Away = true;

        await Assert.ThrowsAsync<LinesUnavailableException>(() => _phones.MintAsync(session));

        Assert.Equal(phone!.User, _roster.SipUser(Ada));
    }

    [Fact]
    public async Task When_Asterisk_has_forgotten_a_phone_its_page_is_told_to_ask_for_a_new_one()
    {
        var session = (await SignInAsync()).Session;
        var phone = await _phones.MintAsync(session);

        await CompareAsync(new() { [phone!.User] = true });
        Assert.Equal(phone.User, _roster.Endpoint(Ada));
        await CompareAsync([]);

        Assert.Equal(LineLost.AsteriskRestarted, Assert.Single(_lost).Reason);
        Assert.Null(_roster.SipUser(Ada));
        await CompareAsync([]);
        Assert.Single(_lost);
    }

    [Fact]
    public async Task A_phone_of_nobody_who_is_signed_in_is_removed()
    {
        var phone = await _phones.MintAsync((await SignInAsync()).Session);
        _asterisk.There.Add("bob-left");

        await CompareAsync(new() { [phone!.User] = false, ["bob-left"] = true });

        Assert.Equal([phone.User], _asterisk.There);
    }

    [Fact]
    public async Task A_phone_that_is_being_made_while_Asterisk_is_compared_is_neither_lost_nor_an_orphan()
    {
        var session = (await SignInAsync()).Session;
        Task<SipAccount?>? minting = null;

        await _phones.CompareAsync(() =>
        {
            minting = _phones.MintAsync(session);
            return Task.FromResult<IReadOnlyDictionary<string, bool>>(new Dictionary<string, bool>());
        });

        Assert.Equal([(await minting!)!.User], _asterisk.There);
        Assert.Empty(_lost);
    }

    [Fact]
    public async Task After_a_restart_sign_in_readiness_and_phone_are_as_before()
    {
        var welcome = await SignInAsync();
        var phone = await _phones.MintAsync(welcome.Session);
        await _signIns.SetReadyAsync(Ada, false);

        var roster = new Roster();
        var (after, phones) = await OpenAsync("correct-horse", roster);

        Assert.Equal(phone!.User, after.Find(welcome.Token)!.SipUser);
        Assert.Equal(phone.User, roster.SipUser(Ada));
        Assert.True(roster.Find(Ada)!.SignedIn);
        Assert.False(roster.Find(Ada)!.Ready);
        after.Dispose();
        phones.Dispose();
    }

    [Fact]
    public async Task After_a_restart_a_pause_goes_on_with_its_reason_under_the_name_that_it_has_now()
    {
        await SignInAsync();
        var lunch = new PauseReasonOptions { Id = "lunch", Name = "Lunch" };
        await _signIns.SetReadyAsync(Ada, false, lunch);
        _time.Advance(TimeSpan.FromMinutes(5));
        await _signIns.SetReadyAsync(Ada, false, lunch);

        foreach (var (reasons, name) in new[] { (new[] { lunch with { Name = "Noon break" } }, "Noon break"), ([], "lunch") })
        {
            var roster = new Roster();
            var (after, phones) = await OpenAsync("correct-horse", roster, reasons);
            Assert.Equal(new Pause("lunch", name, Example.Noon), roster.Find(Ada)!.Paused);
            after.Dispose();
            phones.Dispose();
        }

        await _signIns.SetReadyAsync(Ada, true);
        var ready = new Roster();
        var (last, line) = await OpenAsync("correct-horse", ready, lunch);
        Assert.True(ready.Find(Ada) is { Ready: true, Paused: null });
        last.Dispose();
        line.Dispose();
    }

    [Fact]
    public async Task A_new_password_in_the_configuration_ends_the_old_sign_ins()
    {
        var welcome = await SignInAsync();

        var (after, phones) = await OpenAsync("battery-staple", new Roster());

        Assert.Null(after.Find(welcome.Token));
        Assert.IsType<SignInResult.Wrong>(await after.SignInAsync("ada", "correct-horse", "192.0.2.1"));
        Assert.IsType<SignInResult.Welcome>(await after.SignInAsync("ada", "battery-staple", "192.0.2.1"));
        after.Dispose();
        phones.Dispose();
    }

    [Fact]
    public void A_password_hash_brings_its_salt_and_rounds_and_verifies_only_the_password()
    {
        var few = new PasswordHash(rounds: 10);
        var hash = few.Create("correct-horse");

        Assert.StartsWith("pbkdf2-sha512$10$", hash);
        Assert.NotEqual(hash, few.Create("correct-horse"));
        Assert.True(new PasswordHash().Verify("correct-horse", hash));
        Assert.False(few.Verify("Correct-horse", hash));
        Assert.False(few.Verify("", hash));
        Assert.False(few.Verify("correct-horse", null));
        Assert.False(few.Verify("correct-horse", "something else"));
    }

    private async Task<(SignIns, AgentLines)> OpenAsync(string password, Roster roster, params PauseReasonOptions[] reasons)
    {
        var signIns = new SignIns(_store, roster, new PasswordHash(rounds: 10), new SignInOptions(), _time, NullLogger<SignIns>.Instance);
        var phones = new AgentLines(_asterisk, signIns, roster, NullLogger<AgentLines>.Instance);
        await signIns.LoadAsync([new AgentOptions { Id = "ada", Name = "Ada", Password = new Secret(password) }], Key, reasons);
        return (signIns, phones);
    }

    private Task CompareAsync(Dictionary<string, bool> there) =>
        _phones.CompareAsync(() => Task.FromResult<IReadOnlyDictionary<string, bool>>(there));

    private async Task<SignInResult.Welcome> SignInAsync() =>
        Assert.IsType<SignInResult.Welcome>(await _signIns.SignInAsync("ada", "correct-horse", "192.0.2.1"));
}
