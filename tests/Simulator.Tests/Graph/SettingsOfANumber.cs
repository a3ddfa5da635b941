using System.Text.Json.Nodes;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Graph;
using Ringway.Simulator.Sip;
using Ringway.Simulator.Tests.Edge;

namespace Ringway.Simulator.Tests.Graph;

/// <summary><c>/{phone-number-id}/settings</c>: what goes in comes out, what is wrong changes nothing, and the edge obeys.</summary>
public sealed class SettingsOfANumber
{
    private const string Server = """{"hostname":"sip.example.org","port":5071,"request_uri_user_params":{"tgrp":"wacall"}}""";

    [Fact]
    public async Task What_is_written_is_read()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("srtp-reset", false);
        var said = await world.SetAsync($$$$"""
            {"status":"ENABLED","call_icon_visibility":"DISABLE_ALL","call_icons":{"restrict_to_user_countries":["US","BR"]},
             "call_hours":{"status":"ENABLED","timezone_id":"America/Manaus",
               "weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0400","close_time":"1020"},{"day_of_week":"MONDAY","open_time":"1020","close_time":"2000"}],
               "holiday_schedule":[{"date":"2026-12-25","start_time":"0000","end_time":"2359"}]},
             "callback_permission_status":"ENABLED","srtp_key_exchange_protocol":"SDES","audio":{"additional_codecs":["PCMA"]},
             "voicemail":{"status":"ENABLED","triggers":["REJECT","TIMEOUT"],"audio":{"default":{"announcement_media_id":123,"timeout_seconds":20}}},
             "sip":{"status":"ENABLED","webhook_delivery":"ENABLED","servers":[{{{{Server}}}}]}}
            """);
        Assert.Equal((200, true), (said.Status, said.Body["success"]!.GetValue<bool>()));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$$"""
                {"status":"ENABLED","call_icon_visibility":"DISABLE_ALL","callback_permission_status":"ENABLED","call_icons":{"restrict_to_user_countries":["US","BR"]},
                 "call_hours":{"status":"ENABLED","timezone_id":"America/Manaus",
                   "weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0400","close_time":"1020"},{"day_of_week":"MONDAY","open_time":"1020","close_time":"2000"}],
                   "holiday_schedule":[{"date":"2026-12-25","start_time":"0000","end_time":"2359"}]},
                 "srtp_key_exchange_protocol":"SDES","audio":{"additional_codecs":["PCMA"]},
                 "voicemail":{"status":"ENABLED","triggers":["REJECT","TIMEOUT"],"audio":{"default":{"announcement_media_id":123,"timeout_seconds":20}}},
                 "sip":{"status":"ENABLED","webhook_delivery":"ENABLED","servers":[{"app_id":{{{{GraphWorld.AppId}}}},"hostname":"sip.example.org","port":5071,"request_uri_user_params":{"tgrp":"wacall"}}]}}
                """),
            await world.SettingsAsync()), (await world.SettingsAsync()).ToJsonString());
    }

    [Fact]
    public async Task The_key_exchange_is_not_told_until_somebody_has_set_it()
    {
        await using var world = await GraphWorld.StartAsync(b => b with { Media = MediaMode.Dtls });
        Assert.False((await world.SettingsAsync()).ContainsKey("srtp_key_exchange_protocol"));
        await world.SetAsync("""{"srtp_key_exchange_protocol":"DTLS"}""");
        Assert.Equal("DTLS", (await world.SettingsAsync())["srtp_key_exchange_protocol"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_password_comes_only_when_asked_for_and_only_to_its_app()
    {
        await using var world = await GraphWorld.StartAsync(more: new SimulatedAccount(GraphWorld.AccountId, "999888777", "EAAG-second-app"));
        Assert.DoesNotContain("sip_user_password", (await world.SettingsAsync()).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sip_user_password", (await world.SettingsAsync("?include_sip_credentials=false")).ToJsonString(), StringComparison.Ordinal);
        var server = (await world.SettingsAsync("?include_sip_credentials=true"))["sip"]!["servers"]![0]!;
        Assert.Equal((World.Password, World.Host), (server["sip_user_password"]!.GetValue<string>(), server["hostname"]!.GetValue<string>()));

        // A second app has a server and a password of its own, and does not see the other's.
        var path = $"{GraphWorld.PhoneNumberId}/settings";
        Assert.Equal(200, (await world.AskAsync(HttpMethod.Post, path, $$$$"""{"calling":{"sip":{"servers":[{{{{Server}}}}]}}}""", "EAAG-second-app")).Status);
        var both = (JsonArray)(await world.AskAsync(HttpMethod.Get, path + "?include_sip_credentials=true", token: "EAAG-second-app")).Body["calling"]!["sip"]!["servers"]!;
        Assert.Equal(2, both.Count);
        Assert.Matches("^[A-Za-z0-9]{32}$", Assert.Single(both, s => s!["sip_user_password"] is not null)!["sip_user_password"]!.GetValue<string>());
    }

    [Fact]
    public async Task Off_off_and_no_server_at_once_is_the_way_to_a_new_password()
    {
        await using var world = await GraphWorld.StartAsync();
        await world.SetAsync("""{"status":"DISABLED","sip":{"status":"DISABLED"}}""");
        await world.SetAsync($$$$"""{"status":"ENABLED","sip":{"status":"ENABLED","servers":[{{{{Server}}}}]}}""");
        Assert.Equal(World.Password, await PasswordAsync(world)); // the servers were not taken away

        await world.SetAsync("""{"status":"DISABLED","sip":{"status":"DISABLED","servers":[]}}""");
        Assert.Null((await world.SettingsAsync())["sip"]!["servers"]);
        await world.SetAsync($$$$"""{"status":"ENABLED","sip":{"status":"ENABLED","servers":[{{{{Server}}}}]}}""");
        var fresh = await PasswordAsync(world);
        Assert.NotEqual(World.Password, fresh);
        Assert.Matches("^[A-Za-z0-9]{32}$", fresh);
    }

    [Fact]
    public async Task Switching_SIP_off_does_not_forget_the_server()
    {
        await using var world = await GraphWorld.StartAsync();
        await world.SetAsync("""{"sip":{"status":"DISABLED"}}""");
        Assert.Equal(World.Host, (await world.SettingsAsync())["sip"]!["servers"]![0]!["hostname"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_change_of_the_SIP_settings_sets_the_key_exchange_back_unless_the_quirk_is_off()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal("SDES", (await world.SettingsAsync())["srtp_key_exchange_protocol"]!.GetValue<string>());
        await world.SetAsync($$$$"""{"srtp_key_exchange_protocol":"SDES","sip":{"servers":[{{{{Server}}}}]}}""");
        Assert.False((await world.SettingsAsync()).ContainsKey("srtp_key_exchange_protocol"));
        Assert.Equal(MediaMode.Dtls, world.Sip.Edge.FindBusiness(World.Number)!.Media);
        await world.SetAsync("""{"srtp_key_exchange_protocol":"SDES"}""");
        Assert.Equal(MediaMode.Sdes, world.Sip.Edge.FindBusiness(World.Number)!.Media);

        world.Misbehaviours.Switch("srtp-reset", false);
        await world.SetAsync($$$$"""{"sip":{"servers":[{{{{Server}}}}]}}""");
        Assert.Equal("SDES", (await world.SettingsAsync())["srtp_key_exchange_protocol"]!.GetValue<string>());
    }

    [Fact]
    public async Task Call_hours_replace_the_whole_object_before()
    {
        await using var world = await GraphWorld.StartAsync();
        const string Week = """ "weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"09:00","close_time":"17:00"}] """;
        await world.SetAsync($$$$"""{"call_hours":{"status":"ENABLED","timezone_id":"Europe/Berlin",{{{{Week}}}},"holiday_schedule":[{"date":"2026-05-01","start_time":"0000","end_time":"2359"}]}}""");
        Assert.NotNull((await world.SettingsAsync())["call_hours"]!["holiday_schedule"]);
        await world.SetAsync($$$$"""{"call_hours":{"status":"ENABLED","timezone_id":"Europe/Berlin",{{{{Week}}}}}}""");
        Assert.Null((await world.SettingsAsync())["call_hours"]!["holiday_schedule"]);
    }

    [Fact]
    public async Task With_the_one_group_quirk_two_groups_at_once_are_refused()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("settings-one-group", true);
        Assert.Equal(100, (await world.SetAsync("""{"status":"ENABLED","callback_permission_status":"ENABLED"}""")).Code);
        Assert.Equal(200, (await world.SetAsync("""{"callback_permission_status":"ENABLED"}""")).Status);
    }

    [Theory]
    [InlineData("""{"status":"ON"}""", "calling.status must be one of {ENABLED, DISABLED} - got \"ON\"")]
    [InlineData("""{"status":true}""", "calling.status must be a string")]
    [InlineData("""{"stauts":"ENABLED"}""", "Invalid keys \"stauts\" were found in calling")]
    [InlineData("{}", "calling holds no setting")]
    [InlineData("[]", "calling must be an object")]
    [InlineData("""{"call_icon_visibility":"HIDDEN"}""", "call_icon_visibility must be one of")]
    [InlineData("""{"call_icons":{"restrict_to_user_countries":["Germany"]}}""", "no ISO 3166 country")]
    [InlineData("""{"srtp_key_exchange_protocol":"ZRTP"}""", "must be one of {DTLS, SDES}")]
    [InlineData("""{"audio":{"additional_codecs":["G722"]}}""", "must be one of {PCMA, PCMU}")]
    [InlineData("""{"voicemail":{"status":"ENABLED","audio":{"default":{"timeout_seconds":31}}}}""", "not within 0 and 30")]
    [InlineData("""{"voicemail":{"status":"ENABLED","triggers":["NEVER"]}}""", "must be one of {REJECT, TIMEOUT}")]
    [InlineData("""{"sip":{"servers":[{"hostname":"203.0.113.9"}]}}""", "is no host name")]
    [InlineData("""{"sip":{"servers":[{"hostname":"pbx.example.com","port":"5061/tls"}]}}""", "is no port")]
    [InlineData("""{"sip":{"servers":[{"hostname":"pbx.example.com","port":70000}]}}""", "is no port")]
    [InlineData("""{"sip":{"servers":[{"hostname":"a.example.com"},{"hostname":"b.example.com"}]}}""", "one server per app")]
    [InlineData("""{"sip":{"servers":[]}}""", "at least one server must remain while sip.status is ENABLED")]
    [InlineData("""{"sip":{"servers":[{"hostname":"pbx.example.com","request_uri_user_params":{"a":"b@c"}}]}}""", "ends a parameter")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"Mars/Olympus","weekly_operating_hours":[]}}""", "is no timezone")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[]}}""", "weekly_operating_hours: empty")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"1700","close_time":"0900"}]}}""", "opens at 1700, after it closes")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MO","open_time":"0900","close_time":"1000"}]}}""", "day_of_week must be one of")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"9","close_time":"1000"}]}}""", "is no time of day")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0900","close_time":"1200"},{"day_of_week":"MONDAY","open_time":"1100","close_time":"1300"}]}}""", "entries of MONDAY overlap")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0100","close_time":"0200"},{"day_of_week":"MONDAY","open_time":"0300","close_time":"0400"},{"day_of_week":"MONDAY","open_time":"0500","close_time":"0600"}]}}""", "more than 2 entries for MONDAY")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0100","close_time":"0200"}],"holiday_schedule":[{"date":"2026-03-01","start_time":"0000","end_time":"2359"}]}}""", "2026-03-01 is in the past")]
    [InlineData("""{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0100","close_time":"0200"}],"holiday_schedule":[{"date":"2026-02-30","start_time":"0000","end_time":"2359"}]}}""", "2026-02-30 is no date")]
    public async Task What_is_wrong_is_refused_in_words_and_changes_nothing(string calling, string details)
    {
        await using var world = await GraphWorld.StartAsync();
        var before = (await world.SettingsAsync()).ToJsonString();
        var said = await world.SetAsync(calling);
        Assert.Equal((400, 100), (said.Status, said.Code));
        Assert.Contains(details, said.Error["error_data"]!["details"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, (await world.SettingsAsync()).ToJsonString());
    }

    [Fact]
    public async Task Twenty_holidays_are_enough()
    {
        await using var world = await GraphWorld.StartAsync();
        Assert.Equal(200, (await world.SetAsync(Hours(20))).Status);
        Assert.Equal(100, (await world.SetAsync(Hours(21))).Code);

        static string Hours(int holidays) => """{"call_hours":{"status":"ENABLED","timezone_id":"UTC","weekly_operating_hours":[{"day_of_week":"MONDAY","open_time":"0100","close_time":"0200"}],"holiday_schedule":["""
            + string.Join(',', Enumerable.Range(0, holidays).Select(day => $$$$"""{"date":"{{{{new DateOnly(2026, 4, 1).AddDays(day):yyyy-MM-dd}}}}","start_time":"0000","end_time":"2359"}""")) + "]}}";
    }

    [Fact]
    public async Task Calling_cannot_be_enabled_without_SIP_or_an_app_that_listens()
    {
        await using var world = await GraphWorld.StartAsync();
        await world.SetAsync("""{"status":"DISABLED","sip":{"status":"DISABLED"}}""");
        Assert.Equal(138018, (await world.SetAsync("""{"status":"ENABLED"}""")).Code);
        await world.PostAsync($"{GraphWorld.AccountId}/subscribed_apps", "{}");
        Assert.Equal(200, (await world.SetAsync("""{"status":"ENABLED"}""")).Status);
    }

    [Fact]
    public async Task The_edge_obeys_at_once()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Misbehaviours.Switch("srtp-reset", false);
        Assert.Equal(407, (await world.Sip.Business.SendAsync(ScriptedBusiness.Invite())).Status);

        await world.SetAsync($$$$"""{"sip":{"servers":[{{{{Server}}}}]}}""");
        var business = world.Sip.Edge.FindBusiness(World.Number)!;
        Assert.Equal(("sip.example.org", 5071, "wacall"), (business.HostName, business.Trunk.Port, business.RequestUriUserParams["tgrp"]));
        Assert.Equal(403, (await world.Sip.Business.SendAsync(ScriptedBusiness.Invite())).Status); // From is at the old host
        Assert.Equal(407, (await world.Sip.Business.SendAsync(ScriptedBusiness.Invite(from: $"sip:{World.Number}@sip.example.org"))).Status);

        await world.SetAsync("""{"sip":{"status":"DISABLED"}}""");
        var refused = await world.Sip.Business.SendAsync(ScriptedBusiness.Invite(from: $"sip:{World.Number}@sip.example.org"));
        Assert.Equal((400, "Asset not found, invalid business phone number"), (refused.Status, refused.Reason));
        await world.SetAsync("""{"status":"DISABLED","sip":{"status":"ENABLED"}}""");
        Assert.Equal(400, (await world.Sip.Business.SendAsync(ScriptedBusiness.Invite(from: $"sip:{World.Number}@sip.example.org"))).Status);
    }

    [Fact]
    public async Task The_new_key_exchange_is_demanded_of_the_next_call()
    {
        await using var world = await GraphWorld.StartAsync();
        world.Chats.Decide(world.Number, World.User, allow: true);
        await world.SetAsync("""{"srtp_key_exchange_protocol":"DTLS"}""");
        var (_, final, _) = await world.Sip.Business.CallAsync();
        Assert.Equal((403, "srtp"), (final.Status, Assert.Single(world.Sip.Broken)));
    }

    private static async Task<string> PasswordAsync(GraphWorld world) =>
        (await world.SettingsAsync("?include_sip_credentials=true"))["sip"]!["servers"]![0]!["sip_user_password"]!.GetValue<string>();
}
