using Ringway.Calls;
using Ringway.Store;
using Ringway.Tests.Api;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    private static readonly WhatsAppCallRow Told = new("wacid.1", "main", "+4915112345678", ByUser: true, Noon) { CreatedAt = Noon };

    [Fact]
    public async Task A_webhook_is_remembered_once_and_counted_by_kind()
    {
        await Store.SaveWebhookAsync(new WebhookRow("a", "messages", "text", true, Noon, Noon, null));
        await Store.SaveWebhookAsync(new WebhookRow("a", "messages", "text", true, Noon, Noon.AddHours(1), null));
        await Store.SaveWebhookAsync(new WebhookRow("b", "messages", "text", true, Noon, Noon.AddSeconds(1), null));
        await Store.SaveWebhookAsync(new WebhookRow("c", "flows", "unknown", false, Noon, Noon, "{}"));

        Assert.True(await Store.HasWebhookAsync("a"));
        Assert.False(await Store.HasWebhookAsync("d"));
        Assert.Equal(
            [new WebhookCount("flows", "unknown", false, 1, Noon), new WebhookCount("messages", "text", true, 2, Noon.AddSeconds(1))],
            await Store.WebhookCountsAsync());
    }

    [Fact]
    public async Task Bodies_that_were_kept_come_back_newest_first_by_their_own_time()
    {
        var (old, young) = (new WebhookRow("a", "account_update", "X", true, Noon, Noon.AddHours(2), """{"n":1}"""), new WebhookRow("b", "account_update", "Y", true, Noon.AddSeconds(1), Noon, """{"n":2}"""));
        await Store.SaveWebhookAsync(old);
        await Store.SaveWebhookAsync(young);
        await Store.SaveWebhookAsync(young with { Id = "c", Body = null });

        Assert.Equal([young, old], await Store.WebhooksAsync("account_update", 9));
        Assert.Equal([young], await Store.WebhooksAsync("account_update", 1));
    }

    [Fact]
    public async Task Webhooks_are_forgotten_by_their_arrival_but_for_the_fields_that_stay()
    {
        foreach (var field in new[] { "messages", "account_update" })
        {
            await Store.SaveWebhookAsync(new WebhookRow(field + "1", field, "x", true, Noon, Noon, null));
            await Store.SaveWebhookAsync(new WebhookRow(field + "2", field, "x", true, Noon, Noon.AddDays(1), null));
        }

        await Store.ForgetWebhooksAsync(Noon.AddDays(1), ["account_update", "account_settings_update"]);

        Assert.Equal([("account_update", 2L), ("messages", 1L)], (await Store.WebhookCountsAsync()).Select(one => (one.Field, one.Count)));
    }

    [Fact]
    public async Task What_Meta_tells_of_a_call_adds_up_in_any_order()
    {
        await Store.SaveCallAsync(Example.Ended("n1-1", Noon) with { Wacid = "wacid.1", Detail = null });
        await Store.SaveWhatsAppCallAsync(Told with { CreatedAt = null, EndedAt = Noon.AddSeconds(30), Status = "FAILED", ErrorCode = 138021, Error = "No media" });
        await Store.SaveWhatsAppCallAsync(Told with { Payload = "p" });

        Assert.Equal(
            """{"whatsapp":{"createdAt":"2026-11-23T12:00:00+00:00","endedAt":"2026-11-23T12:00:30+00:00","status":"FAILED","errorCode":138021,"error":"No media","payload":"p"}}""",
            Assert.Single(await Store.HistoryAsync(10)).Detail);
        Assert.Empty(await Store.UnseenCallsAsync(Noon.AddDays(1), Noon.AddDays(1)));
    }

    [Fact]
    public async Task A_call_of_ours_without_a_wacid_is_given_it_when_line_user_direction_and_time_fit()
    {
        var ours = Example.Ended("n1-1", Noon.AddSeconds(-5)) with { Wacid = null, Direction = Direction.Outbound };
        CallRecord[] others =
        [
            ours with { Id = "n1-line", Line = ours.Line with { Id = "other" } },
            ours with { Id = "n1-user", Customer = new CustomerFact(null, PhoneNumber.Parse("+15550100002"), null) },
            ours with { Id = "n1-direction", Direction = Direction.Inbound },
            ours with { Id = "n1-early", ArrivedAt = Noon.AddSeconds(-61) },
            ours with { Id = "n1-late", ArrivedAt = Noon.AddSeconds(11) },
            ours with { Id = "n1-known", Wacid = "wacid.other" },
        ];
        foreach (var call in others) await Store.SaveCallAsync(call);
        await Store.SaveCallAsync(ours);

        await Store.SaveWhatsAppCallAsync(Told with { ByUser = false });
        await Store.SaveWhatsAppCallAsync(Told with { ByUser = false });

        Assert.Equal("n1-1", Assert.Single(await Store.HistoryAsync(10), call => call.Wacid == "wacid.1").Id);
    }

    [Fact]
    public async Task Calls_that_nobody_saw_are_those_that_ended_long_enough_ago_or_whose_end_never_came()
    {
        await Store.SaveWhatsAppCallAsync(Told with { Wacid = "wacid.ended", EndedAt = Noon.AddSeconds(30), UserId = "DE.77", Name = "Carla" });
        await Store.SaveWhatsAppCallAsync(Told with { Wacid = "wacid.fresh", EndedAt = Noon.AddSeconds(30), HeardAt = Noon.AddMinutes(5) });
        await Store.SaveWhatsAppCallAsync(Told with { Wacid = "wacid.goesOn", CreatedAt = Noon.AddMinutes(1) });
        await Store.SaveWhatsAppCallAsync(Told with { Wacid = "wacid.endless", CreatedAt = Noon.AddHours(-5) });
        await Store.SaveWhatsAppCallAsync(Told with { Wacid = "wacid.ours", ByUser = false, EndedAt = Noon });

        var unseen = await Store.UnseenCallsAsync(Noon.AddMinutes(2), Noon.AddHours(-4));

        Assert.Equal(["wacid.endless", "wacid.ended"], unseen.Select(call => call.Wacid));
        Assert.Equal(Told with { Wacid = "wacid.ended", EndedAt = Noon.AddSeconds(30), UserId = "DE.77", Name = "Carla" }, unseen[1]);
    }

    [Fact]
    public async Task A_record_written_again_without_wacid_or_detail_keeps_them()
    {
        await Store.SaveCallAsync(Example.Ended("n1-1", Noon) with { Detail = """{"a":1}""" });
        await Store.SaveCallAsync(Example.Ended("n1-1", Noon) with { Wacid = null, Detail = null });

        var call = Assert.Single(await Store.HistoryAsync(10));
        Assert.Equal(("wacid.HBgL", """{"a":1}"""), (call.Wacid, call.Detail));
    }
}
