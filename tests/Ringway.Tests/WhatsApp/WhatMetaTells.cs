using System.Text;
using CsCheck;
using Ringway.Options;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Webhooks;

namespace Ringway.Tests.WhatsApp;

public class WhatMetaTells
{
    private static readonly DateTimeOffset Noon = Example.Noon;

    [Fact]
    public void A_permission_for_a_week_has_its_end_and_its_request()
    {
        var reply = One<WebhookEvent.PermissionReplied>(Payloads.Reply("wamid.1", second: 7));

        Assert.Equal(("message:wamid.1", "messages", "call_permission_reply", Noon.AddSeconds(7)), (reply.Head.Key, reply.Head.Field, reply.Head.Kind, reply.Head.At));
        Assert.Equal((true, Noon.AddSeconds(7).AddDays(7), false, "wamid.request"), (reply.Accepted, reply.Until, reply.Automatic, reply.Request));
        Assert.Equal((PermissionCast.Carla, "DE.77", "Carla"), (reply.From.User, reply.From.UserId, reply.From.Name));
        Assert.Equal(Payloads.PhoneNumberId, reply.PhoneNumberId);
    }

    [Fact]
    public void Permanent_automatic_and_refused_are_told_apart()
    {
        var permanent = One<WebhookEvent.PermissionReplied>(Payloads.Reply("wamid.1", permanent: true));
        Assert.Equal((true, null, false), (permanent.Accepted, permanent.Until, permanent.Automatic));
        var revoked = One<WebhookEvent.PermissionReplied>(Payloads.Reply("wamid.2", "reject", request: null, source: "automatic"));
        Assert.Equal((false, true, null), (revoked.Accepted, revoked.Automatic, revoked.Request));
    }

    [Fact]
    public void A_permission_that_tells_no_end_is_not_taken_for_one_without_end()
    {
        var payload = Payloads.Reply("wamid.1").Replace("\"expiration_timestamp\"", "\"something_else\"", StringComparison.Ordinal);

        One<WebhookEvent.Unknown>(payload);
    }

    [Fact]
    public void A_message_and_a_voicemail_are_told_apart()
    {
        Assert.Null(One<WebhookEvent.UserWrote>(Payloads.Message("wamid.1")).Voicemail);
        Assert.Equal((Payloads.Wacid, "media-9"), One<WebhookEvent.UserWrote>(Payloads.Voicemail()).Voicemail);
    }

    [Fact]
    public void A_call_is_told_when_it_begins_and_when_it_ends()
    {
        var created = One<WebhookEvent.CallCreated>(Payloads.CallCreated(payload: "order-7"));
        Assert.Equal((Payloads.Wacid, true, "order-7", PermissionCast.Carla), (created.Wacid, created.ByUser, created.Payload, created.User.User));

        var talked = One<WebhookEvent.CallEnded>(Payloads.Terminate(second: 30, duration: 12));
        Assert.Equal((12, Noon.AddSeconds(18), "COMPLETED", null), (talked.DurationSeconds, talked.StartedAt, talked.Status, talked.ErrorCode));

        var missed = One<WebhookEvent.CallEnded>(Payloads.Terminate(byUser: false, error: 138021));
        Assert.Equal((null, false, 138021, "No media was received"), (missed.DurationSeconds, missed.ByUser, missed.ErrorCode, missed.Error));
        Assert.Equal(PermissionCast.Carla, missed.User.User);
    }

    [Fact]
    public void A_user_without_a_number_is_known_by_the_id()
    {
        var payload = Payloads.Message("wamid.1").Replace("\"from\":\"4915112345678\",", "", StringComparison.Ordinal).Replace("\"wa_id\":\"4915112345678\",", "", StringComparison.Ordinal);

        Assert.Equal("DE.77", One<WebhookEvent.UserWrote>(payload).From.User.Value);
    }

    [Fact]
    public void Failures_settings_and_restrictions_are_told()
    {
        Assert.Equal(("wamid.9", 131026), (One<WebhookEvent.MessageFailed>(Payloads.Failed("wamid.9")).Message, One<WebhookEvent.MessageFailed>(Payloads.Failed("wamid.9")).ErrorCode));
        Assert.Equal(Payloads.PhoneNumberId, One<WebhookEvent.SettingsChanged>(Payloads.Settings).PhoneNumberId);
        var restricted = One<WebhookEvent.AccountChanged>(Payloads.Restriction);
        Assert.Equal(("ACCOUNT_RESTRICTION", Payloads.BusinessAccountId), (restricted.Head.Kind, restricted.BusinessAccountId));
        Assert.Contains("RESTRICTED_BUSINESS_INITIATED_CALLING", restricted.Json, StringComparison.Ordinal);
        One<WebhookEvent.Noted>(Payloads.Status("wamid.9", "delivered"));
    }

    [Theory]
    [InlineData("not json at all", "none", "not-json")]
    [InlineData("{}", "none", "no-entry")]
    [InlineData("[1,2]", "none", "no-entry")]
    [InlineData("{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"flows\",\"value\":{\"a\":1}}]}]}", "flows", "unknown")]
    [InlineData("{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"calls\",\"value\":{\"calls\":[{\"id\":\"wacid.1\",\"event\":\"teleported\",\"from\":\"4915112345678\",\"direction\":\"USER_INITIATED\"}]}}]}]}", "calls", "teleported")]
    [InlineData("{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"calls\",\"value\":{\"calls\":[{\"event\":\"terminate\"}]}}]}]}", "calls", "terminate")]
    [InlineData("{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"a\\nb\",\"value\":7}]}]}", "unknown", "unknown")]
    public void What_is_not_known_is_kept_whole(string body, string field, string kind)
    {
        var unknown = One<WebhookEvent.Unknown>(body);

        Assert.Equal((field, kind), (unknown.Head.Field, unknown.Head.Kind));
        Assert.NotEmpty(unknown.Json);
    }

    [Fact]
    public void The_same_delivery_has_the_same_keys_and_another_event_another_one()
    {
        foreach (var payload in new[] { Payloads.Message("wamid.1"), Payloads.Restriction, Payloads.Settings, "rubbish", Payloads.CallCreated() })
            Assert.Equal(Keys(payload), Keys(payload));
        Assert.NotEqual(Keys(Payloads.CallCreated()), Keys(Payloads.Terminate()));
        Assert.NotEqual(Keys(Payloads.Status("wamid.1", "sent")), Keys(Payloads.Status("wamid.1", "read")));
    }

    [Fact]
    public void No_body_whatever_is_too_strange_to_be_read() =>
        Gen.Select(Gen.OneOf(Payloads.Message("wamid.1"), Payloads.Reply("wamid.1"), Payloads.Terminate(error: 1), Payloads.Settings), Gen.Int[0, 2000], Gen.Byte, Gen.Bool)
            .Sample((payload, at, other, cut) =>
            {
                var body = Payloads.Bytes(payload);
                at %= body.Length;
                if (cut) body = body[..at];
                else body[at] = other;

                Assert.NotEmpty(WebhookParser.Read(body, Noon));
            }, iter: 2000);

    [Fact]
    public void A_name_with_half_an_emoji_or_a_nul_costs_only_the_name_or_the_nul()
    {
        Assert.Null(One<WebhookEvent.UserWrote>(Payloads.Message("wamid.1").Replace("Carla", "Carla\\ud83d", StringComparison.Ordinal)).From.Name);
        Assert.Equal("Carla", One<WebhookEvent.UserWrote>(Payloads.Message("wamid.1").Replace("Carla", "Car\\u0000la", StringComparison.Ordinal)).From.Name);
    }

    [Fact]
    public void Meta_alone_is_believed()
    {
        var accounts = Payloads.WithAccount(new RingwayOptions { Lines = [new LineOptions()] }).WhatsApp.Accounts;
        var body = Payloads.Bytes("{\"emoji\":\"\\u00e4\",\"raw\":\"ä\"}");

        Assert.True(WebhookSignature.IsGenuine(body, Payloads.Signature(body), accounts));
        Assert.True(WebhookSignature.IsGenuine(body, Payloads.Signature(body, Payloads.OldAppSecret), accounts));
        Assert.False(WebhookSignature.IsGenuine(body, Payloads.Signature(body, "another"), accounts));
        Assert.False(WebhookSignature.IsGenuine(Payloads.Bytes("{}"), Payloads.Signature(body), accounts));
        Assert.False(WebhookSignature.IsGenuine(body, Payloads.Signature(body), []));
        foreach (var header in new[] { null, "", "sha256=", "sha1=00", "sha256=zz", Payloads.Signature(body)[..^2], Payloads.Signature(body) + "00", "sha256=" + new string('0', 64) })
            Assert.False(WebhookSignature.IsGenuine(body, header, accounts), header);
        // An account without a secret must not be one with the empty secret.
        Assert.False(WebhookSignature.IsGenuine(body, Payloads.Signature(body, ""), [new AccountOptions(), new AccountOptions { AppSecret = new Secret("") }]));
    }

    private static T One<T>(string payload) where T : WebhookEvent => Assert.IsType<T>(Assert.Single(WebhookParser.Read(Encoding.UTF8.GetBytes(payload), Noon)));

    private static IEnumerable<string> Keys(string payload) => WebhookParser.Read(Encoding.UTF8.GetBytes(payload), Noon).Select(one => one.Head.Key);
}
