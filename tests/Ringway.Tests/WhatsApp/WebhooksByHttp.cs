using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.WhatsApp.Permissions;
using Ringway.WhatsApp.Webhooks;

namespace Ringway.Tests.WhatsApp;

public sealed class WebhooksByHttp
{
    [Theory]
    [InlineData("subscribe", Payloads.VerifyToken, 200)]
    [InlineData("subscribe", "another", 403)]
    [InlineData("subscribe", "", 403)]
    [InlineData("unsubscribe", Payloads.VerifyToken, 403)]
    public async Task Meta_verifies_the_address_with_our_token_only(string mode, string token, int status)
    {
        await using var host = await StartAsync();

        var answer = await host.NewPage().GetAsync($"/webhooks/whatsapp?hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 200)
            Assert.Equal(("1158201444", "text/plain"), (await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Without_a_verify_token_nobody_verifies()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await host.NewPage().GetAsync("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=&hub.challenge=1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.NewPage().GetAsync("/webhooks/whatsapp")).StatusCode);
    }

    [Fact]
    public async Task A_genuine_webhook_is_answered_kept_and_worked_off_and_a_page_hears_of_it()
    {
        await using var host = await StartAsync();
        var page = await host.SignInAsync();
        using var ear = await page.ListenAsync();
        await ear.HearAsync("hello");

        Assert.Equal(HttpStatusCode.OK, await DeliverAsync(host, Payloads.Message("wamid.1"), Payloads.AppSecret));
        Assert.Equal(HttpStatusCode.OK, await DeliverAsync(host, Payloads.Reply("wamid.2", second: 1, permanent: true), Payloads.OldAppSecret));

        var told = await ear.HearAsync("permission");
        while (told.GetProperty("permission").GetProperty("state").GetString() != "permanent") told = await ear.HearAsync("permission");
        Assert.Equal("+4915112345678", told.GetProperty("permission").GetProperty("user").GetString());
    }

    [Fact]
    public async Task Nobody_else_is_believed_and_nothing_of_what_they_say_is_in_the_log()
    {
        var log = new NotedLog();
        await using var host = await StartAsync(log);

        foreach (var secret in new[] { "guessed", "" })
            Assert.Equal(HttpStatusCode.Unauthorized, await DeliverAsync(host, Payloads.Message("sender-was-here"), secret));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().PostAsync("/webhooks/whatsapp", new { secret = "sender-was-here" })).StatusCode);
        await host.NewPage().GetAsync("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=sender-was-here&hub.challenge=sender-was-here");

        Assert.Equal(0, host.Part<WebhookSpool>().Waiting);
        Assert.Contains(log.Lines, line => line.Contains("A webhook was refused", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("sender-was-here", StringComparison.Ordinal) || line.Contains("4915112345678", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_more_than_a_mebibyte_is_not_read(bool saysHowLong)
    {
        await using var host = await StartAsync();
        var body = new byte[1024 * 1024 + 1];
        using var content = saysHowLong ? (HttpContent)new ByteArrayContent(body) : new StreamContent(new Unseekable(body));
        content.Headers.Add(WebhookSignature.Header, Payloads.Signature(body));

        HttpStatusCode? status = null;
        try
        {
            status = (await host.NewPage().Http.PostAsync("/webhooks/whatsapp", content)).StatusCode;
        }
        catch (HttpRequestException)
        {
            // The connection is closed while we still send; also an answer.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
        Assert.Equal(0, host.Part<WebhookSpool>().Waiting);
        var largest = new byte[1024 * 1024];
        Array.Fill(largest, (byte)' ');
        Assert.Equal(HttpStatusCode.OK, await DeliverAsync(host, largest, Payloads.AppSecret));
    }

    [Fact]
    public async Task Operators_see_what_came_what_is_unknown_and_what_Meta_says_of_the_account()
    {
        var log = new NotedLog();
        await using var host = await StartAsync(log);
        var page = await host.SignInAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync("/api/v1/webhooks")).StatusCode);

        foreach (var payload in new[] { Payloads.Message("wamid.1"), Payloads.Message("wamid.1"), Payloads.Restriction, Payloads.Change("flows", "{\"event\":\"X\"}") })
            Assert.Equal(HttpStatusCode.OK, await DeliverAsync(host, payload, Payloads.AppSecret));
        await UntilAsync(async () => (await page.JsonAsync("/api/v1/webhooks")).GetProperty("waiting").GetInt32() == 0, "all is worked off");

        var facts = await page.JsonAsync("/api/v1/webhooks");
        Assert.Equal((true, true, 4), (facts.GetProperty("canVerify").GetBoolean(), facts.GetProperty("canAccept").GetBoolean(), facts.GetProperty("sinceStart").GetProperty("received").GetInt32()));
        Assert.Equal(
            ["account_update ACCOUNT_RESTRICTION 1 True", "flows unknown 1 False", "messages text 1 True"],
            facts.GetProperty("counts").EnumerateArray().Select(one => $"{one.GetProperty("field").GetString()} {one.GetProperty("kind").GetString()} {one.GetProperty("count").GetInt32()} {one.GetProperty("isKnown").GetBoolean()}"));
        Assert.Equal("RESTRICTED_BUSINESS_INITIATED_CALLING", facts.GetProperty("account")[0].GetProperty("told").GetProperty("restriction_info")[0].GetProperty("restriction_type").GetString());
        Assert.Single(log.Lines, line => line.Contains("Meta says ACCOUNT_RESTRICTION of account shop", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("4915112345678", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_answered_before_ringway_stopped_is_worked_off_after_it_has_started_again()
    {
        var folder = Directory.CreateTempSubdirectory("ringway-host-").FullName;
        using (var spool = new WebhookSpool(Path.Combine(folder, "webhooks")))
            await spool.AppendAsync(Payloads.Bytes(Payloads.Message("wamid.1")), Example.Noon);

        await using var host = await StartAsync(folder: folder);

        await UntilAsync(() => host.Part<ICallStore>().HasWebhookAsync("message:wamid.1"), "the message is taken in");
    }

    private static Task<TestHost> StartAsync(NotedLog? log = null, string? folder = null) => TestHost.StartAsync(Payloads.WithAccount, folder, builder =>
    {
        builder.Services.AddSingleton<ICallPermissionSource>(new PlayedMeta());
        if (log is not null) builder.Logging.AddProvider(log);
    });

    private static Task<HttpStatusCode> DeliverAsync(TestHost host, string payload, string secret) => DeliverAsync(host, Payloads.Bytes(payload), secret);

    private static async Task<HttpStatusCode> DeliverAsync(TestHost host, byte[] body, string secret)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(WebhookSignature.Header, Payloads.Signature(body, secret));
        return (await host.NewPage().Http.PostAsync("/webhooks/whatsapp", content)).StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string reason)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"Waited in vain: {reason}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Sent in chunks, so nobody knows its length before.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
