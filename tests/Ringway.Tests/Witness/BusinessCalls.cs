using Ringway.Switch;

namespace Ringway.Tests.Witness;

/// <summary>The business calls a WhatsApp user; SIPp is Meta's gateway (Meta, Calling: SIP, 15 Dec 2025, business-initiated calls).</summary>
[Trait("needs", "asterisk")]
public sealed class BusinessCalls
{
    private const string User = "+12195550714";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("SHA-256", "MD5")]
    [InlineData("MD5", "SHA-256")]
    [InlineData("MD5")]
    public async Task The_user_answers_and_hears_the_business_first_which_hangs_up(params string[] challenges)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User);
        var whatsApp = await stage.PlayAsync("business-call-business-hangs-up", ct, ("challenges", Stage.Challenges(challenges)));

        await stage.Ringway.DialAsync(User, ct);
        await stage.Ringway.IsAsync("Up", ct);
        await stage.Ringway.SpeakAsync(ct);
        await stage.Phone.ListenAsync(Patience, ct);
        await stage.Ringway.HangUpAsync(ct);

        await whatsApp.AgreesAsync(ct);
        Assert.Null(stage.Phone.Complaint(whatsApp.LastSdp()));
    }

    [Theory]
    [InlineData(User)]
    [InlineData("US.13491208655302741918")]
    public async Task A_number_or_a_business_scoped_id_is_called_as_it_is_and_the_user_hangs_up(string user)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, user);
        var whatsApp = await stage.PlayAsync("business-call-user-hangs-up", ct);

        await stage.Ringway.DialAsync(user, ct);

        await whatsApp.AgreesAsync(ct);
        await stage.Ringway.IsOverAsync(ct);
    }

    [Fact]
    public async Task The_business_gives_up_with_CANCEL_while_it_rings()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User);
        var whatsApp = await stage.PlayAsync("business-call-cancelled", ct);

        await stage.Ringway.DialAsync(User, ct);
        await stage.Ringway.IsAsync("Ringing", ct);
        await stage.Ringway.HangUpAsync(ct);

        await whatsApp.AgreesAsync(ct);
    }

    [Theory]
    [InlineData(486, "User declined the call", true)]
    [InlineData(480, "Temporarily Unavailable", true)]
    [InlineData(403, "No Approved Call Permission Found: No approved call permission from the recipient", false)]
    [InlineData(403, "Business Initiated Connected Call Per Day Limit Hit", false)]
    [InlineData(404, "Not found", false)]
    [InlineData(503, "Service Unavailable", false)]
    public async Task A_refusal_is_acknowledged_not_tried_again_and_told_to_ringway_as_it_was(int status, string reason, bool rings)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User);
        var whatsApp = await stage.PlayAsync(
            "business-call-refused", ct, ("status", $"{status} {reason}"), ("reason", reason), ("rings", rings ? "{{whatsapp-rings.xml}}" : ""));

        await stage.Ringway.DialAsync(User, ct);

        Assert.Equal(status, await stage.Ringway.EndsWithAsync(ct));
        await whatsApp.AgreesAsync(ct);
    }

    [Fact]
    public async Task A_line_with_DTLS_offers_what_Meta_takes()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User, c => c with { Lines = [c.Lines[0] with { Media = MediaKeying.Dtls }] });
        var whatsApp = await stage.PlayAsync("business-call-refused", ct, ("status", "486 User declined the call"), ("reason", "User declined the call"));

        await stage.Ringway.DialAsync(User, ct);

        await whatsApp.AgreesAsync(ct);
    }

    [Fact]
    public async Task Hold_and_a_transfer_between_agents_never_reach_the_user_as_a_re_INVITE()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct, User);
        var whatsApp = await stage.PlayAsync("business-call-user-hangs-up", ct, ("talk", "1000"));

        await stage.Ringway.DialAsync(User, ct);
        await stage.Ringway.IsAsync("Up", ct);
        await stage.Ringway.HoldAsync(ct);
        await stage.Ringway.SpeaksWithAsync("Bob", ct);

        await whatsApp.AgreesAsync(ct);
    }

    [Fact]
    public async Task Nothing_can_register_and_nobody_is_asked_whether_he_lives()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stage = await Stage.OpenAsync(ct);

        Assert.StartsWith("No such command", await stage.Switch.ConsoleAsync("pjsip show registrations"), StringComparison.Ordinal);
        Assert.Contains("NonQual", await stage.Switch.ConsoleAsync("pjsip show contacts"), StringComparison.Ordinal);
    }
}
